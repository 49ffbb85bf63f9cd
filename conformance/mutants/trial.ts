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
import { openingOf, type Scenario } from '../cases/step.ts';
import { type Fault, faultsOf, isBetter } from '../engine/findings.ts';
import { runCampaign } from '../engine/campaign.ts';
import { Isolation } from '../engine/isolation.ts';
import type { FailingCase, FoundCase } from '../engine/job.ts';
import { Minimiser } from '../engine/minimise.ts';
import type { CaseRecord, Harness } from '../harness/harness.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';

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

/** Ends a campaign with the case that breaks a rule. */
class Caught extends Error {
  readonly number: number;

  constructor(number: number) {
    super(`case ${number} breaks a rule`);
    this.number = number;
  }
}

/** Puts one adapter on trial. It takes over the clock of this process. */
export class Trial {
  readonly profile: Profile;
  readonly #load: () => ProducerAdapter;
  readonly #time = installVirtualTime();

  /** `load` gives the adapter as it is before any producer was opened. */
  constructor(load: () => ProducerAdapter, profile: ProfileName = 'strict') {
    this.profile = PROFILES[profile];
    this.#load = load;
  }

  /** Looks after every block of cases whether it is over. */
  async run(plan: TrialPlan): Promise<Outcome> {
    const { seed, leastCases, mostCases, mostDiagnosed, search } = plan;
    let caught = Number.POSITIVE_INFINITY;
    const harness = this.#fresh();
    const { failing } = await runCampaign(harness, {
      rules: CATALOGUE,
      cases: mostCases,
      seed,
      ...(search && { search }),
      isWanted: (first) => first < leastCases || !Number.isFinite(caught),
      onFinding: (found) => (caught = Math.min(caught, found.case + 1)),
    });
    const clearest = [...failing].toSorted(([, one], [, other]) => (isBetter(one, other) ? -1 : 1));
    const found: FoundCase[] = [];
    for await (const one of this.#minimised(harness, clearest)) {
      found.push(one);
      if (found.length === mostDiagnosed) break;
    }
    return { caught, faults: faultsOf(found) };
  }

  /** The first case of a seed that breaks a rule, counted from 1; infinite if none of `mostCases` does. */
  async firstCaught(seed: number, mostCases: number): Promise<number> {
    const onFinding = (found: FoundCase) => {
      throw new Caught(found.case + 1);
    };
    try {
      await runCampaign(this.#fresh(), { rules: CATALOGUE, cases: mostCases, seed, onFinding });
    } catch (error) {
      if (error instanceof Caught) return error.number;
      throw error;
    }
    return Number.POSITIVE_INFINITY;
  }

  async historyOf(scenario: Scenario): Promise<History> {
    const [record] = await this.#afresh([scenario]);
    return record?.history ?? [];
  }

  /**
   * As it is done with the cases of a run. Those of which none breaks a rule alone are all taken to show what one of
   * them is explained by.
   */
  async *#minimised(
    harness: Harness,
    failing: readonly (readonly [RuleId, FailingCase])[],
  ): AsyncGenerator<FoundCase> {
    const minimiser = new Minimiser(harness, CATALOGUE, undefined, false);
    const isolation = new Isolation(this.profile, this.#afresh, Number.POSITIVE_INFINITY);
    for (const [rule, drawn] of failing) {
      const found = await minimiser.minimise(rule, drawn.scenario, drawn.case);
      const plain = await isolation.withoutCompany(found);
      const shared = plain ? undefined : await isolation.explain({ found, failing: drawn });
      // Nobody knows what broke it, as in a run.
      if (!shared && !plain) continue;
      yield shared ?? (plain && openingOf(found.scenario).company ? plain : found);
      if (shared) return;
    }
  }

  readonly #afresh = async (scenarios: readonly Scenario[]): Promise<readonly CaseRecord[]> => {
    const harness = this.#fresh();
    const records: CaseRecord[] = [];
    for (const scenario of scenarios)
      records.push(await harness.run(scenario, new Judge(this.profile)));
    return records;
  };

  /** Nobody watches whether it leaves its thread, which none of these does, and which takes time. */
  #fresh(): Harness {
    const adapter = this.#load();
    const settler = new VirtualSettler(this.#time, adapter.lingerMs);
    return new InProcessHarness(adapter, this.profile, settler, () => this.#time.reset());
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
