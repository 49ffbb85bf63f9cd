// Joining what several workers made of their shares of one campaign, so that it is what one alone would have made of
// all. How results and faults are merged is in report/merge.ts, as for shards.
import { mergeFaults, mergeResults } from '../report/merge.ts';
import { compare } from './findings.ts';
import type { Done, DrawnFinding, FoundCase } from './job.ts';
import type { WorkerEnd } from './worker-process.ts';

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
      findings: joinedFindings(done.flatMap(({ findings }) => findings)),
      unproven: [...new Set(done.flatMap(({ unproven }) => unproven))],
      ...joinedCoverage(done),
      ...earliest('stray', done),
      ...earliest('uncontrolled', done),
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

/** For each rule the shortest scenario of all, and among several the one that was drawn first. */
function joinedFindings(findings: readonly DrawnFinding[]): DrawnFinding[] {
  const merged = mergeFaults(
    findings,
    ({ rule }) => rule,
    (one, other) => compare(one, other) || one.drawn - other.drawn,
    (best, same) => ({ ...best, case: Math.min(...same.map((one) => one.case)) }),
  );
  return inOrderOfCases(merged);
}

/** The fault of the earliest case, and what was found up to it. */
function firstFault(ends: readonly WorkerEnd[], faulty: readonly WorkerEnd[]): WorkerEnd {
  const caseOf = ({ lastCase }: WorkerEnd) => lastCase ?? -1;
  const first = faulty.reduce((one, other) => (caseOf(other) < caseOf(one) ? other : one));
  const found = firstFound(ends).filter((one) => one.case <= caseOf(first));
  return { ...first, found };
}

/** For each rule the first case that broke it. */
function firstFound(ends: readonly WorkerEnd[]): FoundCase[] {
  const all = ends.flatMap(({ found }) => found);
  return inOrderOfCases(
    mergeFaults(
      all,
      ({ rule }) => rule,
      (one, other) => one.case - other.case,
    ),
  );
}

function inOrderOfCases<T extends { readonly case: number }>(all: readonly T[]): T[] {
  return all.toSorted((one, other) => one.case - other.case);
}

function earliest<K extends 'stray' | 'uncontrolled'>(
  key: K,
  done: readonly Done[],
): Pick<Done, K> {
  const all = done.flatMap((one) => one[key] ?? []);
  const [first] = inOrderOfCases<{ readonly case: number }>(all);
  return (first ? { [key]: first } : {}) as Pick<Done, K>;
}
