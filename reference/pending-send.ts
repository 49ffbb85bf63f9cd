// One send, from its call until nothing more can happen to it. A plain record: delivery.ts moves it.
import type { Dispatch } from '../spec/model/decision.ts';
import type { OutgoingMessage, Packet } from '../spec/events/message.ts';
import { STRICT } from '../spec/model/profile.ts';
import { isCharged } from '../spec/model/window.ts';
import type { BlockedCaller } from './blocked-caller.ts';
import type { Transaction } from './transaction.ts';
import type { Applicant } from './window.ts';

/** Told the broker's answer once (CMP-1): without an error the message is acknowledged. */
export type CompletionCallback = (error?: unknown) => void;

/** A send that has passed its checks. What it is was decided when it was invoked, and stays. */
export class PendingSend implements Applicant {
  /** As it goes out: transformed, and with its destination. */
  readonly message: OutgoingMessage;
  readonly dispatch: Dispatch;
  readonly charged: boolean;
  readonly onComplete: CompletionCallback | undefined;
  transaction: Transaction | undefined;
  /** While the call has not returned because it waits, for space or for its acknowledgement. */
  caller: BlockedCaller | undefined;

  constructor(
    message: OutgoingMessage,
    dispatch: Dispatch,
    onComplete: CompletionCallback | undefined,
  ) {
    this.message = message;
    this.dispatch = dispatch;
    this.charged = isCharged(dispatch, STRICT);
    this.onComplete = onComplete;
    this.transaction = undefined;
    this.caller = undefined;
  }

  get size(): number {
    return this.message.size;
  }

  get packet(): Packet {
    const { message, transaction } = this;
    return transaction
      ? { type: 'message', message, transaction: transaction.id }
      : { type: 'message', message };
  }

  /** What errors call it. */
  get subject(): string {
    return `message ${this.message.id}`;
  }
}
