// Isolation (ISO-1): a case that breaks a rule after other cases, or beside one, is run where no producer was opened
// before. If it is lawful there, the producer that shows the breach in company shares what is not its own.
import { diagnose } from '../../spec/diagnosis/diagnose.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { alone, inCompany, plainPredecessors } from '../cases/company.ts';
import { simplerScenarios } from '../cases/simplify.ts';
import { openingOf, settingsOf, type Scenario } from '../cases/step.ts';
import type { CaseRecord } from '../harness/harness.ts';
import { realNowMs } from '../harness/in-process/virtual-time.ts';
import type { FailingCase, FoundCase } from './job.ts';

/** What came of a case. */
interface Outcome {
  readonly history: CaseRecord['history'];
  readonly breaches: readonly { readonly rule: RuleId }[];
}

/** Runs cases one after another where no producer was opened before. Those after a fault of the adapter are missing. */
export type Afresh = (scenarios: readonly Scenario[]) => Promise<readonly Outcome[]>;

/** A case whose breach may be another case's doing. */
export interface Suspect {
  readonly found: FoundCase;
  /** As it was drawn, with the cases before it. */
  readonly failing?: Pick<FailingCase, 'scenario' | 'before'> | undefined;
}

/** Runs of a case, alone and in company, that must agree. */
const AGREEING_RUNS = 3;
/** Simpler cases that are tried: each takes a process of its own. */
const MOST_TRIALS = 40;

/** Looks for the company that breaches need, for `budgetMs` of real time at most. */
export class Isolation {
  readonly #profile: Profile;
  readonly #afresh: Afresh;
  readonly #budgetMs: number;
  #deadlineMs: number | undefined;
  /** Simpler cases that may still be tried. */
  #trials = MOST_TRIALS;

  constructor(profile: Profile, afresh: Afresh, budgetMs: number) {
    this.#profile = profile;
    this.#afresh = afresh;
    this.#budgetMs = budgetMs;
  }

  get #isLate(): boolean {
    return this.#deadlineMs !== undefined && realNowMs() > this.#deadlineMs;
  }

  /** The smallest case found that is lawful alone and not in company; absent: there is none. */
  async explain({ found, failing }: Suspect): Promise<FoundCase | undefined> {
    this.#deadlineMs ??= realNowMs() + this.#budgetMs;
    if (this.#isLate) return undefined;
    for await (const scenario of this.#unlawful(found, failing)) {
      const smallest = await this.#shrink(scenario);
      const runs = Array.from({ length: AGREEING_RUNS - 1 }, () => smallest);
      if (!(await this.#agree(runs, true))) continue;
      if (!(await this.#agree([...runs, smallest].map(alone), false))) continue;
      return await this.#shown(found, smallest);
    }
    return undefined;
  }

  /** Cases in company that break a rule, though they break none alone. */
  async *#unlawful(found: FoundCase, failing: Suspect['failing']): AsyncGenerator<Scenario> {
    if (openingOf(found.scenario).company) yield found.scenario;
    const before = failing?.before.toReversed() ?? [];
    for (const scenario of [found.scenario, ...(failing ? [failing.scenario] : [])].map(alone)) {
      const others = [...plainPredecessors(settingsOf(scenario)), ...before].map(alone);
      yield* this.#after(scenario, others);
    }
  }

  /** All others are tried in one go, to see which are worth a try of their own. */
  async *#after(scenario: Scenario, others: readonly Scenario[]): AsyncGenerator<Scenario> {
    const both = others.map((other) => inCompany(scenario, 'before', other));
    const [first, ...outcomes] = await this.#afresh([scenario, ...both]);
    if (!first || first.breaches.length > 0) return;
    for (const [at, { breaches }] of outcomes.entries()) {
      const one = both[at];
      if (!one || breaches.length === 0) continue;
      if (this.#isLate) return;
      if (await this.#breaks(one)) yield one;
    }
  }

  async #breaks(scenario: Scenario): Promise<boolean> {
    const [outcome] = await this.#afresh([scenario]);
    return outcome !== undefined && outcome.breaches.length > 0;
  }

  async #agree(scenarios: readonly Scenario[], breaks: boolean): Promise<boolean> {
    for (const scenario of scenarios) if ((await this.#breaks(scenario)) !== breaks) return false;
    return true;
  }

  /** Simpler cases that still break a rule in company, but none alone. */
  async #shrink(scenario: Scenario): Promise<Scenario> {
    for (const simpler of simplerScenarios(scenario)) {
      if (!openingOf(simpler).company) continue;
      if ((this.#trials -= 1) < 0 || this.#isLate) break;
      if (!(await this.#breaks(simpler))) continue;
      if (await this.#breaks(alone(simpler))) continue;
      return this.#shrink(simpler);
    }
    return scenario;
  }

  /** The case without company, if it breaks a rule without it. */
  async withoutCompany(found: FoundCase): Promise<FoundCase | undefined> {
    const scenario = alone(found.scenario);
    return (await this.#breaks(scenario)) ? this.#shown(found, scenario) : undefined;
  }

  async #shown(found: FoundCase, scenario: Scenario): Promise<FoundCase | undefined> {
    const [{ history } = { history: [] }] = await this.#afresh([scenario]);
    const finding = diagnose(this.#profile, history);
    if (!finding) return undefined;
    const { rule, at, why } = finding;
    return { rule, of: found.of, scenario, history, at, why, case: found.case, finding };
  }
}
