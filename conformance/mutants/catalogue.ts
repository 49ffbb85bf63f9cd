// Every mutant, by family.
import { ASYNC_MUTANTS } from './async.ts';
import { CALLBACK_MUTANTS } from './callbacks.ts';
import { COMPLETION_MUTANTS } from './completion.ts';
import { FAILURE_MUTANTS } from './failure.ts';
import { CALL_GALLERY } from './gallery-calls.ts';
import { WINDOW_GALLERY } from './gallery-window.ts';
import { INTEGRITY_MUTANTS } from './integrity.ts';
import { LATE_EVENT_MUTANTS } from './late-events.ts';
import { LIFECYCLE_MUTANTS } from './lifecycle.ts';
import type { Mutant } from './mutant.ts';
import { ORDER_MUTANTS } from './order.ts';
import { SYNC_MUTANTS } from './sync.ts';
import { TIMEOUT_MUTANTS } from './timeouts.ts';
import { TRANSACTION_END_MUTANTS } from './transaction-ends.ts';
import { TRANSACTION_MUTANTS } from './transactions.ts';
import { WINDOW_ACCOUNT_MUTANTS } from './window-account.ts';
import { WINDOW_COUNT_MUTANTS } from './window-count.ts';
import { WINDOW_LIMIT_MUTANTS } from './window-limit.ts';
import { WINDOW_ORDER_MUTANTS } from './window-order.ts';
import { WINDOW_WAITING_MUTANTS } from './window-waiting.ts';

/** Every mutant, in the order of the rule book's chapters. */
export const MUTANTS: readonly Mutant[] = [
  ...WINDOW_LIMIT_MUTANTS,
  ...WINDOW_WAITING_MUTANTS,
  ...WINDOW_ORDER_MUTANTS,
  ...WINDOW_ACCOUNT_MUTANTS,
  ...WINDOW_COUNT_MUTANTS,
  ...SYNC_MUTANTS,
  ...TIMEOUT_MUTANTS,
  ...LATE_EVENT_MUTANTS,
  ...ASYNC_MUTANTS,
  ...COMPLETION_MUTANTS,
  ...CALLBACK_MUTANTS,
  ...ORDER_MUTANTS,
  ...INTEGRITY_MUTANTS,
  ...TRANSACTION_MUTANTS,
  ...TRANSACTION_END_MUTANTS,
  ...FAILURE_MUTANTS,
  ...LIFECYCLE_MUTANTS,
  ...WINDOW_GALLERY,
  ...CALL_GALLERY,
];
