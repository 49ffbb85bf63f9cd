// A conforming producer with odd habits. It takes every liberty the design leaves: it enters calls late,
// writes late, returns late and in any order, learns answers when it likes, and fails or succeeds where
// both are lawful. What it may do next are its moves; a scenario of numbers picks among them.
import type { Dispatch } from '../model/decision.ts';
import type { ErrorKind } from '../events/failure.ts';
import type { HistoryEvent } from '../events/history.ts';
import type { OutgoingMessage, Packet } from '../events/message.ts';
import type { Profile } from '../model/profile.ts';
import type { ProducerSettings } from '../events/settings.ts';
import {
  oddSend,
  type Choices,
  type Habits,
  type Move,
  type OddSend,
  type OddTransaction,
} from './odd-calls.ts';
import { OddTransactions } from './odd-transactions.ts';

/** Conforms to a profile, and to nothing beyond it. */
export class OddProducer {
  readonly choices: Choices;
  readonly habits: Habits;
  readonly observe: (event: HistoryEvent) => void;
  /** Packets on their way to the broker, in order. */
  wire: { readonly packet: Packet; readonly send?: OddSend }[] = [];
  /** Sends that wait for space or for their turn. */
  queue: OddSend[] = [];
  readonly sends: OddSend[] = [];
  /** What the producer has noticed; the connection may be gone before. */
  state: 'usable' | 'lost' | 'closed' = 'usable';
  /** Bytes that unanswered sends hold. */
  usage = 0;
  readonly transactions: OddTransactions;
  readonly #settings: ProducerSettings;
  readonly #profile: Profile;
  /** Calls that were made and have not begun, in order. */
  readonly entrances: Move[] = [];
  /** What may be done in any order. */
  readonly #moves: Move[] = [];
  #nowMs = 0;
  #gone = false;

  constructor(
    settings: ProducerSettings,
    profile: Profile,
    habits: Habits,
    choices: Choices,
    observe: (event: HistoryEvent) => void,
  ) {
    this.#settings = settings;
    this.#profile = profile;
    this.habits = habits;
    this.choices = choices;
    this.observe = observe;
    this.transactions = new OddTransactions(this);
  }

  /** Makes up to `limit` of the moves that are possible. */
  move(limit: number): void {
    for (let made = 0; made < limit; made += 1) {
      const moves = this.#possible();
      if (moves.length === 0) return;
      this.choices.of(moves)();
    }
  }

  #possible(): Move[] {
    const moves = this.#moves.map((move) => () => {
      this.#moves.splice(this.#moves.indexOf(move), 1);
      move();
    });
    if (this.entrances.length > 0) moves.push(() => this.entrances.shift()?.());
    if (this.wire.length > 0) moves.push(() => this.write());
    moves.push(...this.#admissions());
    if (this.entrances.length === 0) moves.push(...this.transactions.possible());
    return moves;
  }

  /** Strict: the first in line, if it fits. Otherwise whoever finds space, and then nobody in its way. */
  #admissions(): Move[] {
    const [head] = this.queue;
    if (this.#profile.order === 'first-come-first-served') {
      return head && this.#fits(head) ? [() => this.#admit(head)] : [];
    }
    const taken = this.sends.some(({ state, blocking }) => state === 'admitted' && blocking);
    return this.queue.flatMap((send) => {
      if (!send.passed) return this.#fits(send) ? [() => void (send.passed = true)] : [];
      return taken ? [] : [() => this.#admit(send)];
    });
  }

  later(move: Move): void {
    this.#moves.push(move);
  }

  send(
    op: number,
    message: OutgoingMessage,
    dispatch: Dispatch,
    transaction: OddTransaction | undefined,
  ): OddSend {
    const send = oddSend(op, message, dispatch, transaction, this.#profile);
    this.sends.push(send);
    this.entrances.push(() => this.#enter(send));
    return send;
  }

  #enter(send: OddSend): void {
    if (send.state === 'ended') return;
    if (this.state === 'closed') return this.fail(send, 'closed');
    if (this.state === 'lost') return this.fail(send, 'connection-lost');
    const { windowSize } = this.#settings;
    const { destination = this.#settings.destination } = send.message;
    const bound = this.#settings.destination ?? destination;
    const faults: ErrorKind[] = [];
    if (!destination || destination !== bound) faults.push('invalid-destination');
    const tooLarge = send.charged && windowSize > 0 && send.message.size > windowSize;
    if (tooLarge && this.#profile.oversized === 'fail') faults.push('too-large');
    if (faults.length > 0) return this.fail(send, this.choices.of(faults));
    send.state = 'waiting';
    this.queue.push(send);
    if (this.habits.timeoutFromCall) this.#startTimer(send);
  }

  #fits({ charged, message }: OddSend): boolean {
    const { windowSize } = this.#settings;
    if (windowSize === 0) return true;
    const whole = charged && this.#profile.admits === 'what-fits';
    return whole ? this.usage + message.size <= windowSize : this.usage < windowSize;
  }

  #admit(send: OddSend): void {
    const { transaction, message } = send;
    this.queue = this.queue.filter((waiting) => waiting !== send);
    send.state = 'admitted';
    send.holds = send.charged;
    if (send.holds) this.usage += message.size;
    if (transaction) this.transactions.admit(send, transaction);
    const membership = transaction && { transaction: transaction.id };
    this.wire.push({ packet: { type: 'message', message, ...membership }, send });
    this.#startTimer(send);
    if (!send.blocking && this.habits.returnsBeforeWriting) this.later(() => this.#return(send));
  }

  #startTimer(send: OddSend): void {
    if (send.dispatch === 'timed' && send.timerMs < 0) send.timerMs = this.#nowMs;
  }

  /** Writes the next packet; on a lost connection it goes nowhere. */
  write(): void {
    const next = this.wire.shift();
    if (!next || this.#gone) return;
    const { packet, send } = next;
    if (send) send.received = true;
    this.observe({ event: 'receive', packet });
    const returns = send && !send.blocking && !this.habits.returnsBeforeWriting;
    if (returns) this.later(() => this.#return(send));
  }

  #return(send: OddSend): void {
    if (send.state === 'ended') return;
    send.state = 'ended';
    this.observe({ event: 'return', op: send.op });
  }

  /** Fails a call that has not ended; its callback may fire as well. */
  fail(send: OddSend, kind: ErrorKind): void {
    if (send.state === 'ended') return;
    send.state = 'ended';
    this.queue = this.queue.filter((waiting) => waiting !== send);
    this.observe({ event: 'throw', op: send.op, error: { kind, message: kind } });
    if (this.choices.chance(2)) this.#tell(send, kind);
  }

  #tell(send: OddSend, kind?: ErrorKind): void {
    if (!send.completion || send.told) return;
    send.told = true;
    const error = kind && { error: { kind, message: kind } };
    this.observe({ event: 'complete', op: send.op, ...error });
  }

  release(send: OddSend): void {
    if (send.holds) this.usage -= send.message.size;
    send.holds = false;
  }

  answered(send: OddSend, refused: boolean): void {
    this.later(() => this.#learn(send, refused ? 'refused' : undefined));
  }

  #learn(send: OddSend, refusal: 'refused' | undefined): void {
    send.learnt = true;
    this.release(send);
    if (send.completion) this.later(() => this.#tell(send, refusal));
    if (send.blocking) {
      this.later(() => (refusal ? this.fail(send, refusal) : this.#return(send)));
    }
    if (!refusal || !(send.dispatch === 'async' || this.habits.reportsEveryRefusal)) return;
    const name = this.habits.namesRefused && { message: send.message.id };
    const error = { kind: refusal, message: send.message.id };
    this.later(() => this.observe({ event: 'async-error', ...name, error }));
  }

  interrupt(send: OddSend): void {
    this.later(() => {
      const goesOut = send.state === 'admitted' && !send.blocking;
      if (!goesOut || this.habits.interruptFailsAdmitted) this.fail(send, 'interrupted');
    });
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const send of this.sends) {
      if (send.state === 'ended' || send.timerMs < 0) continue;
      if (this.#nowMs - send.timerMs < this.#settings.sendTimeoutMs) continue;
      this.later(() => this.fail(send, 'timeout'));
    }
  }

  lose(): void {
    this.#gone = true;
    this.later(() => {
      for (const send of this.sends) this.release(send);
      this.#failAll('lost', 'connection-lost');
    });
  }

  close(op: number): void {
    this.later(() => {
      if (this.state === 'usable') {
        this.#failAll('closed', 'closed');
        if (this.habits.rollsBackAtClose) this.transactions.rollBackOpen();
      }
      this.later(() => this.#finishClose(op));
    });
  }

  /** Whatever was admitted is written before close returns. */
  #finishClose(op: number): void {
    while (this.wire.length > 0) this.write();
    this.state = 'closed';
    this.observe({ event: 'return', op });
  }

  /** Everything that waits fails, all at once; what a close finds on its way out ends as it would have. */
  #failAll(state: 'lost' | 'closed', kind: ErrorKind): void {
    if (this.state === 'usable') this.state = state;
    this.queue = [];
    for (const send of this.sends) {
      const goesOut = send.state === 'admitted' && !send.blocking && state === 'closed';
      if (!goesOut) this.later(() => this.fail(send, kind));
      const fires = state === 'lost' || this.habits.firesAtClose;
      if (fires && !send.learnt) this.later(() => this.#tell(send, kind));
    }
    this.transactions.failAll(kind);
  }
}
