// From a failing case to the counterexample that is shown: shrunk by fast-check, then, where the subject is
// in process, set against every shorter scenario of the same parts.
import { findRule } from '../../spec/catalogue.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import { AdapterFault, type Harness } from '../harness/harness.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { realNowMs } from '../harness/in-process/virtual-time.ts';
import type { Certificate } from '../cases/exhaustive/bound.ts';
import { certify, isExpressible } from '../cases/exhaustive/certify.ts';
import type { Scenario } from '../cases/step.ts';
import type { FoundCase } from './job.ts';
import { shrink, type Shrunk } from './shrink.ts';

/** Real milliseconds spent on shrinking the case of one rule, on virtual and on real time. */
const SHRINK_BUDGET_MS = { virtual: 10_000, real: 30_000 };
/** Real milliseconds spent on shorter scenarios: of one rule, and of all rules of a run. */
const CERTIFY_BUDGET_MS = { rule: 2_000, run: 10_000 };

/** Minimises the failing cases of one run. */
export class Minimiser {
  readonly #harness: Harness;
  readonly #rules: readonly Rule[];
  readonly #onCase: () => void;
  #certifyMs = CERTIFY_BUDGET_MS.run;

  /** `rules`: those that judged the run. `onCase` is called before each case. */
  constructor(harness: Harness, rules: readonly Rule[], onCase: () => void) {
    this.#harness = harness;
    this.#rules = rules;
    this.#onCase = onCase;
  }

  /** The counterexample to rule `id`, or the case as it was found if it does not break the rule again. */
  async minimise(id: RuleId, drawn: Scenario, number: number): Promise<FoundCase> {
    const rule = findRule(id) as Rule;
    const shrunk = await this.#shrink(drawn, rule);
    if (!shrunk) return unrepeatable(id, drawn, number);
    const found = await this.#certify(shrunk, rule);
    const { scenario, history, breach, certificate } = found;
    const { at, why } = breach;
    const known = certificate && { certificate };
    return { rule: id, scenario, history, at, why, case: number, ...known };
  }

  #shrink(scenario: Scenario, rule: Rule): Promise<Shrunk | undefined> {
    const isVirtual = this.#harness instanceof InProcessHarness;
    const budgetMs = SHRINK_BUDGET_MS[isVirtual ? 'virtual' : 'real'];
    return shrink(this.#harness, scenario, rule, this.#rules, budgetMs, this.#onCase);
  }

  async #certify(
    shrunk: Shrunk,
    rule: Rule,
  ): Promise<Shrunk & { readonly certificate?: Certificate }> {
    const harness = this.#harness;
    if (!(harness instanceof InProcessHarness) || !isExpressible(shrunk.scenario)) return shrunk;
    const startMs = realNowMs();
    const certified = await certify(harness, shrunk.scenario, rule, {
      budgetMs: Math.min(CERTIFY_BUDGET_MS.rule, this.#certifyMs),
      rules: this.#rules,
      onCase: this.#onCase,
    }).catch(unlessDiverged);
    this.#certifyMs -= realNowMs() - startMs;
    if (!certified) return shrunk;
    const { certificate, shorter } = certified;
    const best = shorter && (await this.#shrink(shorter, rule));
    return { ...(best ?? shrunk), certificate };
  }
}

/** Of a subject that does not repeat itself nothing can be certified; the violation stands. */
function unlessDiverged(error: unknown): undefined {
  if (error instanceof AdapterFault && error.code === 'diverged') return;
  throw error;
}

function unrepeatable(rule: RuleId, scenario: Scenario, number: number): FoundCase {
  const why = 'it was not broken again when the same case was repeated';
  return { rule, scenario, history: [], at: 0, why, case: number, unrepeatable: true };
}
