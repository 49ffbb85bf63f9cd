// The producer window: bytes sent and unanswered, and the queue of sends that wait for room. What
// fits is the specification's arithmetic; writing, answers and callers are the producer's business.
import { STRICT } from '../spec/model/profile.ts';
import { fits, isTooLarge, type Admission } from '../spec/model/window.ts';

/** What asks for admission. */
export interface Applicant {
  /** Bytes, a non-negative integer. */
  readonly size: number;
  /** Whether it takes space until it is answered (WIN-7: blocking sends do not). */
  readonly charged: boolean;
}

/**
 * First come, first served. Check and charge are one synchronous step, so that no two sends can see
 * the same free space (WIN-1); and whatever frees space admits, in that same step, all that now fit
 * (WIN-3).
 */
export class ProducerWindow<A extends Applicant> {
  /** Bytes; 0: no limit (WIN-8). */
  readonly size: number;
  #usage = 0;
  // A set keeps the order of arrival and takes out of the middle at no cost.
  readonly #waiting = new Set<A>();
  readonly #admit: (applicant: A) => void;

  /** `admit` is called for each applicant that waited, once it is charged. It must not throw. */
  constructor(size: number, admit: (applicant: A) => void) {
    this.size = size;
    this.#admit = admit;
  }

  /** Bytes admitted and unanswered: at most `size`, unless that is 0 (WIN-1, WIN-12). */
  get usage(): number {
    return this.#usage;
  }

  /** Whether the applicant could never be admitted (WIN-6). */
  isTooLargeFor(applicant: A): boolean {
    return isTooLarge(this.#admission(applicant), STRICT);
  }

  /**
   * Admits and charges at once, if it fits and nobody waits (WIN-5: an earlier waiter goes first).
   */
  tryEnter(applicant: A): boolean {
    if (this.#waiting.size > 0 || !this.#fits(applicant)) return false;
    this.#charge(applicant);
    return true;
  }

  /** Queues an applicant that `tryEnter` turned away. */
  wait(applicant: A): void {
    this.#waiting.add(applicant);
  }

  /** Gives back what an admitted applicant holds. Call it once for each. */
  release(applicant: A): void {
    if (!applicant.charged) return;
    this.#usage -= applicant.size;
    this.#admitWaiting();
  }

  /** Takes one out of the queue, and lets those behind it move up. False if it does not wait. */
  withdraw(applicant: A): boolean {
    if (!this.#waiting.delete(applicant)) return false;
    this.#admitWaiting();
    return true;
  }

  /** Takes all of a kind out of the queue before anyone else moves up (TXN-4). */
  withdrawAll(which: (applicant: A) => boolean): A[] {
    const withdrawn = [...this.#waiting].filter(which);
    for (const applicant of withdrawn) this.#waiting.delete(applicant);
    if (withdrawn.length > 0) this.#admitWaiting();
    return withdrawn;
  }

  /**
   * Forgets everything, so that nobody moves up (LIF-2, ERR-1, ERR-5). Returns those that waited.
   */
  empty(): A[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#usage = 0;
    return waiting;
  }

  #admitWaiting(): void {
    for (const first of this.#waiting) {
      if (!this.#fits(first)) return;
      this.#waiting.delete(first);
      this.#charge(first);
      this.#admit(first);
    }
  }

  #charge(applicant: A): void {
    if (applicant.charged) this.#usage += applicant.size;
  }

  #fits(applicant: A): boolean {
    return fits(this.#admission(applicant), STRICT);
  }

  #admission({ size, charged }: A): Admission {
    return { windowSize: this.size, usage: this.#usage, charge: size, charged };
  }
}
