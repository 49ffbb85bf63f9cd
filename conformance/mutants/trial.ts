// One producer on trial: the cases of one seed, until every rule that it breaks has been named and enough
// cases have shown that no other is. The seed's cases are those of `producer-tck run --seed`.
import fc from 'fast-check';
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { Judge } from '../../spec/check.ts';
import { PROFILES, type ProfileName } from '../../spec/profile.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { InProcessBench } from '../bench/in-process.ts';
import { VirtualSettler } from '../bench/settle.ts';
import { installVirtualTime } from '../bench/virtual-time.ts';
import { ownFaults } from '../engine/control.ts';
import { shrink } from '../engine/shrink.ts';
import type { Tape } from '../tape/stimulus.ts';
import { tapes } from '../tape/tapes.ts';

/** What to try. */
export interface TrialPlan {
  readonly seed: number;
  /** Rules that must be named before it is over; none: it takes `leastCases`. */
  readonly expected: readonly RuleId[];
  /** Cases that run in any event. */
  readonly leastCases: number;
  /** Cases after which it is over in any event. */
  readonly mostCases: number;
}

/** A rule that was named. */
export interface Naming {
  readonly rule: RuleId;
  /** The first case that broke it, counted from 1. */
  readonly case: number;
  readonly tape: Tape;
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
  readonly #bench: InProcessBench;

  constructor(adapter: ProducerAdapter, profile: ProfileName = 'strict') {
    const time = installVirtualTime();
    const settler = new VirtualSettler(time, adapter.lingerMs);
    this.#bench = new InProcessBench(adapter, PROFILES[profile], settler, () => time.reset());
  }

  async run({ seed, expected, leastCases, mostCases }: TrialPlan): Promise<Findings> {
    const judge = new Judge(this.#bench.scope.profile);
    const named = new Map<RuleId, Naming>();
    let number = 0;
    let over = false;
    const property = fc.asyncProperty(tapes(this.#bench.scope), async (tape) => {
      number += 1;
      const { breaches } = await this.#bench.run(tape, judge);
      for (const { rule } of await ownFaults(this.#bench, tape, breaches, judge))
        if (!named.has(rule)) named.set(rule, { rule, case: number, tape });
      over = number >= leastCases && expected.every((rule) => named.has(rule));
      return !over;
    });
    const details = await fc.check(property, { seed, numRuns: mostCases, endOnFailure: true });
    if (details.failed && !over) throw details.errorInstance;
    return { named: [...named.values()], results: judge.results() };
  }

  /** Stimuli in the shortest case that breaks the rule, `open` left out; absent if it is not repeatable. */
  async shrunkLength({ rule, tape }: Naming): Promise<number | undefined> {
    const known = findRule(rule) as Rule;
    const shrunk = await shrink(this.#bench, tape, known, CATALOGUE, SHRINK_BUDGET_MS);
    return shrunk && shrunk.tape.length - 1;
  }
}
