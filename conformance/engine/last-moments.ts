// The case that would have ended a process: the subject blocked the event loop, ended the process itself, or let an
// error escape. It is drawn and run once more, in a process of its own, and each event is written to a file as it
// happens, so that it is known how far it came.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Scenario } from '../cases/step.ts';
import type { JobOrder } from './job.ts';
import { type Patience, supervise, type WorkerEnd } from './supervise.ts';

/** A case as far as it came. */
export interface LastMoments {
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
  /** Whether nothing is known of what came after. */
  readonly isCutShort: boolean;
  /** Of an error that escaped: what it was, and where it was made. */
  readonly message?: string;
}

/** How a case that failed went. Absent: it is not known which one it was, or it does not fail again. */
export async function lastMoments(
  job: JobOrder,
  outcome: WorkerEnd,
  patience: Patience,
): Promise<LastMoments | undefined> {
  const number = fatalCase(outcome);
  const isDrawn = !job.exhaustive && job.scenarios.length === 0 && !job.adapter.startsWith('exec:');
  if (number === undefined || !isDrawn) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'producer-tck-'));
  const file = join(folder, 'events');
  try {
    const traced = { case: number, file };
    const { end } = await supervise({ ...job, task: 'trace', traced }, patience);
    if (end.type === 'fault') return end.code === codeOf(outcome) ? read(file, {}) : undefined;
    return end.uncaught && read(file, end.uncaught);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fatalCase({ end, lastCase }: WorkerEnd): number | undefined {
  if (end.type === 'done') return end.uncaught?.case;
  return end.code === 'hung' || end.code === 'exited' ? lastCase : undefined;
}

function codeOf({ end }: WorkerEnd): string | undefined {
  return end.type === 'fault' ? end.code : undefined;
}

/** The scenario is the first line, then comes an event a line. */
function read(file: string, { message }: { message?: string }): LastMoments | undefined {
  const [scenario, ...history] = readFileSync(file, 'utf8').trimEnd().split('\n');
  if (!scenario) return undefined;
  return {
    scenario: JSON.parse(scenario) as Scenario,
    history: history.map((line) => JSON.parse(line) as HistoryEvent),
    isCutShort: message === undefined,
    ...(message !== undefined && { message }),
  };
}
