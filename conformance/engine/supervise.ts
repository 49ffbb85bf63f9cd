// Supervising: one job in a process of its own, or a whole campaign shared out among several, or among several
// machines. What they made of their shares is joined, so that it is what one alone would have made of all.
import type { RuleId } from '../../spec/rule.ts';
import { casesBegun } from './blocks.ts';
import type { Done, DrawnCase, FoundCase, JobOrder } from './job.ts';
import {
  type Patience,
  type WorkerEnd,
  type WorkerListener,
  WorkerProcess,
} from './worker-process.ts';
import { mergeResults } from '../report/merge.ts';
import { isBetter } from './findings.ts';

export { endAllWorkers, type Patience, type WorkerEnd } from './worker-process.ts';

/** Patience with subjects in process, where a case takes well under a millisecond. */
export const IN_PROCESS: Patience = { loadMs: 20_000, caseMs: 10_000 };
/** Patience with subjects in real time. */
export const REAL_TIME: Patience = { loadMs: 60_000, caseMs: 60_000 };

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
  const all = parts.flatMap(({ end }) => (end.type === 'done' ? end.found : []));
  const found = all.map((one) => (one.unrepeatable ? asDrawn(one, failing) : one));
  const order = new Map<RuleId, number>(failing.map(({ rule }, at) => [rule, at]));
  const sorted = found.toSorted((a, b) => order.get(a.of)! - order.get(b.of)!);
  return { ...whole, end: { ...whole.end, found: sorted } };
}

/** A case that did not break its rule again is shown as it was when it did. */
function asDrawn(found: FoundCase, failing: readonly DrawnCase[]): FoundCase {
  const drawn = failing.find(({ rule }) => rule === found.of);
  if (!drawn) return found;
  const { history, at, why } = drawn;
  return { ...found, history, at, why };
}

/** The ends of all shares as the end of one campaign. */
export function joined(ends: readonly WorkerEnd[]): WorkerEnd {
  const [first] = ends;
  if (first === undefined) throw new Error('a campaign has at least one worker');
  if (ends.length === 1) return first;
  const faulty = ends.filter(({ end }) => end.type === 'fault');
  if (faulty.length > 0) return firstFault(ends, faulty);
  const done = ends.map(({ end }) => end as Done);
  return {
    lastCase: Math.max(...ends.map(({ lastCase }) => lastCase ?? 0)),
    found: firstFound(ends),
    adapter: first.adapter,
    end: {
      ...done[0]!,
      cases: done.reduce((sum, { cases }) => sum + cases, 0),
      results: mergeResults(done.map(({ results }) => results)),
      failing: bestOf(done.flatMap(({ failing }) => failing)),
      ...joinedCoverage(done),
      ...earliest('uncaught', done),
      ...earliest('nonDeterminism', done),
    },
  };
}

function joinedCoverage(done: readonly Done[]): Pick<Done, 'coverage'> {
  if (!done[0]?.coverage) return {};
  const all = done.flatMap(({ coverage }) => coverage ?? []);
  const covered = new Set(all.flatMap((one) => one.covered));
  const reachable = new Set(all.flatMap((one) => one.reachable));
  return { coverage: { covered: [...covered], reachable: [...reachable] } };
}

/** For each rule the best case of all. */
function bestOf(failing: readonly DrawnCase[]): DrawnCase[] {
  const byRule = new Map<RuleId, DrawnCase>();
  for (const one of failing) {
    const known = byRule.get(one.rule);
    const better = known && !isBetter(one, known) ? known : one;
    byRule.set(one.rule, { ...better, case: Math.min(one.case, known?.case ?? one.case) });
  }
  return inOrderOfCases([...byRule.values()]);
}

/** The fault of the earliest case, and what was found up to it. */
function firstFault(ends: readonly WorkerEnd[], faulty: readonly WorkerEnd[]): WorkerEnd {
  const caseOf = ({ lastCase }: WorkerEnd) => lastCase ?? -1;
  const first = faulty.reduce((one, other) => (caseOf(other) < caseOf(one) ? other : one));
  const found = firstFound(ends).filter((one) => one.case <= caseOf(first));
  return { ...first, found };
}

function firstFound(ends: readonly WorkerEnd[]): FoundCase[] {
  const byRule = new Map<RuleId, FoundCase>();
  for (const one of inOrderOfCases(ends.flatMap(({ found }) => found))) {
    if (!byRule.has(one.rule)) byRule.set(one.rule, one);
  }
  return [...byRule.values()];
}

function inOrderOfCases<T extends { readonly case: number }>(all: readonly T[]): T[] {
  return all.toSorted((one, other) => one.case - other.case);
}

function earliest<K extends 'uncaught' | 'nonDeterminism'>(
  key: K,
  done: readonly Done[],
): Pick<Done, K> {
  const all = done.flatMap((one) => one[key] ?? []);
  const [first] = inOrderOfCases<{ readonly case: number }>(all);
  return (first ? { [key]: first } : {}) as Pick<Done, K>;
}
