// The specification. Its heart is three promises, in headline.ts:
//
//   1. Window usage never exceeds the limit.
//   2. Sync sends block until acked.
//   3. Non-persistent or transacted sends never wait for an acknowledgement.
//
// Everything else makes them exact (decision, window, ledger) or follows from them (the other rules).
export * from './headline.ts';
export * from './catalogue.ts';
export { missingFor } from './applicability.ts';
export * from './check.ts';
export * from './decision.ts';
export * from './window.ts';
export * from './profile.ts';
export * from './history.ts';
export * from './ledger.ts';
export * from './calls.ts';
export * from './causes.ts';
export { standing, survey, type Blame, type Standing } from './standing.ts';
export * from './rule.ts';
export * from './verdict.ts';
export * from './message.ts';
export * from './settings.ts';
export * from './failure.ts';
