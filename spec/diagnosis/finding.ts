// What is wrong with an unlawful case: one headline rule, and what the evidence says beside it.
import type { Op } from '../events/history.ts';
import type { RuleId } from '../rule.ts';

/** The diagnosis of one unlawful case. */
export interface Finding {
  /** The headline. */
  readonly rule: RuleId;
  /** What happened, and should not have. */
  readonly why: string;
  /** Index of the breaking event within its case; its `open` is 0. */
  readonly at: number;
  /** The call concerned, where there is one. */
  readonly op?: Op;
  /** The rules between which the evidence does not decide, the headline first. */
  readonly candidates?: readonly RuleId[];
  /** The one mistaken account that explains the case, as the rest of a sentence that begins with "as if". */
  readonly hypothesis?: { readonly rule: RuleId; readonly text: string };
  /** The other rules that the same case breaks. */
  readonly alsoBroken: readonly RuleId[];
}
