// Histories as files: JSON Lines, read as a stream with a part in memory at a time, so that a file may be
// of any length. What a line means is in history-format.ts.
import { createReadStream } from 'node:fs';
import type { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { parseEvent } from './history-format.ts';

const PART_BYTES = 256 * 1024;

/** Reads the events of a file, in order. Blank lines are skipped. Throws `HistoryFormatError`. */
export async function* readHistory(
  file: string,
): AsyncGenerator<{ event: HistoryEvent; line: number }> {
  for await (const part of partsOf(file)) yield* eventsOf(part);
}

/** Judges the events of a file; resolves to their number. Throws as `readHistory` and `Judge.next` do. */
export async function judgeFile(file: string, judge: Judge): Promise<number> {
  let events = 0;
  for await (const part of partsOf(file)) {
    for (const { event, line } of eventsOf(part)) {
      judge.next(event, line);
      events += 1;
    }
  }
  return events;
}

/** Consecutive lines of a file. */
interface Part {
  /** The number of its first line, counted from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** Many lines at a time: to await each would take longer than to judge it. */
async function* partsOf(file: string): AsyncGenerator<Part> {
  let first = 1;
  let rest = '';
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: PART_BYTES });
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield { first, lines };
    first += lines.length;
  }
  yield { first, lines: [rest] };
}

/** Parsed one by one: what comes before a malformed line is judged before it is complained of. */
function* eventsOf({ first, lines }: Part): Generator<{ event: HistoryEvent; line: number }> {
  for (let at = 0; at < lines.length; at += 1) {
    const text = lines[at] ?? '';
    const line = first + at;
    if (text.trim() !== '') yield { event: parseEvent(text, line), line };
  }
}
