// Supervising: one job in a process of its own, or a whole campaign shared out among several, whose result is
// the same whatever their number.
import type { RuleId } from '../../spec/rule.ts';
import { casesBegun } from './blocks.ts';
import { joined } from './join.ts';
import type { JobOrder } from './job.ts';
import {
  WorkerProcess,
  type Patience,
  type WorkerEnd,
  type WorkerListener,
} from './worker-process.ts';

export { endAllWorkers, type Patience, type WorkerEnd } from './worker-process.ts';

/** Runs a job in a process of its own. Never throws for what an adapter does. */
export async function supervise(
  job: JobOrder,
  patience: Patience,
  listener: WorkerListener = {},
): Promise<WorkerEnd> {
  const worker = new WorkerProcess(patience, listener);
  try {
    return await worker.ask(job);
  } finally {
    worker.end();
  }
}

/**
 * Runs a campaign in `count` processes, each with every `count`-th block, then shrinks what they found. Where one of
 * them fails, the others go on as far as it came: what is reported is what one process would have seen.
 */
export async function superviseCampaign(
  job: JobOrder,
  count: number,
  patience: Patience,
  onProgress: (cases: number, share: number) => void = () => {},
): Promise<WorkerEnd> {
  const parts = Array.from({ length: count }, (_, at) => {
    const shares = [...job.shares, { index: at + 1, of: count }];
    return { shares, begun: 0 };
  });
  const workers = parts.map((part) => {
    const onCase = (last: number, share: number) => {
      part.begun = job.exhaustive ? last + 1 : casesBegun(job, part.shares, last);
      onProgress(
        parts.reduce((sum, { begun }) => sum + begun, 0),
        share,
      );
    };
    return new WorkerProcess(patience, { onCase });
  });
  const survey = async (worker: WorkerProcess, at: number) => {
    const outcome = await worker.ask({ ...job, shares: parts[at]!.shares });
    const { end, lastCase } = outcome;
    if (end.type === 'fault') for (const other of workers) other.stopBehind(lastCase ?? -1);
    return outcome;
  };
  try {
    const whole = joined(await Promise.all(workers.map(survey)));
    return whole.end.type === 'fault' ? whole : await shrunk(workers, job, whole);
  } finally {
    for (const worker of workers) worker.end();
  }
}

/** The violated rules are shared out too: each is shrunk by itself. */
async function shrunk(
  workers: readonly WorkerProcess[],
  job: JobOrder,
  whole: WorkerEnd,
): Promise<WorkerEnd> {
  if (whole.end.type === 'fault') return whole;
  const { failing } = whole.end;
  const parts = await Promise.all(
    workers.map((worker, at) => {
      const scenarios = failing.filter((_, number) => number % workers.length === at);
      return worker.ask({ ...job, task: 'shrink', scenarios });
    }),
  );
  const failed = parts.find(({ end }) => end.type === 'fault');
  if (failed) return { ...whole, lastCase: failed.lastCase, end: failed.end };
  const found = parts.flatMap(({ end }) => (end.type === 'done' ? end.found : []));
  const order = new Map<RuleId, number>(failing.map(({ rule }, at) => [rule, at]));
  const sorted = found.toSorted((a, b) => order.get(a.of)! - order.get(b.of)!);
  return { ...whole, end: { ...whole.end, found: sorted } };
}
