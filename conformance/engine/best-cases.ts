// The failing cases of a campaign: for each rule that is broken, the case that shows it best.
import type { RuleId } from '../../spec/rule.ts';
import { proven, type CaseRecord } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';
import type { FailingCase, FoundCase } from './job.ts';

/** Keeps the best case of each rule. */
export class BestCases {
  readonly byRule = new Map<RuleId, FailingCase>();
  readonly #onFirst: (found: FoundCase) => void;

  /** `onFirst` hears of each rule's first case. */
  constructor(onFirst: (found: FoundCase) => void = () => {}) {
    this.#onFirst = onFirst;
  }

  /** Takes in a case that was run and judged. */
  take(scenario: Scenario, record: CaseRecord, number: number): void {
    const breaches = proven(record);
    for (const { rule, at, why } of breaches) {
      const known = this.byRule.get(rule);
      const first = known?.case ?? number;
      const one = { scenario, case: first, drawn: number, breaks: breaches.length };
      if (!known || isBetter(one, known)) this.byRule.set(rule, one);
      if (!known)
        this.#onFirst({ rule, of: rule, scenario, case: number, history: record.history, at, why });
    }
  }
}

/** Whether a case shows a rule better than another: it breaks fewer rules, or as many in fewer steps. */
export function isBetter(one: FailingCase, other: FailingCase): boolean {
  return one.breaks - other.breaks < 0 || (one.breaks === other.breaks && isShorter(one, other));
}

function isShorter(one: FailingCase, other: FailingCase): boolean {
  const difference = one.scenario.length - other.scenario.length;
  return difference < 0 || (difference === 0 && one.drawn < other.drawn);
}
