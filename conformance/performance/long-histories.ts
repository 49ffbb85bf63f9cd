// Judging recorded histories: events a second for files of ten thousand, a hundred thousand and a million
// events, each in a process of its own, whose memory should not grow with the file.
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { FileJudged } from './judge-file.ts';
import { ratioOf, rowOf, type Row } from './row.ts';
import { steadyHistory } from './steady-history.ts';

const ROUNDS = 3;
const LENGTHS = [10_000, 100_000, 1_000_000] as const;

/** The file is read as a stream, by the code of `producer-tck check`. */
export async function longHistories(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'producer-tck-'));
  try {
    const measured = new Map<number, FileJudged[]>();
    for (const length of LENGTHS) {
      const file = join(folder, `${length}.jsonl`);
      await pipeline(linesOf(length), createWriteStream(file));
      measured.set(
        length,
        Array.from({ length: ROUNDS }, () => judged(file)),
      );
    }
    return rowsOf(measured);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function rowsOf(measured: ReadonlyMap<number, readonly FileJudged[]>): Row[] {
  const of = (length: number, figure: (one: FileJudged) => number) =>
    (measured.get(length) ?? []).map(figure);
  const name = (length: number) => `${length.toLocaleString('en')} events`;
  const speed = ({ events, processorMs }: FileJudged) => (events / processorMs) * 1000;
  const [, , most] = LENGTHS;
  const [few] = LENGTHS;
  return [
    ...LENGTHS.map((length) => rowOf(`check, ${name(length)}`, '/s', of(length, speed))),
    rowOf(
      `check, ${name(most)}: processor time`,
      'ms',
      of(most, ({ processorMs }) => processorMs),
    ),
    rowOf(
      `check, ${name(most)}: time on the clock`,
      'ms',
      of(most, ({ ms }) => ms),
    ),
    ...LENGTHS.map((length) =>
      rowOf(
        `check, ${name(length)}: memory at the most`,
        'MB',
        of(length, ({ peakMb }) => peakMb),
      ),
    ),
    ratioOf(
      'memory, a million events / ten thousand',
      of(most, ({ peakMb }) => peakMb),
      of(few, ({ peakMb }) => peakMb),
    ),
  ];
}

/** Long enough that the file system is not asked for each event. */
const EVENTS_A_CHUNK = 1000;

function* linesOf(length: number): Generator<string> {
  let chunk: string[] = [];
  for (const event of steadyHistory(length)) {
    chunk.push(JSON.stringify(event));
    if (chunk.length < EVENTS_A_CHUNK) continue;
    yield `${chunk.join('\n')}\n`;
    chunk = [];
  }
  yield `${chunk.join('\n')}\n`;
}

function judged(file: string): FileJudged {
  const script = fileURLToPath(import.meta.resolve('./judge-file.js'));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`judging ${file} failed: ${stderr}`);
  return JSON.parse(stdout) as FileJudged;
}
