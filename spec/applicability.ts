// Whether a rule can be judged at all: what it needs, and what a history shows and its producer declares.
import type { OpenEvent } from './events/history.ts';
import type { Profile } from './model/profile.ts';
import type { Rule } from './rule.ts';
import { CAPABILITIES, type Capability } from './events/settings.ts';
import type { Missing } from './verdict.ts';

/** Why a rule is not applicable: an undeclared capability, the profile, or what cannot be seen. */
export function missingFor(
  rule: Rule,
  profile: Profile,
  open: Pick<OpenEvent, 'supports' | 'observes' | 'concurrent'>,
): Missing | undefined {
  if (rule.strictOnly && profile.name !== 'strict') return 'strict';
  if (rule.seesPackets && open.observes === 'calls') return 'packets';
  if (rule.inProcess && open.concurrent) return 'in-process';
  const supports: readonly Capability[] = open.supports ?? CAPABILITIES;
  return rule.needs.find((need) => !supports.includes(need));
}

/** Of two reasons the one to give, whichever case came first. */
export function firstOf(one: Missing, other: Missing = one): Missing {
  const order: readonly Missing[] = ['strict', 'packets', 'in-process', ...CAPABILITIES];
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}
