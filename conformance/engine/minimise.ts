// From a failing case to the counterexample that is shown: shrunk by fast-check, then, where the subject is
// in process, set against every shorter scenario of the same parts.
import { findRule } from '../../spec/catalogue.ts';
import { diagnose } from '../../spec/diagnosis/diagnose.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { AdapterFault, type CaseRecord, type Harness } from '../harness/harness.ts';
import { InProcessHarness } from '../harness/in-process/in-process.ts';
import { realNowMs } from '../harness/in-process/virtual-time.ts';
import type { Certificate } from '../cases/exhaustive/small-scope.ts';
import { certify, isExpressible } from '../cases/exhaustive/certify.ts';
import type { Scenario } from '../cases/step.ts';
import { partsOf } from '../cases/simplify.ts';
import { proofByControl } from './control.ts';
import type { FoundCase } from './job.ts';
import { attempt, breaksNoOther, shrink, type Shrunk } from './shrink.ts';

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

  /**
   * `rules`: those that judged the run. `onCase` is called before each case. `certifies`: whether it looks for shorter
   * scenarios besides; default yes.
   */
  constructor(
    harness: Harness,
    rules: readonly Rule[],
    onCase: () => void = () => {},
    certifies = true,
  ) {
    this.#harness = harness;
    this.#rules = rules;
    this.#onCase = onCase;
    if (!certifies) this.#certifyMs = 0;
  }

  /**
   * The smallest case that shows why rule `id` is broken: if a part of its own smallest case is unlawful by itself,
   * that part, whatever it breaks. The case as it was found if it does not break the rule again.
   */
  async minimise(id: RuleId, drawn: Scenario, number: number): Promise<FoundCase> {
    const smallest = await this.#shrink(drawn, ruleOf(id));
    if (!smallest) return unrepeatable(id, drawn, number);
    const found = await this.#certify(await this.#withinParts(smallest));
    const { scenario, history, breach, certificate } = found;
    const finding = diagnose(this.#harness.scope.profile, history);
    const { rule, at, why } = finding ?? breach;
    const known = { ...(finding && { finding }), ...(certificate && { certificate }) };
    return { rule, of: id, scenario, history, at, why, case: number, ...known };
  }

  /**
   * The smallest case of a breach that nothing but time speaks for, and the proof that it is one, if that can be had by
   * a control.
   */
  async prove(id: RuleId, drawn: Scenario, number: number): Promise<FoundCase> {
    const smallest = await this.#shrink(drawn, ruleOf(id), everything);
    if (!smallest) return unrepeatable(id, drawn, number);
    const { scenario, history, breach } = smallest;
    const shown = { of: id, scenario, history, case: number };
    const proof = await proofByControl(this.#harness, smallest, this.#rules);
    const finding = diagnose(this.#harness.scope.profile, history);
    if (proof === undefined || !finding) {
      const { rule, at, why } = breach;
      return { ...shown, rule, at, why, unproven: true };
    }
    const { rule, at } = finding;
    const why = `${finding.why}; ${proof}`;
    return { ...shown, rule, at, why, finding: { ...finding, why } };
  }

  async #withinParts(whole: Shrunk): Promise<Shrunk> {
    let smallest = whole;
    for (let part = await this.#unlawfulPart(smallest); part;) {
      const shrunk = await this.#shrink(part.scenario, ruleOf(part.breach.rule));
      if (!shrunk) break;
      smallest = shrunk;
      part = await this.#unlawfulPart(smallest);
    }
    return smallest;
  }

  /** A part that breaks any rule, preferably the one that the whole was shrunk for. */
  async #unlawfulPart({ scenario, breach }: Shrunk): Promise<Shrunk | undefined> {
    for (const part of partsOf(scenario)) {
      this.#onCase();
      const found = await attempt(this.#harness, part, breach.rule, this.#rules);
      if (found) return found;
    }
    return undefined;
  }

  #shrink(
    scenario: Scenario,
    rule: Rule,
    breachesOf?: (record: CaseRecord) => readonly LocatedBreach[],
  ): Promise<Shrunk | undefined> {
    const isVirtual = this.#harness instanceof InProcessHarness && !this.#harness.isOutside;
    const budgetMs = SHRINK_BUDGET_MS[isVirtual ? 'virtual' : 'real'];
    const budget = { ms: budgetMs, onCase: this.#onCase };
    return shrink(this.#harness, scenario, rule, this.#rules, budget, breachesOf);
  }

  async #certify(shrunk: Shrunk): Promise<Shrunk & { readonly certificate?: Certificate }> {
    const harness = this.#harness;
    const rule = ruleOf(shrunk.breach.rule);
    if (!(harness instanceof InProcessHarness) || harness.isOutside) return shrunk;
    if (!isExpressible(shrunk.scenario) || this.#certifyMs <= 0) return shrunk;
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
    return { ...(best && breaksNoOther(best, shrunk) ? best : shrunk), certificate };
  }
}

/** Of a subject that does not repeat itself nothing can be certified; the violation stands. */
function unlessDiverged(error: unknown): undefined {
  if (error instanceof AdapterFault && error.code === 'diverged') return;
  throw error;
}

function ruleOf(id: RuleId): Rule {
  const rule = findRule(id);
  if (!rule) throw new Error(`${id} was judged, which the catalogue does not hold`);
  return rule;
}

/** What it gave when it was drawn is known to those who drew it. */
function unrepeatable(rule: RuleId, scenario: Scenario, number: number): FoundCase {
  return {
    rule,
    of: rule,
    scenario,
    history: [],
    at: 0,
    why: '',
    case: number,
    unrepeatable: true,
  };
}

function everything({ breaches }: CaseRecord): readonly LocatedBreach[] {
  return breaches;
}
