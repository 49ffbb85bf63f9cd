// Every mutant, by family.
import { ASYNC_MUTANTS } from './async.ts';
import { COMPLETION_MUTANTS } from './completion.ts';
import { FAILURE_MUTANTS } from './failure.ts';
import { LIFECYCLE_MUTANTS } from './lifecycle.ts';
import type { Mutant } from './mutant.ts';
import { ORDER_MUTANTS } from './order.ts';
import { SYNC_MUTANTS } from './sync.ts';
import { TIMEOUT_MUTANTS } from './timeouts.ts';
import { TRANSACTION_END_MUTANTS } from './transaction-ends.ts';
import { TRANSACTION_MUTANTS } from './transactions.ts';
import { WINDOW_LIMIT_MUTANTS } from './window-limit.ts';
import { WINDOW_ORDER_MUTANTS } from './window-order.ts';
import { WINDOW_WAITING_MUTANTS } from './window-waiting.ts';

/** Every mutant, in the order of the rule book's chapters. */
export const MUTANTS: readonly Mutant[] = [
  ...WINDOW_LIMIT_MUTANTS,
  ...WINDOW_WAITING_MUTANTS,
  ...WINDOW_ORDER_MUTANTS,
  ...SYNC_MUTANTS,
  ...TIMEOUT_MUTANTS,
  ...ASYNC_MUTANTS,
  ...COMPLETION_MUTANTS,
  ...ORDER_MUTANTS,
  ...TRANSACTION_MUTANTS,
  ...TRANSACTION_END_MUTANTS,
  ...FAILURE_MUTANTS,
  ...LIFECYCLE_MUTANTS,
];
