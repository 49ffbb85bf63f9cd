// The specification. Its heart is three promises, in headline.ts:
//
//   1. Window usage never exceeds the limit.
//   2. Sync sends block until acked.
//   3. Non-persistent or transacted sends never wait for an acknowledgement.
//
// Everything else makes them exact (decision, window, ledger) or follows from them (the other rules).
export { HEADLINE } from './headline.ts';
export { CATALOGUE, findRule } from './catalogue.ts';
export { check, Judge } from './check.ts';
export { decide, DISPATCH } from './model/decision.ts';
export {
  ACTIVEMQ_CLASSIC,
  defineProfile,
  PROFILES,
  STRICT,
  type Profile,
} from './model/profile.ts';
export { HistoryError, type History, type HistoryEvent } from './events/history.ts';
export type { Rule, RuleId } from './rule.ts';
export type { RuleResult } from './verdict.ts';
export { diagnose } from './diagnosis/diagnose.ts';
export type { Finding } from './diagnosis/diagnose.ts';
