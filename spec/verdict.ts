// What a rule made of a history, and what a whole report concludes.
import type { Op } from './events/history.ts';
import type { RuleId } from './rule.ts';
import type { Capability } from './events/settings.ts';

/** A breach, located. */
export interface LocatedBreach {
  readonly rule: RuleId;
  readonly why: string;
  /** The call concerned, where there is one. */
  readonly op?: Op;
  /** Index of the breaking event within its case; its `open` is 0. */
  readonly at: number;
  /** Line of the breaking event within the whole history, counted from 1. */
  readonly line: number;
}

/** A rule's verdict on what it was shown. */
export type RuleVerdict =
  | 'satisfied'
  | 'violated'
  /** A real-time subject gave no proof either way. */
  | 'inconclusive'
  /** Its antecedent never held: red, not green. */
  | 'not-exercised'
  | 'not-applicable';

/**
 * Why a rule is not applicable: an undeclared capability, the profile, that packets are unseen, or that
 * the subject runs in another process than its application.
 */
export type Missing = Capability | 'strict' | 'packets' | 'in-process';

/** One rule's result. */
export interface RuleResult {
  readonly id: RuleId;
  readonly verdict: RuleVerdict;
  /** How often its antecedent held. */
  readonly exercised: number;
  readonly missing?: Missing;
  /** The first breach. */
  readonly breach?: LocatedBreach;
}
