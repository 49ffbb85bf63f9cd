// What many seeds make of one mutant, and what is wrong with that.
import type { ProfileName } from '../../spec/model/profile.ts';
import type { Finding } from '../../spec/diagnosis/diagnose.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { Search } from '../cases/scope.ts';
import { adapterOf, brokenUnder, type Mutant } from './mutant.ts';
import { ENGINES } from './profiles/engines.ts';
import { accusedIn, foundAgain, Trial } from './trial.ts';

/** How to try a mutant. */
export interface ScorePlan {
  readonly profile: ProfileName;
  /** Seeds 1 to this. */
  readonly seeds: number;
  /** Cases to find it in, for each seed. */
  readonly cases: number;
  /** Cases that run although it has been found, to see what else is named. */
  readonly leastCases: number;
  /** Rules whose cases are diagnosed, with each seed. Default: all. */
  readonly mostDiagnosed?: number;
  /** How scenarios are drawn. Default: mixed. */
  readonly search?: Search;
}

/** A rule that was accused. */
export interface RuleScore {
  readonly rule: RuleId;
  /** Seeds in which it was. */
  readonly seeds: number;
}

/** What many seeds made of one mutant. */
export interface Score {
  readonly mutant: string;
  readonly seeds: number;
  readonly rules: readonly RuleScore[];
  /** Seeds in which none of the rules that it breaks was accused. */
  readonly misnamed: number;
  /** The first case that broke a rule; a seed in which none did counts as infinite. */
  readonly found: { readonly median: number; readonly worst: number };
  /** Steps of the case that is shown, over the seeds: the median. */
  readonly shrunk: number | undefined;
}

/** Tries a mutant. */
export async function score(mutant: Mutant, plan: ScorePlan): Promise<Score> {
  const { profile, seeds, cases: mostCases, ...rest } = plan;
  const trial = trialOf(mutant, profile);
  const expected = brokenUnder(mutant, profile);
  const accused = new Map<RuleId, number>();
  const found: number[] = [];
  const lengths: number[] = [];
  let misnamed = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const outcome = await trial.run({ seed, mostCases, ...rest });
    found.push(outcome.caught);
    const rules = accusedIn(outcome);
    for (const rule of rules) accused.set(rule, (accused.get(rule) ?? 0) + 1);
    if (outcome.faults.length > 0 && !expected.some((rule) => rules.includes(rule))) misnamed += 1;
    const [first] = outcome.faults;
    if (first) lengths.push(first.shown.scenario.length - 1);
  }
  const rules = [...accused].map(([rule, times]) => ({ rule, seeds: times }));
  return {
    mutant: mutant.id,
    seeds,
    rules: rules.toSorted((one, other) => other.seeds - one.seeds),
    misnamed,
    found: { median: median(found), worst: Math.max(...found) },
    shrunk: lengths.length > 0 ? median(lengths) : undefined,
  };
}

/** The first case of the first seed that breaks a rule, of at most 2,000. */
export function firstCaught(mutant: Mutant, profile: ProfileName): Promise<number> {
  return trialOf(mutant, profile).firstCaught(1, MOST_CASES);
}

/** The clearest of what is wrong with a mutant. */
export interface Clearest {
  /** Rules that are accused and have nothing to do with it. */
  readonly unrelated: readonly RuleId[];
  readonly finding: Finding;
  /** What is found when the same case is replayed and read as a recording. */
  readonly again: Finding | undefined;
}

const MOST_CASES = 2_000;

/** What the first failing block of one seed that can be explained shows at its clearest. */
export async function clearest(mutant: Mutant, profile: ProfileName): Promise<Clearest> {
  const trial = trialOf(mutant, profile);
  const plan = { seed: 1, leastCases: 1, mostCases: MOST_CASES, mostDiagnosed: 1 };
  const first = await trial.run(plan);
  // What is shared among producers may show first as what no single other one explains.
  const outcome = first.faults.length > 0 ? first : await trial.run({ ...plan, leastCases: 500 });
  const accused = accusedIn(outcome);
  const shown = outcome.faults[0]?.shown;
  if (!shown?.finding) throw new Error(`nothing is found to be wrong with ${mutant.id}`);
  return {
    unrelated: accused.filter((rule) => !isRelated(rule, mutant)),
    finding: shown.finding,
    again: await foundAgain(trial, shown.scenario),
  };
}

function isRelated(rule: RuleId, { breaks, also }: Mutant): boolean {
  return breaks.includes(rule) || also?.[rule] !== undefined;
}

function trialOf(mutant: Mutant, profile: ProfileName): Trial {
  const { id, make } = mutant;
  return new Trial(() => adapterOf(id, make(ENGINES[profile]), mutant), profile);
}

/** What is wrong with a score: it was missed, or a rule was accused that has nothing to do with it. */
export function faultsIn(mutant: Mutant, result: Score): string[] {
  const faults: string[] = [];
  if (!Number.isFinite(result.found.worst)) faults.push('it is not caught with every seed');
  if (result.misnamed > 0)
    faults.push(`no rule that it breaks is named in ${result.misnamed} of ${result.seeds} seeds`);
  for (const { rule, seeds } of result.rules) {
    if (!isRelated(rule, mutant))
      faults.push(`${rule} is named in ${seeds} seeds, and has nothing to do with it`);
  }
  return faults;
}

/** The middle of some numbers; of two middles the larger. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}
