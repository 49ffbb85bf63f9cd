// One transaction of a session: its id, and which of its sends still wait for window space. When it
// begins and ends is the session's business.
import type { PendingSend } from './pending-send.ts';
import type { Transport } from './transport.ts';

/** From its begin until the packet that ends it is written. */
export class Transaction {
  /** Never used before on this transport. */
  readonly id: string;
  /** Why it does not exist: its begin was refused. Neither commit nor rollback can succeed then. */
  beginFailure: unknown;
  readonly #waiting = new Set<PendingSend>();
  #onAllWritten: (() => void) | undefined;

  constructor(transport: Transport) {
    this.id = freshId(transport);
  }

  /** One of its sends waits for space. */
  sendWaits(send: PendingSend): void {
    this.#waiting.add(send);
  }

  /** One of its sends was written, or failed. */
  sendWaitsNoLonger(send: PendingSend): void {
    if (this.#waiting.delete(send) && this.#waiting.size === 0) this.#onAllWritten?.();
  }

  /**
   * Runs `action` as soon as none of its sends waits, in the very step that writes the last
   * (TXN-2).
   */
  whenAllWritten(action: () => void): void {
    if (this.#waiting.size === 0) action();
    else this.#onAllWritten = action;
  }
}

const transactionsBegun = new WeakMap<Transport, number>();

/** Counted for each transport, so that two connections that share a broker do not clash. */
function freshId(transport: Transport): string {
  const number = (transactionsBegun.get(transport) ?? 0) + 1;
  transactionsBegun.set(transport, number);
  return `t${number}`;
}
