// From an unlawful case to what is wrong. Runs once, after a case has been made as small as possible; the law
// knows nothing of it. What is in a minimal case is needed for it, and so has a part in what is wrong.
import { missingFor, type LocatedBreach } from '../verdict.ts';
import { CATALOGUE, findRule } from '../catalogue.ts';
import { Judge } from '../check.ts';
import {
  type Company,
  HistoryError,
  type History,
  type Op,
  type OpenEvent,
} from '../events/history.ts';
import type { Profile } from '../model/profile.ts';
import type { Rule, RuleId } from '../rule.ts';
import { aftermathOf } from './aftermath.ts';
import { accountOf, HYPOTHESES, type Hypothesis, type HypothesisName } from './hypotheses.ts';
import { headlinesOf } from './precedence.ts';

/** What is wrong, named once, whatever else it breaks. */
export interface Finding {
  /** The headline: the rule that says best what is wrong. The law names it, or it is what the producer did not survive. */
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

/** What is wrong with the history of one case; absent: it is lawful. */
export function diagnose(
  profile: Profile,
  history: History,
  rules: readonly Rule[] = CATALOGUE,
): Finding | undefined {
  const judge = new Judge(profile, rules);
  for (const event of history) judge.next(event);
  const { breaches } = judge;
  const [open] = history;
  if (breaches.length === 0 || open?.event !== 'open') return undefined;
  const isOfSpace = breaches.some((one) => one.at === breaches[0]?.at && SHOWS_SPACE.has(one.rule));
  const fitting = isOfSpace ? fittingHypotheses(profile, history, rules) : [];
  const { harm, certain, likely } = aftermathOf(profile, history, breaches);
  const mistakes = [...(harm ? [harm] : []), ...certain, ...onlyOne(fitting), ...likely];
  const hypothesis = mistakes.find((one) => isJudged(one.rule, profile, open));
  const clearest = headlinesOf(breaches, history, fitting);
  const isHarmed = hypothesis !== undefined && hypothesis === harm;
  const heads = isHarmed
    ? clearest.slice(0, 1).map((head) => ({ ...head, rule: harm.rule }))
    : clearest;
  const { rule, why, at, op } = heads[0] as LocatedBreach;
  const finding = {
    rule,
    why,
    at,
    ...(op !== undefined && { op }),
    ...(heads.length > 1 && { candidates: heads.map((one) => one.rule) }),
    ...(hypothesis && { hypothesis }),
    alsoBroken: breaches
      .map((breach) => breach.rule)
      .filter((one) => heads.every((head) => head.rule !== one)),
  };
  return open.company ? inCompany(finding, open.company) : finding;
}

/** A minimal case has company only if the producer keeps the rules without it. */
function inCompany({ why, ...finding }: Finding, company: Company): Finding {
  const { rule, candidates = [rule], alsoBroken, at, op } = finding;
  return {
    rule: 'ISO-1',
    why: `${company === 'before' ? 'after' : 'beside'} another producer, ${why}`,
    at,
    ...(op !== undefined && { op }),
    alsoBroken: [...candidates, ...alsoBroken],
  };
}

/** Breaches that a mistaken account of the window may show as; the ASY rules where packets are unseen. */
const SHOWS_SPACE = new Set<RuleId>([
  'WIN-1',
  'WIN-2',
  'WIN-3',
  'WIN-4',
  'WIN-8',
  'WIN-14',
  'SYN-8',
  'ASY-1',
  'ASY-2',
  'ASY-3',
  'ASY-4',
]);

/** The hypotheses under which a history is lawful. */
export function fittingHypotheses(
  profile: Profile,
  history: History,
  rules: readonly Rule[] = CATALOGUE,
): readonly Hypothesis[] {
  return HYPOTHESES.filter((hypothesis) => {
    const mistaken = { ...profile, ...hypothesis.profile };
    const judge = new Judge(mistaken, rules, accountOf(hypothesis));
    try {
      for (const event of history) judge.next(event);
      return judge.breaches.length === 0;
    } catch (error) {
      if (error instanceof HistoryError) return false;
      throw error;
    }
  });
}

/** Hypotheses of one rule may include one another: the more special comes first. Of two rules neither is named. */
function onlyOne(fitting: readonly Hypothesis[]): readonly HypothesisName[] {
  const [first] = fitting;
  if (!first || fitting.some(({ rule }) => rule !== first.rule)) return [];
  return [{ rule: first.rule, text: first.text }];
}

function isJudged(id: RuleId, profile: Profile, open: OpenEvent): boolean {
  const rule = findRule(id);
  return rule !== undefined && missingFor(rule, profile, open) === undefined;
}
