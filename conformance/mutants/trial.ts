// One producer on trial: the cases of one seed, until one of them breaks a rule and enough of them have been run,
// and what is found to be wrong. They are the cases of `producer-tck run --seed`.
import { CATALOGUE } from '../../spec/catalogue.ts';
import { Judge } from '../../spec/check.ts';
import { diagnose, type Finding } from '../../spec/diagnosis/diagnose.ts';
import type { History } from '../../spec/events/history.ts';
import { type Profile, type ProfileName, PROFILES } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { ProducerAdapter } from '../adapter.ts';
import type { Search } from '../cases/scope.ts';
import type { Scenario } from '../cases/step.ts';
import { type Fault, faultsOf, isBetter } from '../engine/findings.ts';
import { runCampaign } from '../engine/campaign.ts';
import { Minimiser } from '../engine/minimise.ts';
import type { Harness } from '../harness/harness.ts';
import { virtualHarness } from '../harness/in-process/in-process.ts';

/** What to try. */
export interface TrialPlan {
  readonly seed: number;
  /** Cases that run in any event. */
  readonly leastCases: number;
  /** Cases after which it is over in any event. */
  readonly mostCases: number;
  /** Rules whose failing cases are made small and diagnosed, those that break fewest rules first. Default: all. */
  readonly mostDiagnosed?: number;
  /** How scenarios are drawn. Default: mixed. */
  readonly search?: Search;
}

/** What a trial brought to light. */
export interface Outcome {
  /** The first case that broke a rule, counted from 1; infinite if none did. */
  readonly caught: number;
  readonly faults: readonly Fault[];
}

/** Puts one adapter on trial. It takes over the clock of this process. */
export class Trial {
  readonly profile: Profile;
  readonly #harness: Harness;

  constructor(adapter: ProducerAdapter, profile: ProfileName = 'strict') {
    this.profile = PROFILES[profile];
    this.#harness = virtualHarness(adapter, this.profile);
  }

  /** Looks after every block of cases whether it is over. */
  async run(plan: TrialPlan): Promise<Outcome> {
    const { seed, leastCases, mostCases, mostDiagnosed, search } = plan;
    let caught = Number.POSITIVE_INFINITY;
    const { failing } = await runCampaign(this.#harness, {
      rules: CATALOGUE,
      cases: mostCases,
      seed,
      ...(search && { search }),
      isWanted: (first) => first < leastCases || !Number.isFinite(caught),
      onFinding: (found) => (caught = Math.min(caught, found.case + 1)),
    });
    const clearest = [...failing].toSorted(([, one], [, other]) => (isBetter(one, other) ? -1 : 1));
    const minimiser = new Minimiser(this.#harness, CATALOGUE, undefined, false);
    const found = [];
    for (const [rule, { scenario, case: number }] of clearest.slice(0, mostDiagnosed))
      found.push(await minimiser.minimise(rule, scenario, number));
    return { caught, faults: faultsOf(found) };
  }

  async historyOf(scenario: Scenario): Promise<History> {
    return (await this.#harness.run(scenario, new Judge(this.profile))).history;
  }
}

/** What is found when a case is run again, and its history read as a recording. */
export async function foundAgain(trial: Trial, scenario: Scenario): Promise<Finding | undefined> {
  const recording = JSON.stringify(await trial.historyOf(scenario));
  return diagnose(trial.profile, JSON.parse(recording) as History);
}

/** The rules that an outcome accuses. */
export function accusedIn({ faults }: Outcome): readonly RuleId[] {
  return [...new Set(faults.flatMap(({ accused }) => accused))];
}
