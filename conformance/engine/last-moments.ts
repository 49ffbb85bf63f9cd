// The last moments of a case that never ended, because the subject blocked the event loop or ended the process: the
// case is drawn and run once more, in a process of its own, and each event is written to a file as it happens.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { Scenario } from '../cases/step.ts';
import type { JobOrder } from './job.ts';
import { type Patience, supervise, type WorkerEnd } from './supervise.ts';

/** A case as far as it came. */
export interface LastMoments {
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
}

/** How a case that failed went until then. Absent: it is not known which one it was, or it does not fail again. */
export async function lastMoments(
  job: JobOrder,
  { end, lastCase }: WorkerEnd,
  patience: Patience,
): Promise<LastMoments | undefined> {
  const isDrawn = !job.exhaustive && job.scenarios.length === 0 && !job.adapter.startsWith('exec:');
  if (end.type !== 'fault' || !FATAL.has(end.code) || lastCase === undefined || !isDrawn)
    return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'producer-tck-'));
  const file = join(folder, 'events');
  try {
    const again = await supervise(
      { ...job, task: 'trace', traced: { case: lastCase, file } },
      patience,
    );
    return again.end.type === 'fault' && again.end.code === end.code ? read(file) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const FATAL: ReadonlySet<string> = new Set(['hung', 'exited']);

/** The scenario is the first line, then comes an event a line. */
function read(file: string): LastMoments | undefined {
  const [scenario, ...history] = readFileSync(file, 'utf8').trimEnd().split('\n');
  if (!scenario) return undefined;
  return {
    scenario: JSON.parse(scenario) as Scenario,
    history: history.map((line) => JSON.parse(line) as HistoryEvent),
  };
}

/** Judges a case, and writes each event down before that. */
export class Scribe extends Judge {
  readonly #file: string;

  constructor(profile: Profile, scenario: Scenario, file: string) {
    super(profile);
    this.#file = file;
    this.#write(scenario);
  }

  override next(event: HistoryEvent, line?: number): void {
    this.#write(event);
    super.next(event, line);
  }

  #write(line: Scenario | HistoryEvent): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}
