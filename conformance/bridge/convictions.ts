// What earlier cases have proven, so that what is known already need not be waited for again in full.
import type { Judge } from '../../spec/check.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';

/** Milliseconds without news before an accusation is believed that nothing has confirmed yet. */
const GRACE_MS = 2_000;
/** For a rule that this producer has been proven to break: shrinking repeats the proof many times. */
const GRACE_WHEN_PROVEN_MS = 600;
/** Where one more breach changes no verdict: the case only has to end. */
const GRACE_WHEN_SETTLED_MS = 50;
/** Accusations of a rule that failed to be proven, after which no more time is spent on it. */
const VAIN_ATTEMPTS = 3;

/** Remembers proofs: for good, and what each judge, that is each campaign, knows. */
export class Convictions {
  readonly #proven = new Set<RuleId>();
  readonly #known = new WeakMap<Judge, Map<RuleId, number>>();

  /** How long to wait before believing these accusations. */
  graceMs(judge: Judge, accusations: readonly LocatedBreach[]): number {
    if (accusations.every(({ rule }) => this.isSettled(judge, rule))) return GRACE_WHEN_SETTLED_MS;
    const allProven = accusations.every(({ rule }) => this.#proven.has(rule));
    return allProven ? GRACE_WHEN_PROVEN_MS : GRACE_MS;
  }

  /** Whether this judge's verdict on the rule can hardly change any more. */
  isSettled(judge: Judge, rule: RuleId): boolean {
    return (this.#known.get(judge)?.get(rule) ?? 0) >= VAIN_ATTEMPTS;
  }

  /** A breach was proven, or was not. */
  note(judge: Judge, rule: RuleId, isProven: boolean): void {
    if (isProven) this.#proven.add(rule);
    const known = this.#known.get(judge) ?? new Map<RuleId, number>();
    this.#known.set(judge, known);
    known.set(rule, isProven ? VAIN_ATTEMPTS : (known.get(rule) ?? 0) + 1);
  }
}
