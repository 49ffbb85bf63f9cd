// One producer on trial: the cases of one seed, until every rule that it breaks has been named and enough
// cases have shown that no other is. They are the cases of `producer-tck run --seed`.
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { VirtualSettler } from '../harness/in-process/settle.ts';
import { installVirtualTime } from '../harness/in-process/virtual-time.ts';
import { runCampaign } from '../engine/campaign.ts';
import { shrink } from '../engine/shrink.ts';
import type { Search } from '../cases/search.ts';
import type { Scenario } from '../cases/step.ts';

/** What to try. */
export interface TrialPlan {
  readonly seed: number;
  /** Rules that must be named before it is over; none: it takes `leastCases`. */
  readonly expected: readonly RuleId[];
  /** Cases that run in any event. */
  readonly leastCases: number;
  /** Cases after which it is over in any event. */
  readonly mostCases: number;
  /** How scenarios are drawn. Default: mixed. */
  readonly search?: Search;
}

/** A rule that was named. */
export interface Naming {
  readonly rule: RuleId;
  /** The first case that broke it, counted from 1. */
  readonly case: number;
  readonly scenario: Scenario;
}

/** What a trial brought to light. */
export interface Findings {
  /** The rules that were named, in the order in which they were. */
  readonly named: readonly Naming[];
  readonly results: readonly RuleResult[];
}

/** Far more than it takes, so that lengths do not depend on the machine. */
const SHRINK_BUDGET_MS = 120_000;

/** Puts one adapter on trial. It takes over the clock of this process. */
export class Trial {
  readonly #harness: InProcessHarness;

  constructor(adapter: ProducerAdapter, profile: ProfileName = 'strict') {
    const time = installVirtualTime();
    const settler = new VirtualSettler(time, adapter.lingerMs);
    this.#harness = new InProcessHarness(adapter, PROFILES[profile], settler, () => time.reset());
  }

  /** Looks after every block of cases whether it is over. */
  async run({ seed, expected, leastCases, mostCases, search }: TrialPlan): Promise<Findings> {
    const named = new Map<RuleId, Naming>();
    const { results } = await runCampaign(this.#harness, {
      rules: CATALOGUE,
      cases: mostCases,
      seed,
      ...(search && { search }),
      isWanted: (first) => first < leastCases || !expected.every((rule) => named.has(rule)),
      onFinding: ({ rule, scenario, case: number }) =>
        named.set(rule, { rule, scenario, case: number + 1 }),
    });
    return { named: [...named.values()], results };
  }

  /** Steps in the shortest case that breaks the rule, `open` left out; absent if it is not repeatable. */
  async shrunkLength({ rule, scenario }: Naming): Promise<number | undefined> {
    const known = findRule(rule) as Rule;
    const shrunk = await shrink(this.#harness, scenario, known, CATALOGUE, SHRINK_BUDGET_MS);
    return shrunk && shrunk.scenario.length - 1;
  }
}
