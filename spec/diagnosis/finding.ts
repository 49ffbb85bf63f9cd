// A finding: what is wrong with a producer, as one unlawful case shows it. Plain data.
import type { Op } from '../events/history.ts';
import type { RuleId } from '../rule.ts';

/** The mistake that accounts for a case, in words that follow "as if". */
export interface HypothesisName {
  /** The rule that the mistake breaks. */
  readonly rule: RuleId;
  readonly text: string;
}

/** What is wrong, named once, whatever else it breaks. */
export interface Finding {
  /** The headline: the rule that says best what is wrong. */
  readonly rule: RuleId;
  /** What happened, without a full stop. */
  readonly why: string;
  /** Index of the breaking event within its case; its `open` is 0. */
  readonly at: number;
  /** The call concerned, where there is one. */
  readonly op?: Op;
  /** Rules between which the evidence does not decide, the headline first. Absent: it decides. */
  readonly candidates?: readonly RuleId[];
  /** The one mistake that makes the case lawful. Absent: none does, or several do. */
  readonly hypothesis?: HypothesisName;
  /** Other rules that the same case breaks. */
  readonly alsoBroken: readonly RuleId[];
}

/** The rules that a finding names: its headline, its candidates, and the rule of its hypothesis. */
export function rulesNamed({ rule, candidates = [], hypothesis }: Finding): readonly RuleId[] {
  return [...new Set([rule, ...candidates, ...(hypothesis ? [hypothesis.rule] : [])])];
}
