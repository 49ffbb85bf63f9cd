// The session: which transaction a send belongs to, how it meets its acknowledgement, and commit
// and rollback. Follows the notes' `ActiveMQSession.send`; what stands before it there is in
// producer.ts.
import { DISPATCH, rowOf, type Dispatch } from '../spec/model/decision.ts';
import type { OutgoingMessage } from '../spec/events/message.ts';
import { BlockedCaller } from './blocked-caller.ts';
import type { Connection } from './connection.ts';
import { ConnectionLostError, IllegalStateError, ProducerClosedError } from './errors.ts';
import type { PendingSend } from './pending-send.ts';
import { Producer, type ProducerOptions } from './producer.ts';
import { Transaction } from './transaction.ts';
import type { Transport } from './transport.ts';

/** How a session treats transactions. */
export interface SessionOptions {
  /** Every send belongs to a transaction, which begins with the first one. Default false. */
  readonly transacted?: boolean;
}

/** Created by `Connection.createSession`. A transaction spans all producers of its session. */
export class Session {
  readonly connection: Connection;
  readonly transacted: boolean;
  readonly #transport: Transport;
  readonly #producers = new Set<Producer>();
  /** Commits and rollbacks that have not returned. */
  readonly #callers = new Set<BlockedCaller>();
  #current: Transaction | undefined;
  #isClosed = false;

  /** @internal */
  constructor(connection: Connection, transport: Transport, options: SessionOptions) {
    this.connection = connection;
    this.transacted = options.transacted ?? false;
    this.#transport = transport;
  }

  get isClosed(): boolean {
    return this.#isClosed || this.connection.isClosed;
  }

  /** Whether a send made now would belong to a transaction. */
  get inTransaction(): boolean {
    return this.transacted || this.#current !== undefined;
  }

  /** Bound to `destination`, or to none: then each message names its own (DST-1, DST-3). */
  createProducer(destination?: string, options: ProducerOptions = {}): Producer {
    this.#checkUsable('a producer', 'was not created');
    const producer = new Producer(this, destination, options);
    this.#producers.add(producer);
    return producer;
  }

  /**
   * Begins a transaction now; a plain session has no other way. Does not wait for the answer: no
   * send in the transaction does either (ASY-2). Rejects with `IllegalStateError` inside a
   * transaction.
   */
  async begin(): Promise<void> {
    this.#checkUsable('the begin', 'was not sent');
    if (this.#current) throw new IllegalStateError('A transaction is open: end it first.');
    this.#begin();
  }

  /**
   * Ends the transaction and returns when the broker has acknowledged it (TXN-1). It goes out
   * behind all its messages, those included that wait for space now (TXN-2). Rejects with
   * `BrokerRefusedError` when the broker refuses it (TXN-5), which ends the transaction too, and
   * with `IllegalStateError` outside a transaction (TXN-6).
   */
  async commit(): Promise<void> {
    const transaction = this.#end('commit');
    await this.#sendEnd('commit', transaction);
  }

  /**
   * Ends the transaction, fails its sends that wait for space, and returns when the broker has
   * acknowledged it. Rejects as `commit` does.
   */
  async rollback(): Promise<void> {
    const transaction = this.#end('rollback');
    // All at once in each window: no send of this transaction may slip out into the space that
    // another one of it no longer wants (TXN-4). What does not belong to it moves up.
    for (const producer of this.#producers) producer.rollBack(transaction);
    await this.#sendEnd('rollback', transaction);
  }

  /**
   * Closes its producers, and fails commits and rollbacks that are unanswered. Waits for no answer.
   */
  async close(): Promise<void> {
    this.connection.forget(this);
    this.shut('session');
  }

  /**
   * @internal The decision, taken when the send is invoked (TXN-2, TXN-3), not when it is written.
   */
  dispatchOf(message: OutgoingMessage, completion: boolean): Dispatch {
    const { sendTimeoutMs, alwaysSyncSend, useAsyncSend } = this.connection.settings;
    const row = rowOf({
      completion,
      timeout: sendTimeoutMs > 0,
      alwaysSyncSend,
      responseRequired: message.responseRequired ?? false,
      transacted: this.inTransaction,
      persistent: message.deliveryMode === 'persistent',
      useAsyncSend,
    });
    return DISPATCH[row];
  }

  /** @internal The transaction a send invoked now belongs to (notes, `doStartTransaction()`). */
  joinTransaction(): Transaction | undefined {
    if (this.transacted && !this.#current) return this.#begin();
    return this.#current;
  }

  /**
   * @internal Writes the message (notes, `asyncSendPacket` and `syncSendPacket`). The notes hold
   * the `sendMutex` here until a synchronous send is answered; one write in one step needs no lock,
   * and holds up nobody (SYN-8).
   */
  send({ message, transaction }: PendingSend): Promise<void> {
    return this.connection.write(
      transaction
        ? { type: 'message', message, transaction: transaction.id }
        : { type: 'message', message },
    );
  }

  /** @internal A producer was closed by itself. */
  forget(producer: Producer): void {
    this.#producers.delete(producer);
  }

  /** @internal The session was closed, alone or with its connection. */
  shut(closed: 'session' | 'connection'): void {
    this.#isClosed = true;
    this.#failCallers((subject) => new ProducerClosedError(subject, closed, 'was not answered'));
    for (const producer of this.#producers) producer.shut(closed);
    this.#producers.clear();
  }

  /** @internal */
  connectionLost(): void {
    this.#failCallers((subject) => new ConnectionLostError(subject, 'was not answered'));
    for (const producer of this.#producers) producer.connectionLost();
  }

  #begin(): Transaction {
    const transaction = new Transaction(this.#transport);
    this.#current = transaction;
    // Nobody waits for this answer. Its messages are already on their way, so a refusal is kept for
    // the commit, which must not succeed.
    this.connection
      .write({ type: 'begin', transaction: transaction.id })
      .catch((error: unknown) => {
        transaction.beginFailure = this.connection.failureOf(error, 'the begin of the transaction');
      });
    return transaction;
  }

  /** From here on sends are outside, whatever becomes of the commit or rollback (TXN-3). */
  #end(action: 'commit' | 'rollback'): Transaction {
    this.#checkUsable(`the ${action}`, 'was not sent');
    const transaction = this.#current;
    if (!transaction) throw new IllegalStateError(`There is no transaction to ${wording[action]}.`);
    this.#current = undefined;
    return transaction;
  }

  #sendEnd(action: 'commit' | 'rollback', transaction: Transaction): Promise<void> {
    const caller = new BlockedCaller();
    this.#callers.add(caller);
    transaction.whenAllWritten(() => {
      // Close and loss fail this call before they end the waiting sends, so it cannot slip out.
      if (!this.#callers.has(caller)) return;
      if (transaction.beginFailure !== undefined) {
        this.#callers.delete(caller);
        caller.fail(transaction.beginFailure);
        return;
      }
      this.connection.write({ type: action, transaction: transaction.id }).then(
        () => {
          if (this.#callers.delete(caller)) caller.release();
        },
        (rejection: unknown) => {
          const error = this.connection.failureOf(rejection, `the ${action}`);
          if (this.#callers.delete(caller)) caller.fail(error);
        },
      );
    });
    return caller.promise;
  }

  #failCallers(error: (subject: string) => Error): void {
    const callers = [...this.#callers];
    this.#callers.clear();
    for (const caller of callers) caller.fail(error('the end of the transaction'));
  }

  #checkUsable(subject: string, fate: string): void {
    if (this.isClosed) throw new ProducerClosedError(subject, 'session', fate);
    if (this.connection.isLost) throw new ConnectionLostError(subject, fate);
  }
}

const wording = { commit: 'commit', rollback: 'roll back' } as const;
