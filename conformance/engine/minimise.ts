// From a failing case to the counterexample that is shown: shrunk by fast-check, then, where the subject is
// in process, set against every shorter tape of the same parts.
import { findRule } from '../../spec/catalogue.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import { AdapterFault, type Bench } from '../bench/bench.ts';
import { InProcessBench } from '../bench/in-process.ts';
import { realNowMs } from '../bench/virtual-time.ts';
import { certify, isExpressible, type Certificate } from '../exhaustive/certify.ts';
import type { Tape } from '../tape/stimulus.ts';
import type { FoundCase } from './job.ts';
import { shrink, type Shrunk } from './shrink.ts';

/** Real milliseconds spent on shrinking the case of one rule, on virtual and on real time. */
const SHRINK_BUDGET_MS = { virtual: 10_000, real: 30_000 };
/** Real milliseconds spent on shorter tapes: of one rule, and of all rules of a run. */
const CERTIFY_BUDGET_MS = { rule: 2_000, run: 10_000 };

/** Minimises the failing cases of one run. */
export class Minimiser {
  readonly #bench: Bench;
  readonly #rules: readonly Rule[];
  readonly #onCase: () => void;
  #certifyMs = CERTIFY_BUDGET_MS.run;

  /** `rules`: those that judged the run. `onCase` is called before each case. */
  constructor(bench: Bench, rules: readonly Rule[], onCase: () => void) {
    this.#bench = bench;
    this.#rules = rules;
    this.#onCase = onCase;
  }

  /** The counterexample to rule `id`, or the case as it was found if it does not break the rule again. */
  async minimise(id: RuleId, drawn: Tape, number: number): Promise<FoundCase> {
    const rule = findRule(id) as Rule;
    const shrunk = await this.#shrink(drawn, rule);
    if (!shrunk) return unrepeatable(id, drawn, number);
    const found = await this.#certify(shrunk, rule);
    const { tape, history, breach, certificate } = found;
    const { at, why } = breach;
    const known = certificate && { certificate };
    return { rule: id, tape, history, at, why, case: number, ...known };
  }

  #shrink(tape: Tape, rule: Rule): Promise<Shrunk | undefined> {
    const isVirtual = this.#bench instanceof InProcessBench;
    const budgetMs = SHRINK_BUDGET_MS[isVirtual ? 'virtual' : 'real'];
    return shrink(this.#bench, tape, rule, this.#rules, budgetMs, this.#onCase);
  }

  async #certify(
    shrunk: Shrunk,
    rule: Rule,
  ): Promise<Shrunk & { readonly certificate?: Certificate }> {
    const bench = this.#bench;
    if (!(bench instanceof InProcessBench) || !isExpressible(shrunk.tape)) return shrunk;
    const startMs = realNowMs();
    const certified = await certify(bench, shrunk.tape, rule, {
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

function unrepeatable(rule: RuleId, tape: Tape, number: number): FoundCase {
  const why = 'it was not broken again when the same case was repeated';
  return { rule, tape, history: [], at: 0, why, case: number, unrepeatable: true };
}
