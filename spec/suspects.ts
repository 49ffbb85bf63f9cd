// What a producer with a common mistake would count wrongly: bytes it would keep although they are free,
// or give back although they are held. Kept beside the true account, for explanation.ts to compare.
import type { Send } from './calls.ts';
import { blocks } from './decision.ts';

/** Kinds of events after which an account can be wrong. */
export type Kind = 'acked' | 'refused' | 'forsaken' | 'doomed' | 'blocked' | 'late' | 'disturbed';

/** Sums of bytes, by the event that a mistaken producer gets wrong. */
export class Tally {
  /** Held by messages that were acknowledged since. */
  acked = 0;
  /** Held by messages that were refused since (WIN-9). */
  refused = 0;
  /** Of sends that failed while they waited (WIN-10). */
  forsaken = 0;
  /** Of sends that could only fail from the moment they were invoked. */
  doomed = 0;
  /** Of sync and timed sends that went out and are unanswered (WIN-7). */
  blocked = 0;
  /** Of those that were answered in time. */
  unblocked = 0;
  /** Of sends whose answer came after their call had failed (WIN-11). */
  late = 0;
  /** Of sends that were interrupted after they had ended (LIF-6). */
  disturbed = 0;
  /** How many charged messages were admitted, their bytes, and their bytes if none counted less than one. */
  admissions = 0;
  admitted = 0;
  admittedAtLeastOne = 0;

  /** The one kind of event that there was; absent if there were several. */
  get onlyKind(): Kind | 'none' | undefined {
    let only: Kind | 'none' = 'none';
    // A late answer is the end of a blocked send, and may free what an interrupted one held.
    const answered = this.late === 0;
    if (this.late !== 0) only = 'late';
    if (answered && this.acked !== 0) only = 'acked';
    for (const [kind, is] of [
      ['refused', answered && this.refused !== 0],
      ['blocked', answered && (this.blocked !== 0 || this.unblocked !== 0)],
      ['forsaken', this.forsaken !== 0],
      ['doomed', this.doomed !== 0],
      ['disturbed', this.disturbed !== 0],
    ] as const) {
      if (is && only !== 'none') return undefined;
      if (is) only = kind;
    }
    return only;
  }

  /** Sets every sum to that of `one` less that of `other`. */
  difference(one: Tally, other: Tally): this {
    this.acked = one.acked - other.acked;
    this.refused = one.refused - other.refused;
    this.forsaken = one.forsaken - other.forsaken;
    this.doomed = one.doomed - other.doomed;
    this.blocked = one.blocked - other.blocked;
    this.unblocked = one.unblocked - other.unblocked;
    this.late = one.late - other.late;
    this.disturbed = one.disturbed - other.disturbed;
    this.admissions = one.admissions - other.admissions;
    this.admitted = one.admitted - other.admitted;
    this.admittedAtLeastOne = one.admittedAtLeastOne - other.admittedAtLeastOne;
    return this;
  }
}

const NOTHING = new Tally();

/** The tallies of a case: up to now, and as they stood when the turn began. */
export class Suspects {
  readonly now = new Tally();
  readonly #before = new Tally();
  /** Whether the producer's own figure was off at an earlier settle point. */
  wasOff = false;
  /** Sends that failed in this turn while they waited. */
  failedWaiting = 0;
  /** The send that had ended in an earlier turn and was answered, or interrupted, in this one. */
  answeredLate: Send | undefined;
  interruptedLate: Send | undefined;
  /** Interrupts of the case so far that came too late. */
  lateInterrupts = 0;

  /** What this turn has added. */
  thisTurn(): Tally {
    return new Tally().difference(this.now, this.#before);
  }

  /** `deviation`: by how much the figure is off now; 0 if it was not sampled. */
  nextTurn(deviation: number): void {
    if (deviation !== 0) this.wasOff = true;
    this.#before.difference(this.now, NOTHING);
    this.failedWaiting = 0;
    this.answeredLate = undefined;
    this.interruptedLate = undefined;
  }

  noteInvocation(send: Send): void {
    if (send.doom) this.now.doomed += send.charge;
  }

  noteAdmission(send: Send): void {
    const { now } = this;
    if (blocks(send.dispatch)) {
      if (send.answer === 'none') now.blocked += send.charge;
      else now.unblocked += send.charge;
    }
    if (!send.charged) return;
    now.admissions += 1;
    now.admitted += send.charge;
    now.admittedAtLeastOne += Math.max(1, send.charge);
  }

  /** A send failed that had been waiting. */
  noteForsaken(send: Send): void {
    this.failedWaiting += 1;
    this.now.forsaken += send.charge;
  }

  /** The first answer to a send; called before its charge is released. */
  noteAnswer(send: Send, turn: number): void {
    const { now } = this;
    const isLate = send.outcome === 'failed' && send.endedTurn < turn;
    if (send.holding && send.answer === 'ack') now.acked += send.charge;
    if (send.holding && send.answer === 'refuse') now.refused += send.charge;
    if (blocks(send.dispatch) && send.admitted) {
      now.blocked -= send.charge;
      if (!isLate) now.unblocked += send.charge;
    }
    if (!isLate) return;
    now.late += send.charge;
    this.answeredLate = send;
  }

  noteLateInterrupt(send: Send): void {
    this.lateInterrupts += 1;
    this.now.disturbed += send.charge;
    this.interruptedLate = send;
  }
}
