// The window: who is charged, what fits, and the account of who holds how much. A fault hypothesis (diagnosis/)
// keeps the account otherwise. Queueing and answers are the ledger's business.
import type { Send } from './calls.ts';
import { blocks, type Dispatch } from './decision.ts';
import type { Profile } from './profile.ts';

/**
 * Whether a send takes window space from its admission to its answer. Sends that return before their
 * acknowledgement are backlog; a caller that blocks is its own back-pressure.
 */
export function isCharged(dispatch: Dispatch, { charges }: Pick<Profile, 'charges'>): boolean {
  if (dispatch === 'async' || charges === 'every-send') return true;
  return dispatch === 'completion' && charges !== 'async-sends';
}

/** What the window holds and what wants in; all in its unit, non-negative, exact up to 2^53. */
export interface Admission {
  /** The limit; 0: no window. */
  readonly windowSize: number;
  /** Admitted and unanswered. */
  readonly usage: number;
  /** What the send would add; ignored when it is not charged. */
  readonly charge: number;
  readonly charged: boolean;
}

/**
 * Whether a send may go out now. One that takes no space needs the window not to be full; one that does must fit
 * as a whole, or goes while any room is left, as the profile chooses.
 */
export function fits(admission: Admission, profile: Profile): boolean {
  const { windowSize, usage, charge, charged } = admission;
  if (windowSize === 0) return true;
  if (!charged) return usage < windowSize;
  if (charge > windowSize && profile.oversized !== 'fail')
    return profile.oversized === 'wait-then-alone' ? usage === 0 : usage < windowSize;
  return profile.admits === 'what-fits' ? usage + charge <= windowSize : usage < windowSize;
}

/** Whether a send could never be admitted, however long it waited. */
export function isTooLarge(admission: Omit<Admission, 'usage'>, profile: Profile): boolean {
  const { windowSize, charge, charged } = admission;
  return profile.oversized === 'fail' && charged && windowSize > 0 && charge > windowSize;
}

/** `1 byte`, `2 bytes`. */
export function asBytes(count: number): string {
  return asAmount(count, { unit: 'bytes' });
}

/** `1 byte`, `2 bytes`, `2 messages`. */
export function asAmount(count: number, { unit }: Pick<Profile, 'unit'>): string {
  return count === 1 ? `1 ${unit.slice(0, -1)}` : `${count} ${unit}`;
}

/** What may happen to a send that an account has to heed. `late`: after the send had ended, in an earlier turn. */
export type AccountEvent =
  | 'ack'
  | 'refuse'
  | 'late-answer'
  | 'late-interrupt'
  | 'abandoned'
  | 'rejected'
  | 'lost';

/** How an account is kept. The true way is `BY_THE_BOOK`; a fault hypothesis varies it. */
export interface Accounting {
  /** Bytes that a send takes when it goes out. */
  takes(send: Send): number;
  /** Bytes that stay counted after this event, though nothing holds them; negative: that are freed too much. */
  strays(send: Send, event: AccountEvent): number;
  /** What the producer makes of a sum of bytes. */
  counts(bytes: number): number;
  fits(admission: Admission, profile: Profile): boolean;
}

/** A charged send takes its charge from its admission to its answer, and nothing else counts. */
export const BY_THE_BOOK: Accounting = {
  takes: ({ charged, mayCharge, charge }) => (charged || mayCharge ? charge : 0),
  strays: () => 0,
  counts: (bytes) => bytes,
  fits,
};

/** Space held from admission to answer. Taking and releasing are idempotent: repeated answers change nothing (WIN-11). */
export class Account {
  readonly accounting: Accounting;
  /** Sends that hold space, in order of admission. */
  readonly holders = new Set<Send>();
  /** Bytes in use: the unanswered charge. */
  usage = 0;
  /** Of these, bytes held by sends that have returned. */
  usageOfReturned = 0;
  /** Bytes of unanswered sends that a cut connection may have freed, or may not have. */
  doubtful = 0;
  /** Bytes of charged messages that were refused so far. */
  refused = 0;
  /** Bytes of blocked callers' messages that were answered so far. */
  passed = 0;
  readonly doubted = new Set<Send>();

  constructor(accounting: Accounting) {
    this.accounting = accounting;
  }

  /** The most that may be in use. */
  get most(): number {
    return this.usage + this.doubtful;
  }

  /**
   * A send went out. Returns whether it takes space for certain. `isDoubtful`: for a cut connection, nobody knows
   * if it still does.
   */
  take(send: Send, isDoubtful: boolean): boolean {
    if (send.holding || (isDoubtful && this.doubted.has(send))) return false;
    const bytes = this.accounting.takes(send);
    if (!send.charged && bytes === 0) return false;
    if (isDoubtful || send.mayCharge) {
      doubt(this, send);
      return false;
    }
    if (this.doubted.delete(send)) this.doubtful -= bytes;
    send.holding = true;
    this.holders.add(send);
    add(this, bytes);
    if (send.outcome === 'returned') this.usageOfReturned += bytes;
    return true;
  }

  /** The caller of a send was let go. */
  noteReturn(send: Send): void {
    if (send.holding) this.usageOfReturned += this.accounting.takes(send);
  }

  release(send: Send): void {
    if (this.doubted.delete(send)) this.doubtful -= this.accounting.takes(send);
    if (!send.holding) return;
    const bytes = this.accounting.takes(send);
    send.holding = false;
    this.holders.delete(send);
    add(this, -bytes);
    if (send.outcome === 'returned') this.usageOfReturned -= bytes;
  }

  /** Something happened to a send that a mistaken account takes for more, or less, than it is. */
  heed(send: Send, event: AccountEvent): void {
    if (event === 'refuse' && send.holding) this.refused += send.charge;
    if ((event === 'ack' || event === 'refuse') && blocks(send.dispatch))
      this.passed += send.charge;
    const bytes = this.accounting.strays(send, event);
    if (bytes !== 0) add(this, bytes);
  }

  /** The connection was lost. */
  releaseAll(): void {
    for (const send of this.holders) send.holding = false;
    this.holders.clear();
    this.doubted.clear();
    this.doubtful = 0;
    this.usage = 0;
    this.usageOfReturned = 0;
  }

  /** The connection was cut: every holder may have its space, or may have lost it. */
  doubtAll(): void {
    for (const send of this.holders) this.doubt(send);
  }

  /** Whether this holder still has its space is the producer's business. */
  doubt(send: Send): void {
    this.release(send);
    doubt(this, send);
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

function doubt(account: Account, send: Send): void {
  account.doubted.add(send);
  account.doubtful += account.accounting.takes(send);
}

function add(account: Account, bytes: number): void {
  account.usage = account.accounting.counts(account.usage + bytes);
}
