// One transaction of a session: its id, and which of its sends still wait for window space. When it
// begins and ends is the session's business; what a send is, it need not know.

/** From its begin until the packet that ends it is written. */
export class Transaction {
  readonly id: string;
  /** Why it does not exist: its begin was refused. Neither commit nor rollback can succeed then. */
  beginFailure: Error | undefined;
  readonly #waiting = new Set<object>();
  #onAllWritten: (() => void) | undefined;

  /** `id`: never used before on this transport. */
  constructor(id: string) {
    this.id = id;
  }

  /** One of its sends waits for space. */
  sendWaits(send: object): void {
    this.#waiting.add(send);
  }

  /** One of its sends was written, or failed. */
  sendWaitsNoLonger(send: object): void {
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
