// What earlier cases have proven, so that what is known already need not be waited for again in
// full.
import type { Judge } from '../../../spec/check.ts';
import type { RuleId } from '../../../spec/rule.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';

/** Milliseconds without news before an accusation is believed that nothing has confirmed yet. */
const GRACE_MS = 2_000;
/**
 * For a rule that this producer has been proven to break: shrinking repeats the proof many times.
 */
const GRACE_WHEN_PROVEN_MS = 600;
/** Where one more breach changes no verdict: the case only has to end. */
const GRACE_WHEN_SETTLED_MS = 50;
/** Accusations of a rule that failed to be proven, after which no more time is spent on it. */
const VAIN_ATTEMPTS = 3;

/** Remembers proofs: for good, and what each judge, that is each campaign, has been shown. */
export class ProofCache {
  readonly #proven = new Set<RuleId>();
  readonly #vain = new Map<RuleId, number>();
  readonly #shown = new WeakMap<Judge, Set<RuleId>>();

  /** How long to wait before believing these accusations. */
  graceMs(judge: Judge, accusations: readonly LocatedBreach[]): number {
    if (accusations.every(({ rule }) => this.isSettled(judge, rule))) return GRACE_WHEN_SETTLED_MS;
    const allProven = accusations.every(({ rule }) => this.#proven.has(rule));
    return allProven ? GRACE_WHEN_PROVEN_MS : GRACE_MS;
  }

  /** Whether one more accusation of this rule can hardly change this judge's verdict. */
  isSettled(judge: Judge, rule: RuleId): boolean {
    if (this.#proven.has(rule)) return this.#shown.get(judge)?.has(rule) ?? false;
    return (this.#vain.get(rule) ?? 0) >= VAIN_ATTEMPTS;
  }

  noteProven(judge: Judge, rule: RuleId): void {
    this.#proven.add(rule);
    const shown = this.#shown.get(judge) ?? new Set<RuleId>();
    this.#shown.set(judge, shown.add(rule));
  }

  /** A breach could not be proven, or nobody tried. */
  noteUnproven(rule: RuleId): void {
    this.#vain.set(rule, (this.#vain.get(rule) ?? 0) + 1);
  }
}
