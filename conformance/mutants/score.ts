// What many seeds make of one mutant, and what is wrong with that.
import type { ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { Search } from '../cases/search.ts';
import { ClassicEngine } from './builds.ts';
import { Engine, type EngineClass } from './engine.ts';
import { adapterOf, brokenUnder, type Mutant } from './mutant.ts';
import { Trial } from './trial.ts';

/** What mutants deviate from, by the profile. */
export const ENGINES: Readonly<Record<ProfileName, EngineClass>> = {
  strict: Engine,
  'activemq-classic': ClassicEngine,
};

/** How to try a mutant. */
export interface ScorePlan {
  readonly profile: ProfileName;
  /** Seeds 1 to this. */
  readonly seeds: number;
  /** Cases to find it in, for each seed. */
  readonly cases: number;
  /** Cases that run although it has been found, to see what else is named. */
  readonly leastCases: number;
  /** Seeds whose first case is shrunk. */
  readonly shrunkSeeds: number;
  /** How scenarios are drawn. Default: mixed. */
  readonly search?: Search;
}

/** A rule that named a mutant. */
export interface RuleScore {
  readonly rule: RuleId;
  /** Seeds in which it did. */
  readonly seeds: number;
  /** Cases until it did, over those seeds: the median and the most. */
  readonly median: number;
  readonly worst: number;
}

/** What many seeds made of one mutant. */
export interface Score {
  readonly mutant: string;
  readonly seeds: number;
  readonly rules: readonly RuleScore[];
  /** Cases until all rules that it breaks had been named; a seed in which they were not counts as infinite. */
  readonly found: { readonly median: number; readonly worst: number };
  /** Steps of the shrunk case, over the seeds: the median. */
  readonly shrunk: number | undefined;
}

/** Tries a mutant. */
export async function score(mutant: Mutant, plan: ScorePlan): Promise<Score> {
  const producer = mutant.make(ENGINES[plan.profile]);
  const trial = new Trial(adapterOf(mutant.id, producer), plan.profile);
  const expected = brokenUnder(mutant, plan.profile);
  const cases = new Map<RuleId, number[]>();
  const found: number[] = [];
  const lengths: number[] = [];
  for (let seed = 1; seed <= plan.seeds; seed += 1) {
    const { named } = await trial.run({
      seed,
      expected,
      leastCases: plan.leastCases,
      mostCases: plan.cases,
      ...(plan.search && { search: plan.search }),
    });
    for (const naming of named)
      cases.set(naming.rule, [...(cases.get(naming.rule) ?? []), naming.case]);
    const intended = named.filter(({ rule }) => expected.includes(rule));
    const all = intended.length === expected.length;
    found.push(all ? Math.max(...intended.map((naming) => naming.case)) : Infinity);
    const first = seed <= plan.shrunkSeeds ? intended[0] : undefined;
    const length = first && (await trial.shrunkLength(first));
    if (length !== undefined) lengths.push(length);
  }
  const rules = [...cases].map(([rule, all]) => ({ rule, seeds: all.length, ...spread(all) }));
  return {
    mutant: mutant.id,
    seeds: plan.seeds,
    rules: rules.toSorted((a, b) => b.seeds - a.seeds || a.median - b.median),
    found: spread(found),
    shrunk: lengths.length > 0 ? median(lengths) : undefined,
  };
}

/** What is wrong with a score: a rule that was not named, or one that should not have been. */
export function faultsOf(mutant: Mutant, result: Score, profile: ProfileName): string[] {
  const faults: string[] = [];
  for (const rule of brokenUnder(mutant, profile)) {
    const seeds = result.rules.find((one) => one.rule === rule)?.seeds ?? 0;
    if (seeds < result.seeds) faults.push(`${rule} named it in ${seeds} of ${result.seeds} seeds`);
  }
  for (const { rule } of result.rules) {
    if (mutant.breaks.includes(rule) || mutant.also?.[rule]) continue;
    faults.push(`${rule} named it, which has nothing to do with it`);
  }
  return faults;
}

/** The middle of some numbers; of two middles the larger. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function spread(numbers: readonly number[]) {
  return { median: median(numbers), worst: Math.max(...numbers) };
}
