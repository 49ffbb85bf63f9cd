// Joining what several processes, or several machines, made of their shares of one campaign, so that it is what
// one alone would have made of all.
import type { RuleId } from '../../spec/rule.ts';
import { mergeResults } from '../report/merge.ts';
import { isBetter } from './best-cases.ts';
import type { Done, DrawnCase, FoundCase } from './job.ts';
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
      failing: bestOf(done.flatMap(({ failing }) => failing)),
      unproven: [...new Set(done.flatMap(({ unproven }) => unproven))],
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
