// The window's account: who holds space, and how much. Charging and releasing are idempotent, so that
// late or repeated answers change nothing (WIN-11).
import type { Send, Transaction } from './calls.ts';

/** Space held by charged sends from their admission to their answer. */
export class Account {
  /** Sends that hold space, in order of admission. */
  readonly holders = new Set<Send>();
  /** Bytes held: the unanswered charge. */
  usage = 0;
  /** Of these, bytes held by sends that have returned. */
  usageOfReturned = 0;
  /** Bytes of unanswered sends that a cut connection may have freed, or may not. */
  doubtful = 0;
  /** How often space was taken so far. */
  charges = 0;
  /** The most sends that held space at once. */
  mostHolders = 0;

  /** Made with the first cut: most cases have none. */
  #doubted: Set<Send> | undefined;

  /** The most that may be in use. */
  get most(): number {
    return this.usage + this.doubtful;
  }

  /** `doubtful`: for a cut connection, nobody knows if the send still takes space. */
  charge(send: Send, doubtful: boolean): void {
    if (!send.charged || send.holding || this.#doubted?.has(send)) return;
    if (doubtful) return this.#doubt(send);
    send.holding = true;
    this.charges += 1;
    this.holders.add(send);
    if (this.holders.size > this.mostHolders) this.mostHolders = this.holders.size;
    this.usage += send.charge;
    if (send.outcome === 'returned') this.usageOfReturned += send.charge;
  }

  /** The caller of a holding send was let go. */
  noteReturn(send: Send): void {
    if (send.holding) this.usageOfReturned += send.charge;
  }

  release(send: Send): void {
    if (this.#doubted?.delete(send)) this.doubtful -= send.charge;
    if (!send.holding) return;
    send.holding = false;
    this.holders.delete(send);
    this.usage -= send.charge;
    if (send.outcome === 'returned') this.usageOfReturned -= send.charge;
  }

  releaseAll(): void {
    for (const send of this.holders) send.holding = false;
    this.holders.clear();
    this.#doubted = undefined;
    this.doubtful = 0;
    this.usage = 0;
    this.usageOfReturned = 0;
  }

  /** The connection was cut: every holder may have its space, or may have lost it. */
  doubtAll(): void {
    for (const send of this.holders) {
      this.release(send);
      this.#doubt(send);
    }
  }

  #doubt(send: Send): void {
    (this.#doubted ??= new Set()).add(send);
    this.doubtful += send.charge;
  }

  /** What a rolled-back transaction has not written yet may never be written, and holds no space. */
  withdrawUnsent(transaction: Transaction | undefined): void {
    if (!transaction) return;
    for (const send of this.holders) {
      if (send.transaction === transaction && !send.received) this.release(send);
    }
  }

  /** Bytes held by sends that had returned before `send` was invoked. Costs a walk of the holders. */
  heldBefore(send: Send): number {
    let bytes = 0;
    for (const holder of this.holders) {
      if (holder.returnedOrder >= 0 && holder.returnedOrder < send.order) bytes += holder.charge;
    }
    return bytes;
  }
}
