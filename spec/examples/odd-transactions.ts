// The odd producer's transactions: begun lazily or at once, ended with or without a wait.
import type { ErrorKind } from '../events/failure.ts';
import type { HistoryEvent } from '../events/history.ts';
import type { Packet, TransactionAction } from '../events/message.ts';
import type { Choices, Habits, Move, OddCall, OddSend, OddTransaction } from './odd-calls.ts';

/** What the transactions of a producer need of it. */
interface Owner {
  readonly choices: Choices;
  readonly habits: Habits;
  readonly state: 'usable' | 'closed' | 'lost';
  readonly sends: readonly OddSend[];
  readonly entrances: Move[];
  wire: { readonly packet: Packet; readonly send?: OddSend }[];
  queue: OddSend[];
  readonly observe: (event: HistoryEvent) => void;
  later(move: Move): void;
  fail(send: OddSend, kind: ErrorKind): void;
  release(send: OddSend): void;
  write(): void;
}

/** Owns the calls to begin, commit and rollback; shares the producer's wire and queue. */
export class OddTransactions {
  readonly #producer: Owner;
  readonly #calls: OddCall[] = [];

  constructor(producer: Owner) {
    this.#producer = producer;
  }

  /** A call is pending, or its packet not written: begin packets are told apart by their order alone. */
  get busy(): boolean {
    const { wire } = this.#producer;
    return this.#calls.some(({ ended }) => !ended) || wire.some(({ send }) => !send);
  }

  call(op: number, action: TransactionAction, transaction: OddTransaction | undefined): void {
    const call: OddCall = { op, action, transaction, sent: false, ended: false };
    this.#calls.push(call);
    this.#producer.entrances.push(() => this.#enter(call));
  }

  #enter(call: OddCall): void {
    const { transaction, action } = call;
    const { state, habits } = this.#producer;
    if (call.ended) return;
    if (state !== 'usable') {
      return this.#end(call, state === 'closed' ? 'closed' : 'connection-lost');
    }
    if (!transaction) return this.#end(call, 'illegal-state');
    if (action === 'rollback') this.#withdraw(transaction);
    if (action !== 'begin') {
      transaction.over = true;
      return;
    }
    if (!habits.lazyBegin) this.#begin(transaction);
    if (!transaction.begun || !habits.beginWaits) this.#producer.later(() => this.#end(call));
  }

  #begin(transaction: OddTransaction): void {
    if (transaction.begun) return;
    transaction.begun = true;
    this.#producer.wire.push({ packet: { type: 'begin', transaction: transaction.id } });
  }

  admit(send: OddSend, transaction: OddTransaction): void {
    this.#begin(transaction);
    transaction.sends.push(send);
  }

  /** Everything of it that waits fails; what was admitted and not written may be taken back. */
  #withdraw(transaction: OddTransaction): void {
    const producer = this.#producer;
    for (const send of producer.sends) {
      if (send.transaction !== transaction) continue;
      if (send.state === 'waiting' || send.state === 'invoked') {
        producer.queue = producer.queue.filter((waiting) => waiting !== send);
        producer.later(() => producer.fail(send, 'other'));
      } else if (!send.blocking && !send.received && producer.habits.rollbackDropsUnwritten) {
        this.#drop(send, transaction);
      }
    }
  }

  #drop(send: OddSend, { sends }: OddTransaction): void {
    const producer = this.#producer;
    producer.wire = producer.wire.filter((packet) => packet.send !== send);
    producer.release(send);
    sends.splice(sends.indexOf(send), 1);
    producer.later(() => producer.fail(send, 'other'));
  }

  /** Commits and rollbacks whose turn has come. */
  possible(): Move[] {
    return this.#calls.filter((call) => this.#mayEnd(call)).map((call) => () => this.#send(call));
  }

  #mayEnd(call: OddCall): boolean {
    const { transaction, action } = call;
    const { queue, habits } = this.#producer;
    if (call.sent || call.ended || action === 'begin' || !transaction?.over) return false;
    if (queue.some((send) => send.transaction === transaction)) return false;
    return !habits.commitAwaitsItsAcks || transaction.sends.every(({ learnt }) => learnt);
  }

  #send(call: OddCall): void {
    const { action, transaction } = call;
    const { choices, habits, wire } = this.#producer;
    if (!transaction) return;
    call.sent = true;
    const nothingToEnd = !transaction.begun && choices.chance(2);
    if (!nothingToEnd) {
      this.#begin(transaction);
      wire.push({ packet: { type: action, transaction: transaction.id } });
    }
    const waits = action === 'commit' || habits.rollbackWaits;
    if (nothingToEnd || !waits) this.#producer.later(() => this.#end(call));
  }

  answered(action: TransactionAction, id: string, refused: boolean): void {
    this.#producer.later(() => {
      const call = this.#calls.find((one) => one.action === action && one.transaction?.id === id);
      if (call) this.#end(call, refused ? 'refused' : undefined);
    });
  }

  #end(call: OddCall, kind?: ErrorKind): void {
    if (call.ended) return;
    call.ended = true;
    const { op } = call;
    if (!kind && call.action === 'rollback') this.#flush(call.transaction);
    const error = kind && { kind, message: kind };
    this.#producer.observe(error ? { event: 'throw', op, error } : { event: 'return', op });
  }

  /** What a rolled-back transaction still sends must be out before rollback returns. */
  #flush(transaction: OddTransaction | undefined): void {
    const producer = this.#producer;
    const mine = ({ send }: { send?: OddSend }) => send && send.transaction === transaction;
    while (producer.wire.some(mine)) producer.write();
  }

  /** Closing a session rolls back what is open. */
  rollBackOpen(): void {
    for (const { transaction } of this.#calls) {
      if (!transaction?.begun || transaction.over) continue;
      transaction.over = true;
      this.#producer.wire.push({ packet: { type: 'rollback', transaction: transaction.id } });
    }
  }

  failAll(kind: ErrorKind): void {
    for (const call of this.#calls) this.#producer.later(() => this.#end(call, kind));
  }
}
