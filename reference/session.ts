// The session: which transaction a send belongs to, how it meets its acknowledgement, and commit
// and rollback. Follows the notes' `ActiveMQSession.send`; what stands before it there is in
// producer.ts, what stands behind it in delivery.ts.
import { DISPATCH, rowOf, type Dispatch } from '../spec/model/decision.ts';
import type { OutgoingMessage } from '../spec/events/message.ts';
import type { ProducerSettings } from '../spec/events/settings.ts';
import { BlockedCaller } from './blocked-caller.ts';
import type { ConnectionPort } from './delivery.ts';
import { endingError, ProducerError, type Ending } from './errors.ts';
import { Producer, type ProducerOptions } from './producer.ts';
import { Transaction } from './transaction.ts';

/** @internal What a session needs of its connection, beside what its producers need. */
export interface SessionOwner extends ConnectionPort {
  readonly settings: Omit<ProducerSettings, 'destination'>;
  /** Why nothing can be sent any more, if so. */
  readonly ending: Ending | undefined;
  /** Never used before on this transport. */
  freshTransactionId(): string;
  /** The session was closed by itself. */
  forget(session: Session): void;
}

/** How a session treats transactions. */
export interface SessionOptions {
  /** Every send belongs to a transaction, which begins with the first one. Default false. */
  readonly transacted?: boolean;
}

/** Created by `Connection.createSession`. A transaction spans all producers of its session. */
export class Session {
  readonly #connection: SessionOwner;
  readonly #isTransacted: boolean;
  readonly #producers = new Set<Producer>();
  /** Commits and rollbacks that have not returned. */
  readonly #callers = new Set<BlockedCaller>();
  #current: Transaction | undefined;
  #ending: Ending | undefined;

  /** @internal */
  constructor(connection: SessionOwner, options: SessionOptions) {
    this.#connection = connection;
    this.#isTransacted = options.transacted ?? false;
  }

  /** Alone or with its connection; a session whose connection is lost is not. */
  get isClosed(): boolean {
    return this.ending !== undefined && this.ending !== 'loss';
  }

  /** @internal Why nothing can be sent any more, if so. */
  get ending(): Ending | undefined {
    return this.#ending ?? this.#connection.ending;
  }

  /** Whether a send made now would belong to a transaction. */
  get inTransaction(): boolean {
    return this.#isTransacted || this.#current !== undefined;
  }

  /** Bound to `destination`, or to none: then each message names its own (DST-1, DST-3). */
  createProducer(destination?: string, options: ProducerOptions = {}): Producer {
    this.#checkUsable('a producer', 'was not created');
    const producer = new Producer(this, this.#connection, destination, options);
    this.#producers.add(producer);
    return producer;
  }

  /**
   * Begins a transaction now; a plain session has no other way. Does not wait for the answer: no
   * send in the transaction does either (ASY-2). Rejects (`illegal-state`) inside a
   * transaction.
   */
  async begin(): Promise<void> {
    this.#checkUsable('the begin', 'was not sent');
    if (this.#current)
      throw new ProducerError('illegal-state', 'A transaction is open: end it first.');
    this.#begin();
  }

  /**
   * Ends the transaction and returns when the broker has acknowledged it (TXN-1). It goes out
   * behind all its messages, those included that wait for space now (TXN-2). Rejects
   * (`refused`) when the broker refuses it (TXN-5), which ends the transaction too, and
   * (`illegal-state`) outside a transaction (TXN-6).
   */
  async commit(): Promise<void> {
    const transaction = this.#leave('commit');
    await this.#sendEnd('commit', transaction);
  }

  /**
   * Ends the transaction, fails its sends that wait for space, and returns when the broker has
   * acknowledged it. Rejects as `commit` does.
   */
  async rollback(): Promise<void> {
    const transaction = this.#leave('rollback');
    // All at once in each window: no send of this transaction may slip out into the space that
    // another one of it no longer wants (TXN-4). What does not belong to it moves up.
    for (const producer of this.#producers) producer.rollBack(transaction);
    await this.#sendEnd('rollback', transaction);
  }

  /**
   * Closes its producers, and fails commits and rollbacks that are unanswered. Waits for no answer.
   */
  async close(): Promise<void> {
    this.#connection.forget(this);
    this.end('session');
  }

  /** @internal See `SessionPort`, as the three that follow. */
  dispatchOf(message: OutgoingMessage, completion: boolean): Dispatch {
    const { sendTimeoutMs, alwaysSyncSend, useAsyncSend } = this.#connection.settings;
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

  /** @internal Throws if the transaction does not exist: its begin was refused (TXN-7). */
  joinTransaction(): Transaction | undefined {
    if (this.#isTransacted && !this.#current) return this.#begin();
    if (this.#current?.beginFailure) throw this.#current.beginFailure;
    return this.#current;
  }

  /** @internal */
  forget(producer: Producer): void {
    this.#producers.delete(producer);
  }

  /** @internal Closed, alone or with its connection, or lost. */
  end(ending: Ending): void {
    this.#ending = ending;
    const callers = [...this.#callers];
    this.#callers.clear();
    for (const caller of callers) {
      caller.fail(endingError(ending, 'the end of the transaction', 'was not answered'));
    }
    for (const producer of this.#producers) producer.end(ending);
  }

  #begin(): Transaction {
    const connection = this.#connection;
    const transaction = new Transaction(connection.freshTransactionId());
    this.#current = transaction;
    // Nobody waits for this answer. A refusal is kept for what comes later in the transaction.
    connection.write({ type: 'begin', transaction: transaction.id }).catch((error: unknown) => {
      transaction.beginFailure = connection.failureOf(error, 'the begin of the transaction');
    });
    return transaction;
  }

  /** From here on sends are outside, whatever becomes of the commit or rollback (TXN-3). */
  #leave(action: 'commit' | 'rollback'): Transaction {
    this.#checkUsable(`the ${action}`, 'was not sent');
    const transaction = this.#current;
    if (!transaction)
      throw new ProducerError('illegal-state', `There is no transaction to ${wording[action]}.`);
    this.#current = undefined;
    return transaction;
  }

  #sendEnd(action: 'commit' | 'rollback', transaction: Transaction): Promise<void> {
    const caller = new BlockedCaller();
    this.#callers.add(caller);
    const letGo = (error?: Error): void => {
      if (!this.#callers.delete(caller)) return;
      if (error) caller.fail(error);
      else caller.release();
    };
    transaction.whenAllWritten(() => {
      // Close and loss fail this call before they end the waiting sends, so it cannot slip out.
      if (!this.#callers.has(caller)) return;
      if (transaction.beginFailure) return letGo(transaction.beginFailure);
      this.#connection.write({ type: action, transaction: transaction.id }).then(
        () => letGo(),
        (rejection: unknown) => letGo(this.#connection.failureOf(rejection, `the ${action}`)),
      );
    });
    return caller.promise;
  }

  #checkUsable(subject: string, fate: string): void {
    if (this.ending) throw endingError(this.ending, subject, fate);
  }
}

const wording = { commit: 'commit', rollback: 'roll back' } as const;
