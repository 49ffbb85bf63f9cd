// What a producer with a common mistake would count wrongly: bytes it would keep although they are free,
// or give back although they are held. Kept beside the true account, for explanation.ts to compare.
import type { Send } from '../model/calls.ts';
import { blocks } from '../model/decision.ts';

/** Kinds of events after which an account can be wrong. */
export type Kind = 'acked' | 'refused' | 'forsaken' | 'doomed' | 'blocked' | 'late' | 'disturbed';

/** Sums of bytes, by the event that a mistaken producer gets wrong. */
export class Tally {
  /** Held by messages that were acknowledged since. */
  acked = 0;
  /** Held by messages that were refused since (WIN-9). */
  refused = 0;
  /** Of sends that failed before they had gone out (WIN-10). */
  forsaken = 0;
  /** Of sends that could only fail from the moment they were invoked, or failed in their first turn. */
  doomed = 0;
  /** Of sync and timed sends that went out and are unanswered (WIN-7). */
  blocked = 0;
  /** Of those that were answered in time. */
  unblocked = 0;
  /** Of sends whose answer came after their call had failed (WIN-11). */
  late = 0;
  /** Of sends that were interrupted after they had ended (LIF-6). */
  disturbed = 0;

  /** The one kind of event that there was; absent if there were several. */
  get onlyKind(): Kind | 'none' | undefined {
    // A late answer is the end of a blocked send, and may free what an interrupted one held.
    const answered = this.late === 0;
    const kinds: Kind[] = answered ? [] : ['late'];
    if (answered && this.acked !== 0) kinds.push('acked');
    if (answered && this.refused !== 0) kinds.push('refused');
    if (answered && (this.blocked !== 0 || this.unblocked !== 0)) kinds.push('blocked');
    if (this.forsaken !== 0) kinds.push('forsaken');
    if (this.doomed !== 0) kinds.push('doomed');
    if (this.disturbed !== 0) kinds.push('disturbed');
    return kinds.length > 1 ? undefined : (kinds[0] ?? 'none');
  }

  clear(): void {
    this.acked = 0;
    this.refused = 0;
    this.forsaken = 0;
    this.doomed = 0;
    this.blocked = 0;
    this.unblocked = 0;
    this.late = 0;
    this.disturbed = 0;
  }
}

/** The tallies of a case, and of its turn alone. */
export class Suspects {
  readonly now = new Tally();
  readonly turn = new Tally();
  /** Charged messages admitted in this turn, their bytes, and their bytes if none counted less than one. */
  admissions = 0;
  admitted = 0;
  admittedAtLeastOne = 0;
  /** Whether the producer's own figure was off at an earlier settle point. */
  wasOff = false;
  /** Whether a send failed in this turn that had been seen to wait. */
  failedWaiting = false;
  /** Whether any interrupt of the case came too late. */
  hadLateInterrupt = false;
  /** The send that had ended in an earlier turn and was answered, or interrupted, in this one. */
  answeredLate: Send | undefined;
  interruptedLate: Send | undefined;

  /** `deviation`: by how much the figure is off now; 0 if it was not sampled. */
  nextTurn(deviation: number): void {
    if (deviation !== 0) this.wasOff = true;
    this.turn.clear();
    this.admissions = 0;
    this.admitted = 0;
    this.admittedAtLeastOne = 0;
    this.failedWaiting = false;
    this.answeredLate = undefined;
    this.interruptedLate = undefined;
  }

  noteInvocation(send: Send): void {
    if (send.doom) this.#add('doomed', send.charge);
  }

  noteAdmission(send: Send): void {
    if (blocks(send.dispatch))
      this.#add(send.answer === 'none' ? 'blocked' : 'unblocked', send.charge);
    if (!send.charged) return;
    this.admissions += 1;
    this.admitted += send.charge;
    this.admittedAtLeastOne += Math.max(1, send.charge);
  }

  /** A send failed that had not gone out. In its first turn nobody knows whether it had to wait. */
  noteForsaken(send: Send): void {
    if (!send.waited) return this.#add('doomed', send.charge);
    this.failedWaiting = true;
    this.#add('forsaken', send.charge);
  }

  /** The first answer to a send; called before its charge is released. */
  noteAnswer(send: Send, turn: number): void {
    const isLate = send.outcome === 'failed' && send.endedTurn < turn;
    if (send.holding) this.#add(send.answer === 'ack' ? 'acked' : 'refused', send.charge);
    if (blocks(send.dispatch) && send.admitted) {
      this.#add('blocked', -send.charge);
      if (!isLate) this.#add('unblocked', send.charge);
    }
    if (!isLate) return;
    this.#add('late', send.charge);
    this.answeredLate = send;
  }

  noteLateInterrupt(send: Send): void {
    this.hadLateInterrupt = true;
    this.#add('disturbed', send.charge);
    this.interruptedLate = send;
  }

  #add(kind: Kind | 'unblocked', bytes: number): void {
    this.now[kind] += bytes;
    this.turn[kind] += bytes;
  }
}
