// An example of every rule: a history that keeps it, and one that breaks it and from which nothing can
// be left out. They are shown to people, and they are tests: see examples.test.ts.
import { ASYNC_EXAMPLES } from './examples/async.ts';
import { COMPLETION_EXAMPLES } from './examples/completion.ts';
import { DESTINATION_EXAMPLES } from './examples/destinations.ts';
import { FAILURE_EXAMPLES } from './examples/failure.ts';
import { LIFECYCLE_EXAMPLES } from './examples/lifecycle.ts';
import { ORDER_EXAMPLES } from './examples/order.ts';
import { SEND_EXAMPLES } from './examples/send.ts';
import { SPACE_EXAMPLES } from './examples/space.ts';
import { SYNC_EXAMPLES } from './examples/sync.ts';
import { TRANSACTION_EXAMPLES } from './examples/transactions.ts';
import { WINDOW_EXAMPLES } from './examples/window.ts';
import type { Examples } from './examples/builder.ts';

export type { Example, Examples } from './examples/builder.ts';

/** Keyed by the id of the rule; all are judged under the strict profile. */
export const EXAMPLES: Examples = {
  ...SEND_EXAMPLES,
  ...WINDOW_EXAMPLES,
  ...SPACE_EXAMPLES,
  ...SYNC_EXAMPLES,
  ...ASYNC_EXAMPLES,
  ...COMPLETION_EXAMPLES,
  ...ORDER_EXAMPLES,
  ...TRANSACTION_EXAMPLES,
  ...FAILURE_EXAMPLES,
  ...LIFECYCLE_EXAMPLES,
  ...DESTINATION_EXAMPLES,
};
