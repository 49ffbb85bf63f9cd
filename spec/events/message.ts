// The messages a producer sends and the packets its broker receives.
// Bodies are left out: the rules judge sizes, order and fate, never contents.

/** Whether the broker must survive a restart without losing the message (Jakarta Messaging 3.1, 7.7). */
export type DeliveryMode = 'persistent' | 'non-persistent';

/** A message as the application hands it to `send`. */
export interface OutgoingMessage {
  /** Unique within a case. */
  readonly id: string;
  /** Bytes, a non-negative integer. */
  readonly size: number;
  readonly deliveryMode: DeliveryMode;
  /** 0 (lowest) to 9 (highest). */
  readonly priority: number;
  /** Milliseconds until the message expires; 0: never. */
  readonly timeToLiveMs: number;
  /** Asks for the broker's response to this one message, which makes its send synchronous. */
  readonly responseRequired?: boolean;
  /** Absent: the producer's own destination. `null`: an explicit null, which is an error. */
  readonly destination?: string | null;
}

/** The three calls that delimit a transaction. */
export type TransactionAction = 'begin' | 'commit' | 'rollback';

/** What arrives at the broker. Transaction ids are chosen by the producer and never reused. */
export type Packet =
  | { readonly type: 'message'; readonly message: OutgoingMessage; readonly transaction?: string }
  | { readonly type: TransactionAction; readonly transaction: string };
