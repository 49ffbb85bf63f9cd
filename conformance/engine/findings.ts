// What the cases of a campaign found: for each rule that is broken its shortest case, once every breach has been
// tried by a control experiment.
import type { Judge } from '../../spec/check.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { proven, type Harness, type CaseRecord } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';
import { attribute, type Played } from './attribution.ts';
import type { FoundCase } from './job.ts';

/** A failing case, before it is shrunk. */
export interface Finding {
  readonly scenario: Scenario;
  /** Number of the first case that broke the rule, counted from 0. */
  readonly case: number;
  /** Number of the case whose scenario this is. */
  readonly drawn: number;
  /** The scenario was not drawn, but made from one that was: harder to shrink. */
  readonly made?: true;
}

/** Cases that one drawn case may lead to, at most: what speaks against a finding is a case of its own. */
const MOST_CASES = 10;

/** Collects findings, case by case. What a block of cases leads to depends on that block alone. */
export class Findings {
  readonly byRule = new Map<RuleId, Finding>();
  readonly #harness: Harness;
  readonly #judge: Judge;
  readonly #onFinding: (found: FoundCase) => void;
  /** Those of the current block. */
  #block = new Map<RuleId, Finding>();

  /** `judge`: that of the campaign, whose results follow what stands. */
  constructor(harness: Harness, judge: Judge, onFinding: (found: FoundCase) => void = () => {}) {
    this.#harness = harness;
    this.#judge = judge;
    this.#onFinding = onFinding;
  }

  beginBlock(): void {
    this.#block = new Map();
  }

  /** Takes in a case that the judge has just seen. */
  async take(scenario: Scenario, record: CaseRecord, number: number): Promise<void> {
    const cases: Played[] = [{ scenario, history: record.history, broken: proven(record) }];
    for (const one of cases) {
      const instead = await this.#try(one, number);
      if (cases.length < MOST_CASES) cases.push(...instead);
    }
  }

  /** Keeps the breaches that stand, and returns the cases that speak against the others. */
  async #try(one: Played, number: number): Promise<readonly Played[]> {
    const { broken } = one;
    const news = broken.filter(({ rule }) => isNews(this.#block.get(rule), one));
    const { own, instead } = await attribute(this.#harness, one, news, this.#judge);
    for (const breach of own) this.#keep(one, breach, number);
    return instead;
  }

  #keep(played: Played, breach: LocatedBreach, number: number): void {
    const { rule, at, why } = breach;
    const { scenario, history, made } = played;
    if (!this.#judge.rules.some(({ id }) => id === rule)) return;
    this.#judge.charge(breach);
    const known = this.byRule.get(rule);
    const finding = { scenario, case: known?.case ?? number, drawn: number, ...(made && { made }) };
    this.#block.set(rule, finding);
    if (isNews(known, played)) this.byRule.set(rule, finding);
    if (!known) this.#onFinding({ rule, scenario, case: number, history, at, why });
  }
}

/** Whether a case that breaks a rule is worth keeping: the first, or better than the one that is known. */
export function isNews(
  known: Finding | undefined,
  one: Pick<Finding, 'scenario' | 'made'>,
): boolean {
  return !known || compare(one, known) < 0;
}

/** Negative if the first is the better one to shrink: rather drawn than made, and then the shorter one. */
export function compare(
  one: Pick<Finding, 'scenario' | 'made'>,
  other: Pick<Finding, 'scenario' | 'made'>,
): number {
  return (
    Number(one.made ?? false) - Number(other.made ?? false) ||
    one.scenario.length - other.scenario.length
  );
}
