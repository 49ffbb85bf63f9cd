// Soundness: a conforming producer is never accused, however odd its habits. The producer below is
// written from the design, without the ledger, and takes every liberty the design leaves: it enters calls
// late, writes late, returns late and in any order, begins lazily, learns answers when it likes, fails or
// succeeds when both are lawful. A tape of numbers decides each time.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { DISPATCH, rowOf, type Dispatch } from './decision.ts';
import type { ErrorKind } from './failure.ts';
import type { History, HistoryEvent } from './history.ts';
import type { OutgoingMessage, Packet, TransactionAction } from './message.ts';
import { STRICT } from './profile.ts';
import type { ProducerSettings } from './settings.ts';

const TAPES = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 300, size: 'max' });

describe('a conforming producer with odd habits', () => {
  test('breaks no rule', () => {
    fc.assert(
      fc.property(TAPES, (tape) => {
        expect(breachesOf(observe(tape))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  test('breaks no rule where packets are unseen', () => {
    fc.assert(
      fc.property(TAPES, (tape) => {
        expect(breachesOf(withoutPackets(observe(tape)))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});

function breachesOf(history: History): string[] {
  return check(STRICT, history).flatMap(({ breach }) =>
    breach ? [`${breach.rule} at ${breach.at}: ${breach.why}`] : [],
  );
}

/** The same history as a recorder would have it that cannot see what the broker receives. */
function withoutPackets(history: History): History {
  return history
    .filter(({ event }) => event !== 'receive')
    .map((event) => (event.event === 'open' ? { ...event, observes: 'calls' as const } : event));
}

/** Runs an odd producer against an application and a broker that do whatever the tape says. */
function observe(tape: readonly number[]): History {
  const surroundings = new Surroundings(new Choices(tape));
  return surroundings.run();
}

/** Reads decisions off a tape; at its end everything is decided by 0. */
class Choices {
  readonly #tape: readonly number[];
  #at = 0;

  constructor(tape: readonly number[]) {
    this.#tape = tape;
  }

  get over(): boolean {
    return this.#at >= this.#tape.length;
  }

  below(limit: number): number {
    return (this.#tape[this.#at++] ?? 0) % limit;
  }

  of<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 1;
  }
}

/** A send as the odd producer sees it. */
interface OddSend {
  readonly op: number;
  readonly message: OutgoingMessage;
  readonly dispatch: Dispatch;
  readonly charged: boolean;
  readonly completion: boolean;
  readonly transaction: OddTransaction | undefined;
  state: 'invoked' | 'waiting' | 'admitted' | 'ended';
  /** When its timeout started, if it has. */
  timerMs: number;
  received: boolean;
  /** The broker has answered, whether the producer knows or not. */
  answered: boolean;
  /** It takes space. */
  holds: boolean;
  /** Its answer has been taken in. */
  learnt: boolean;
  told: boolean;
}

interface OddTransaction {
  readonly id: string;
  begun: boolean;
  readonly sends: OddSend[];
}

interface OddCall {
  readonly op: number;
  readonly action: TransactionAction;
  readonly transaction: OddTransaction | undefined;
  sent: boolean;
  ended: boolean;
}

/** Something the producer is free to do now, or to leave for later in the turn. */
type Move = () => void;

/** The application, the broker and the clock, and what is observed of the producer. */
class Surroundings {
  readonly events: HistoryEvent[] = [];
  readonly #choices: Choices;
  readonly #settings: ProducerSettings;
  readonly #producer: OddProducer;
  readonly #sends: OddSend[] = [];
  #transactions = 0;
  #open: OddTransaction | undefined;
  #nextOp = 1;
  #lost = false;
  #closing = false;
  /** Transaction packets that the broker has received and not answered. */
  readonly unanswered: Exclude<Packet, { type: 'message' }>[] = [];

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#settings = {
      windowSize: choices.of([10, 10, 0]),
      useAsyncSend: choices.chance(4),
      alwaysSyncSend: choices.chance(6),
      sendTimeoutMs: choices.of([0, 0, 100]),
      destination: 'orders',
    };
    this.events.push({ event: 'open', settings: this.#settings });
    this.#producer = new OddProducer(this.#settings, choices, (event) => this.#observe(event));
  }

  run(): History {
    while (!this.#choices.over) {
      this.#stimulate();
      const gap = this.#choices.below(4);
      if (gap === 0) this.#settle();
      else if (gap === 1) this.#producer.move(this.#choices.below(5));
    }
    this.#settle();
    return this.events;
  }

  #observe(event: HistoryEvent): void {
    this.events.push(event);
    if (event.event !== 'receive') return;
    const { packet } = event;
    if (packet.type !== 'message') this.unanswered.push(packet);
  }

  #settle(): void {
    this.#producer.move(Infinity);
    const bytes = this.#producer.usage;
    this.events.push({ event: 'usage', bytes }, { event: 'settle' });
  }

  #stimulate(): void {
    const { chance, below } = {
      chance: (oneIn: number) => this.#choices.chance(oneIn),
      below: (limit: number) => this.#choices.below(limit),
    };
    if (chance(60)) return this.#lose();
    if (chance(60)) return this.#close();
    switch (below(9)) {
      case 0:
      case 1:
      case 2:
        return this.#send();
      case 3:
      case 4:
      case 5:
        return this.#answer();
      case 6:
        return this.#callTransaction();
      case 7:
        return this.#interrupt();
      default:
        return this.#advance();
    }
  }

  #send(): void {
    if (this.#producer.transactionCallPends) return;
    const { windowSize } = this.#settings;
    const op = this.#nextOp++;
    const completion = this.#choices.chance(4);
    const destination = this.#choices.of([{}, {}, {}, {}, {}, { destination: null }]);
    const message: OutgoingMessage = {
      id: `m${op}`,
      size: this.#choices.of([4, 6, 10, 1, 0, windowSize + 1]),
      deliveryMode: this.#choices.of(['non-persistent', 'persistent'] as const),
      priority: 4,
      timeToLiveMs: 0,
      ...(this.#choices.chance(10) && { responseRequired: true }),
      ...destination,
    };
    this.events.push({ event: 'invoke', op, action: 'send', message, completion });
    this.#sends.push(this.#producer.send(op, message, completion, this.#open));
  }

  #callTransaction(): void {
    if (this.#lost || this.#closing || this.#producer.transactionCallPends) return;
    const op = this.#nextOp++;
    const ends = this.#choices.of(['commit', 'rollback'] as const);
    const action = this.#open || this.#choices.chance(5) ? ends : 'begin';
    this.events.push({ event: 'invoke', op, action });
    let transaction = this.#open;
    this.#open = undefined;
    if (action === 'begin') {
      this.#transactions += 1;
      transaction = { id: `t${this.#transactions}`, begun: false, sends: [] };
      this.#open = transaction;
    }
    this.#producer.callTransaction(op, action, transaction);
  }

  #answer(): void {
    if (this.#lost) return;
    const messages = this.#sends.filter(({ received, answered }) => received && !answered);
    const calls = this.unanswered.filter((packet) => this.#isAnswerable(packet));
    const at = this.#choices.below(messages.length + calls.length + 1);
    const refused = this.#choices.chance(4);
    const send = messages[at];
    if (send) {
      this.events.push({ event: refused ? 'refuse' : 'ack', message: send.message.id });
      send.answered = true;
      this.#producer.answered(send, refused);
      return;
    }
    const packet = calls[at - messages.length];
    if (!packet) return;
    this.unanswered.splice(this.unanswered.indexOf(packet), 1);
    const event = packet.type === 'commit' && refused ? 'refuse' : 'ack';
    this.events.push({ event, transaction: packet.transaction, of: packet.type });
    this.#producer.answeredCall(packet.type, packet.transaction, event === 'refuse');
  }

  /** The broker answers commit and rollback only after the messages of that transaction. */
  #isAnswerable({ type, transaction }: Exclude<Packet, { type: 'message' }>): boolean {
    if (type === 'begin') return true;
    if (this.#closing) return false;
    return this.#sends.every(
      (send) => send.transaction?.id !== transaction || !send.received || send.answered,
    );
  }

  #interrupt(): void {
    if (this.#sends.length === 0) return;
    const target = this.#choices.of(this.#sends);
    this.events.push({ event: 'invoke', op: this.#nextOp++, action: 'interrupt', target: target.op });
    this.#producer.interrupt(target);
  }

  #advance(): void {
    const ms = this.#choices.of([1, 50, 99, 100, 200]);
    this.events.push({ event: 'advance', ms });
    this.#producer.advance(ms);
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.events.push({ event: 'lose' });
    this.#producer.lose();
  }

  #close(): void {
    const op = this.#nextOp++;
    this.#closing = true;
    this.events.push({ event: 'invoke', op, action: 'close' });
    this.#producer.close(op);
  }
}

/** The habits of one odd producer. */
function habitsOf(choices: Choices) {
  return {
    lazyBegin: choices.chance(2),
    beginWaits: choices.chance(2),
    rollbackWaits: choices.chance(2),
    commitAwaitsItsAcks: choices.chance(2),
    returnsBeforeWriting: choices.chance(2),
    timeoutFromCall: choices.chance(2),
    namesRefused: choices.chance(2),
    reportsEverything: choices.chance(3),
    rollsBackAtClose: choices.chance(2),
    firesAtClose: choices.chance(2),
    asyncFailsWhenInterrupted: choices.chance(2),
  };
}

class OddProducer {
  readonly #settings: ProducerSettings;
  readonly #choices: Choices;
  readonly #observe: (event: HistoryEvent) => void;
  readonly #habits: ReturnType<typeof habitsOf>;
  /** Calls that were made and have not begun, in order. */
  readonly #entrances: Move[] = [];
  /** What may be done in any order. */
  readonly #moves: Move[] = [];
  /** Packets on their way to the broker, in order. */
  #wire: { packet: Packet; send?: OddSend }[] = [];
  #queue: OddSend[] = [];
  #calls: OddCall[] = [];
  readonly #sends: OddSend[] = [];
  #nowMs = 0;
  #usage = 0;
  /** The connection is gone, or the producer closed, and the producer has noticed. */
  #state: 'usable' | 'lost' | 'closed' = 'usable';
  #gone = false;

  constructor(
    settings: ProducerSettings,
    choices: Choices,
    observe: (event: HistoryEvent) => void,
  ) {
    this.#settings = settings;
    this.#choices = choices;
    this.#observe = observe;
    this.#habits = habitsOf(choices);
  }

  get usage(): number {
    return this.#usage;
  }

  get transactionCallPends(): boolean {
    return this.#calls.some(({ ended }) => !ended);
  }

  /** Does up to `limit` of the things that are possible, picked at random. */
  move(limit: number): void {
    for (let done = 0; done < limit; done += 1) {
      const moves = this.#possible();
      if (moves.length === 0) return;
      this.#choices.of(moves)();
    }
  }

  #possible(): Move[] {
    const moves = this.#moves.map((move) => () => {
      this.#moves.splice(this.#moves.indexOf(move), 1);
      move();
    });
    const entrance = this.#entrances[0];
    if (entrance) {
      moves.push(() => {
        this.#entrances.shift();
        entrance();
      });
    }
    if (this.#wire.length > 0) moves.push(() => this.#write());
    const head = this.#queue[0];
    if (head && this.#fits(head)) moves.push(() => this.#admit(head));
    for (const call of this.#calls) {
      if (!call.ended && !call.sent && this.#mayEnd(call)) moves.push(() => this.#sendEnd(call));
    }
    return moves;
  }

  send(
    op: number,
    message: OutgoingMessage,
    completion: boolean,
    transaction: OddTransaction | undefined,
  ): OddSend {
    const settings = this.#settings;
    const dispatch =
      DISPATCH[
        rowOf({
          completion,
          timeout: settings.sendTimeoutMs > 0,
          alwaysSyncSend: settings.alwaysSyncSend,
          responseRequired: message.responseRequired ?? false,
          transacted: transaction !== undefined,
          persistent: message.deliveryMode === 'persistent',
          useAsyncSend: settings.useAsyncSend,
        })
      ];
    const charged = dispatch === 'async' || dispatch === 'completion';
    const send: OddSend = {
      op,
      message,
      dispatch,
      charged,
      completion,
      transaction,
      state: 'invoked',
      timerMs: -1,
      received: false,
      answered: false,
      holds: false,
      learnt: false,
      told: false,
    };
    this.#sends.push(send);
    this.#entrances.push(() => this.#enter(send));
    return send;
  }

  #enter(send: OddSend): void {
    if (send.state === 'ended') return;
    const { windowSize } = this.#settings;
    if (this.#state === 'closed') return this.#fail(send, 'closed');
    if (this.#state === 'lost') return this.#fail(send, 'connection-lost');
    const faults: ErrorKind[] = [];
    if (send.message.destination === null) faults.push('invalid-destination');
    if (send.charged && windowSize > 0 && send.message.size > windowSize) faults.push('too-large');
    if (faults.length > 0) return this.#fail(send, this.#choices.of(faults));
    send.state = 'waiting';
    this.#queue.push(send);
    if (this.#habits.timeoutFromCall) this.#startTimer(send);
  }

  #fits({ charged, message }: OddSend): boolean {
    const { windowSize } = this.#settings;
    if (windowSize === 0) return true;
    return charged ? this.#usage + message.size <= windowSize : this.#usage < windowSize;
  }

  #admit(send: OddSend): void {
    this.#queue.shift();
    send.state = 'admitted';
    if (send.charged) this.#usage += send.message.size;
    send.holds = send.charged;
    const { transaction, message } = send;
    if (transaction) {
      this.#begin(transaction);
      transaction.sends.push(send);
    }
    const membership = transaction && { transaction: transaction.id };
    this.#wire.push({ packet: { type: 'message', message, ...membership }, send });
    this.#startTimer(send);
    if (send.charged && this.#habits.returnsBeforeWriting) this.#later(() => this.#return(send));
  }

  #startTimer(send: OddSend): void {
    if (send.dispatch === 'timed' && send.timerMs < 0) send.timerMs = this.#nowMs;
  }

  #write(): void {
    const next = this.#wire.shift();
    if (!next) return;
    const { packet, send } = next;
    if (this.#gone) return;
    if (send) send.received = true;
    this.#observe({ event: 'receive', packet });
    if (send?.charged && !this.#habits.returnsBeforeWriting) this.#later(() => this.#return(send));
  }

  #later(move: Move): void {
    this.#moves.push(move);
  }

  #return(send: OddSend): void {
    if (send.state === 'ended') return;
    send.state = 'ended';
    this.#observe({ event: 'return', op: send.op });
  }

  /** Fails a call; its callback may fire as well. */
  #fail(send: OddSend, kind: ErrorKind): void {
    if (send.state === 'ended') return;
    send.state = 'ended';
    this.#queue = this.#queue.filter((waiting) => waiting !== send);
    this.#observe({ event: 'throw', op: send.op, error: { kind, message: kind } });
    if (send.completion && !send.told && this.#choices.chance(2)) this.#tell(send, kind);
  }

  #tell(send: OddSend, kind?: ErrorKind): void {
    if (!send.completion || send.told) return;
    send.told = true;
    const error = kind && { error: { kind, message: kind } };
    this.#observe({ event: 'complete', op: send.op, ...error });
  }

  #begin(transaction: OddTransaction): void {
    if (transaction.begun) return;
    transaction.begun = true;
    this.#wire.push({ packet: { type: 'begin', transaction: transaction.id } });
  }

  callTransaction(
    op: number,
    action: TransactionAction,
    transaction: OddTransaction | undefined,
  ): void {
    const call: OddCall = { op, action, transaction, sent: false, ended: false };
    this.#calls.push(call);
    this.#entrances.push(() => this.#enterCall(call));
  }

  #enterCall(call: OddCall): void {
    const { transaction, action } = call;
    if (call.ended) return;
    if (this.#state !== 'usable') {
      return this.#endCall(call, this.#state === 'closed' ? 'closed' : 'connection-lost');
    }
    if (!transaction) return this.#endCall(call, 'illegal-state');
    if (action === 'begin') {
      if (!this.#habits.lazyBegin) this.#begin(transaction);
      call.sent = transaction.begun;
      if (!transaction.begun || !this.#habits.beginWaits) this.#later(() => this.#endCall(call));
      return;
    }
    if (action === 'rollback') this.#withdraw(transaction);
  }

  /** Everything of the transaction that waits fails; what was admitted and not written may be dropped. */
  #withdraw(transaction: OddTransaction): void {
    for (const send of this.#sends) {
      if (send.transaction !== transaction) continue;
      if (send.state === 'waiting' || send.state === 'invoked') {
        this.#queue = this.#queue.filter((waiting) => waiting !== send);
        this.#later(() => this.#fail(send, 'other'));
      } else if (send.charged && !send.received && this.#choices.chance(2)) {
        this.#drop(send);
      }
    }
  }

  #drop(send: OddSend): void {
    const wire = this.#wire.filter((packet) => packet.send !== send);
    if (wire.length === this.#wire.length) return;
    this.#wire = wire;
    this.#release(send);
    const { sends } = send.transaction as OddTransaction;
    sends.splice(sends.indexOf(send), 1);
    if (send.state !== 'ended') this.#later(() => this.#fail(send, 'other'));
  }

  #mayEnd(call: OddCall): boolean {
    const { transaction, action } = call;
    if (action === 'begin' || !transaction || this.#entrances.length > 0) return false;
    if (this.#queue.some((send) => send.transaction === transaction)) return false;
    return !this.#habits.commitAwaitsItsAcks || transaction.sends.every(({ learnt }) => learnt);
  }

  #sendEnd(call: OddCall): void {
    const { action } = call;
    const transaction = call.transaction as OddTransaction;
    call.sent = true;
    if (!transaction.begun && this.#choices.chance(2)) {
      return this.#later(() => this.#endCall(call));
    }
    this.#begin(transaction);
    this.#wire.push({ packet: { type: action, transaction: transaction.id } });
    const waits = action === 'commit' || this.#habits.rollbackWaits;
    if (!waits) this.#later(() => this.#endCall(call));
  }

  #endCall(call: OddCall, kind?: ErrorKind): void {
    if (call.ended) return;
    // What a rolled-back transaction still sends must be out before the call returns.
    if (call.action === 'rollback' && call.transaction && kind === undefined) {
      while (this.#wire.some(({ send }) => send?.transaction === call.transaction)) this.#write();
    }
    call.ended = true;
    const { op } = call;
    this.#observe(
      kind ? { event: 'throw', op, error: { kind, message: kind } } : { event: 'return', op },
    );
  }

  answered(send: OddSend, refused: boolean): void {
    this.#later(() => this.#learn(send, refused));
  }

  #learn(send: OddSend, refused: boolean): void {
    send.learnt = true;
    this.#release(send);
    const kind = refused ? 'refused' : undefined;
    if (send.completion) this.#later(() => this.#tell(send, kind));
    if (!send.charged) this.#later(() => (kind ? this.#fail(send, kind) : this.#return(send)));
    if (!refused) return;
    const mustReport = send.dispatch === 'async';
    if (!mustReport && !this.#habits.reportsEverything) return;
    const { id } = send.message;
    const name = this.#habits.namesRefused && { message: id };
    this.#later(() => {
      this.#observe({ event: 'async-error', ...name, error: { kind: 'refused', message: id } });
    });
  }

  #release(send: OddSend): void {
    if (send.holds) this.#usage -= send.message.size;
    send.holds = false;
  }

  answeredCall(action: TransactionAction, id: string, refused: boolean): void {
    this.#later(() => {
      const call = this.#calls.find((one) => one.action === action && one.transaction?.id === id);
      if (call) this.#endCall(call, refused ? 'refused' : undefined);
    });
  }

  interrupt(send: OddSend): void {
    this.#later(() => {
      if (send.state === 'invoked' || send.state === 'waiting') return this.#fail(send, 'interrupted');
      if (!send.charged || this.#habits.asyncFailsWhenInterrupted) this.#fail(send, 'interrupted');
    });
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const send of this.#sends) {
      if (send.state === 'ended' || send.timerMs < 0) continue;
      if (this.#nowMs - send.timerMs < this.#settings.sendTimeoutMs) continue;
      this.#later(() => this.#fail(send, 'timeout'));
    }
  }

  lose(): void {
    this.#gone = true;
    this.#later(() => {
      for (const send of this.#sends) this.#release(send);
      this.#failAll('lost', 'connection-lost');
    });
  }

  close(op: number): void {
    this.#later(() => {
      if (this.#state === 'usable') {
        this.#failAll('closed', 'closed');
        const open = this.#calls.findLast(({ action }) => action === 'begin')?.transaction;
        const ended = this.#calls.some((call) => call.action !== 'begin' && call.transaction === open);
        if (open?.begun && !ended && this.#habits.rollsBackAtClose && !this.#gone) {
          this.#wire.push({ packet: { type: 'rollback', transaction: open.id } });
        }
      }
      this.#later(() => this.#finishClose(op));
    });
  }

  /** Whatever was admitted is written before close returns. */
  #finishClose(op: number): void {
    while (this.#wire.length > 0) this.#write();
    this.#state = 'closed';
    this.#observe({ event: 'return', op });
  }

  /** Everything that waits fails, all at once; what is on its way out ends as it would have. */
  #failAll(state: 'lost' | 'closed', kind: ErrorKind): void {
    if (this.#state === 'usable') this.#state = state;
    this.#queue = [];
    for (const send of this.#sends) {
      const goesOut = send.state === 'admitted' && send.charged && state === 'closed';
      if (!goesOut) this.#later(() => this.#fail(send, kind));
      if (state === 'lost' || this.#habits.firesAtClose) {
        if (!send.learnt) this.#later(() => this.#tell(send, kind));
      }
    }
    for (const call of this.#calls) this.#later(() => this.#endCall(call, kind));
  }
}
