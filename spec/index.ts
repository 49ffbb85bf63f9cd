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
export * from './model/decision.ts';
export * from './model/window.ts';
export * from './model/profile.ts';
export * from './events/history.ts';
export * from './model/ledger.ts';
export * from './model/calls.ts';
export * from './model/causes.ts';
export { waitReason, classifyPending, type WaitReason } from './model/wait-reason.ts';
export { step, nextTurn } from './model/step.ts';
export * from './rule.ts';
export * from './verdict.ts';
export * from './events/message.ts';
export * from './events/settings.ts';
export * from './events/failure.ts';
