// Every mutant, by family.
import { ASYNC_MUTANTS } from './async.ts';
import { CALLBACK_MUTANTS } from './callbacks.ts';
import { DESTINATION_MUTANTS } from './destinations.ts';
import { FAILURE_MUTANTS } from './failure.ts';
import { FLUSH_MUTANTS } from './flush.ts';
import { RESEND_MUTANTS } from './resends.ts';
import { GALLERY } from './gallery.ts';
import { CLIENT_GALLERY } from './gallery-clients.ts';
import { HANDED_OUT_MUTANTS } from './handed-out.ts';
import { ISOLATION_MUTANTS } from './isolation.ts';
import { LIFECYCLE_MUTANTS } from './lifecycle.ts';
import { MANY_MUTANTS } from './many.ts';
import { MAX_BLOCK_MUTANTS } from './max-block.ts';
import type { Mutant } from './mutant.ts';
import { ORDER_MUTANTS } from './order.ts';
import { SYNC_MUTANTS } from './sync.ts';
import { TIME_MUTANTS } from './time.ts';
import { TRANSACTION_CALL_MUTANTS } from './transaction-calls.ts';
import { TRANSACTION_MUTANTS } from './transactions.ts';
import { WINDOW_ACCOUNT_MUTANTS } from './window-account.ts';
import { WINDOW_LIMIT_MUTANTS } from './window-limit.ts';
import { WINDOW_WAITING_MUTANTS } from './window-waiting.ts';

/** Every mutant, in the order of the rule book's chapters. */
export const MUTANTS: readonly Mutant[] = [
  ...WINDOW_LIMIT_MUTANTS,
  ...WINDOW_WAITING_MUTANTS,
  ...WINDOW_ACCOUNT_MUTANTS,
  ...SYNC_MUTANTS,
  ...TIME_MUTANTS,
  ...ASYNC_MUTANTS,
  ...CALLBACK_MUTANTS,
  ...ORDER_MUTANTS,
  ...TRANSACTION_MUTANTS,
  ...TRANSACTION_CALL_MUTANTS,
  ...FAILURE_MUTANTS,
  ...DESTINATION_MUTANTS,
  ...LIFECYCLE_MUTANTS,
  ...HANDED_OUT_MUTANTS,
  ...FLUSH_MUTANTS,
  ...RESEND_MUTANTS,
  ...MAX_BLOCK_MUTANTS,
  ...MANY_MUTANTS,
  ...ISOLATION_MUTANTS,
  ...GALLERY,
  ...CLIENT_GALLERY,
];
