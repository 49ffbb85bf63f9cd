// What a rule made of a history, what a whole report concludes, and whether a rule can be judged at all.

import type { Op, OpenEvent } from './events/history.ts';
import { ALL_CAPABILITIES, CAPABILITIES, type Capability } from './events/settings.ts';
import type { ChoiceName } from './model/choices.ts';
import type { Profile } from './model/profile.ts';
import type { Rule, RuleId } from './rule.ts';

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
/**
 * Why a rule is not applicable: an undeclared capability, a choice of the profile (`order: any`), that packets are unseen,
 * that the subject runs in another process than its application, that it does not say what it resends, or that it is
 * outside the scope of an exhaustive run.
 */
export type Missing = Capability | ExcludingChoice | 'packets' | 'in-process' | 'resends' | 'scope';

/** A choice, and the value that excludes a rule. */
export type ExcludingChoice = `${ChoiceName}: ${string}`;

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

/** Why a rule is not applicable: an undeclared capability, the profile, or what cannot be seen. */
export function missingFor(
  rule: Rule,
  profile: Profile,
  open: Pick<OpenEvent, 'supports' | 'observes' | 'concurrent' | 'resends'>,
): Missing | undefined {
  const choice = excludingChoice(rule, profile);
  if (choice) return choice;
  if (rule.seesPackets && open.observes === 'calls') return 'packets';
  if (rule.inProcess && open.concurrent) return 'in-process';
  if (rule.reconnects && open.resends === undefined) return 'resends';
  const supports: readonly Capability[] = open.supports ?? CAPABILITIES;
  const { needs, needsUnseen = [] } = rule;
  const asked = open.observes === 'calls' ? [...needs, ...needsUnseen] : needs;
  return asked.find((need) => !supports.includes(need));
}

/** The first choice of a profile that excludes a rule. */
export function excludingChoice(
  { under = NO_CHOICES }: Pick<Rule, 'under'>,
  profile: Profile,
): ExcludingChoice | undefined {
  for (const [name, values] of Object.entries(under) as [ChoiceName, readonly string[]][])
    if (!values.includes(profile[name])) return `${name}: ${profile[name]}`;
  return undefined;
}

const NO_CHOICES = {};

/** Of two reasons the one to give, whichever case came first. */
export function firstOf(one: Missing, other: Missing = one): Missing {
  // What is no word of this list is a choice of the profile: it comes first.
  const order: readonly Missing[] = [
    'packets',
    'in-process',
    'resends',
    ...ALL_CAPABILITIES,
    'scope',
  ];
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}
