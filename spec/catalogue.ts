// The catalogue: every rule, by chapter. Ids are permanent; a rule that goes leaves its number unused.
import {
  NON_PERSISTENT_SENDS_NEVER_WAIT,
  SYNC_SENDS_BLOCK_UNTIL_ACKED,
  TRANSACTED_SENDS_NEVER_WAIT,
  WINDOW_USAGE_NEVER_EXCEEDS_THE_LIMIT,
} from './headline.ts';
import { ASYNC_RULES } from './rules/async.ts';
import { COMPLETION_RULES } from './rules/completion.ts';
import { FAILURE_RULES } from './rules/failure.ts';
import { FLUSH_RULES } from './rules/flush.ts';
import { ISOLATION_RULES } from './rules/isolation.ts';
import { LIFECYCLE_RULES } from './rules/lifecycle.ts';
import { ORDER_RULES } from './rules/order.ts';
import { DESTINATION_RULES, SEND_RULES } from './rules/send.ts';
import { SPACE_RULES } from './rules/space.ts';
import { RECONNECTION_RULES } from './rules/reconnection.ts';
import { SYNC_RULES } from './rules/sync.ts';
import { TRANSACTION_RULES } from './rules/transactions.ts';
import { WINDOW_RULES } from './rules/window.ts';
import type { Chapter, Rule, RuleId } from './rule.ts';

/** Every rule, in the order of the rule book. */
export const CATALOGUE: readonly Rule[] = [
  ...SEND_RULES,
  WINDOW_USAGE_NEVER_EXCEEDS_THE_LIMIT,
  ...WINDOW_RULES,
  ...SPACE_RULES,
  SYNC_SENDS_BLOCK_UNTIL_ACKED,
  ...SYNC_RULES,
  NON_PERSISTENT_SENDS_NEVER_WAIT,
  TRANSACTED_SENDS_NEVER_WAIT,
  ...ASYNC_RULES,
  ...COMPLETION_RULES,
  ...ORDER_RULES,
  ...TRANSACTION_RULES,
  ...FAILURE_RULES,
  ...LIFECYCLE_RULES,
  ...DESTINATION_RULES,
  ...FLUSH_RULES,
  ...RECONNECTION_RULES,
  ...ISOLATION_RULES,
];

/** The chapters in order, with their titles. */
export const CHAPTERS: Readonly<Record<Chapter, string>> = {
  SND: 'Any send',
  WIN: 'Window',
  SYN: 'Sync sends',
  ASY: 'Async sends',
  CMP: 'Completion',
  ORD: 'Order and integrity',
  TXN: 'Transactions',
  ERR: 'Failure',
  LIF: 'Lifecycle',
  DST: 'Destinations',
  FLU: 'Flush',
  RSD: 'Reconnecting',
  ISO: 'Isolation',
};

const BY_ID = new Map<string, Rule>(CATALOGUE.map((rule) => [rule.id, rule]));

/** The rule with this id, whatever the case of its letters; absent if there is none. */
export function findRule(id: string): Rule | undefined {
  return BY_ID.get(id.toUpperCase());
}

/** Narrows a string to the id of a rule in the catalogue. */
export function isRuleId(id: string): id is RuleId {
  return BY_ID.has(id);
}
