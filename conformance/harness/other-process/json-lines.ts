// JSON Lines on a byte stream: lines end in \n alone, and are decoded whole, so that neither U+2028
// nor a character cut in two between chunks can mislead; then they are read by a schema.
import * as v from 'valibot';
import { AdapterFault } from '../harness.ts';

/** A line may be this long, without its end. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;
const QUOTED_CHARACTERS = 120;

/** Cuts a stream into lines. */
export class LineSplitter {
  readonly #who: string;
  #parts: Buffer[] = [];
  #length = 0;

  /** `who` begins the sentence of a fault, as in "it wrote a line that …". */
  constructor(who: string) {
    this.#who = who;
  }

  /** The lines that end in this chunk. Throws an `AdapterFault` for what can be no line. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      this.#keep(chunk.subarray(from, end < 0 ? undefined : end));
      if (end < 0) return lines;
      lines.push(this.#take());
      from = end + 1;
    }
  }

  /** The beginning of a line that has not ended, quoted; empty: there is none. */
  rest(): string {
    return this.#length === 0 ? '' : quoted(Buffer.concat(this.#parts).toString());
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= MAX_LINE_BYTES) return;
    throw new AdapterFault(
      'protocol',
      `${this.#who} wrote a line longer than 1 MiB: ${this.rest()}`,
    );
  }

  #take(): string {
    const bytes =
      this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      const line = quoted(bytes.toString());
      throw new AdapterFault('protocol', `${this.#who} wrote a line that is not UTF-8: ${line}`, {
        cause,
      });
    }
  }
}

/** Reads one line by a schema. `who` begins the sentence of the fault. */
export function parseLine<T>(schema: v.GenericSchema<unknown, T>, line: string, who: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new AdapterFault('protocol', `${who} wrote a line that is not JSON: ${quoted(line)}`, {
      cause,
    });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const what = escaped(path === null ? issue.message : `${path}: ${issue.message}`);
  throw new AdapterFault(
    'protocol',
    `${who} wrote ${quoted(line)}, which is no valid line: ${what}`,
  );
}

/** The beginning of a line, as a message may show it. */
export function quoted(line: string): string {
  return escaped(line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line);
}

/** A text on one line, with control characters escaped. */
function escaped(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}

// Controls, the separators that some take for line ends, and what reverses the direction of
// writing.
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
