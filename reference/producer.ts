// The producer as the application sees it, and the steps of one send, in the order of the notes'
// `ActiveMQMessageProducer.send`. Space, writing and answers are in delivery.ts.
import type { OutgoingMessage } from '../spec/events/message.ts';
import type { Dispatch } from '../spec/model/decision.ts';
import {
  Delivery,
  type ConnectionPort,
  type Interruptible,
  type SendStatistics,
} from './delivery.ts';
import { endingError, ProducerError, tooLargeError, type Ending } from './errors.ts';
import { PendingSend, type CompletionCallback } from './pending-send.ts';
import type { Transaction } from './transaction.ts';

/** @internal What a producer needs of its session. */
export interface SessionPort {
  /** Why it can send nothing any more, if so. */
  readonly ending: Ending | undefined;
  /** The decision, taken when the send is invoked (TXN-2, TXN-3), not when it is written. */
  dispatchOf(message: OutgoingMessage, completion: boolean): Dispatch;
  /** The transaction a send invoked now belongs to (notes, `doStartTransaction()`). */
  joinTransaction(): Transaction | undefined;
  /** The producer was closed by itself. */
  forget(producer: Producer): void;
}

/**
 * Changes messages on their way out. It is called inside `send`, before any wait, and must answer
 * at once: a later answer could not keep the order. `undefined` leaves the message as it is. What
 * it throws, the send throws.
 */
export type MessageTransformer = (
  message: OutgoingMessage,
  producer: Producer,
) => OutgoingMessage | undefined;

/** How a producer differs from a plain one. */
export interface ProducerOptions {
  readonly transformer?: MessageTransformer | undefined;
}

/** What a caller may ask for with one send. */
export interface SendOptions extends Interruptible {
  /** Takes precedence over the message's own. `null` is an error (DST-2). */
  readonly destination?: string | null | undefined;
  /** Told the answer, once; the send does not wait for it (ASY-4). Not called if the send fails. */
  readonly onComplete?: CompletionCallback | undefined;
}

/** Created by `Session.createProducer`. Safe to share: sends may overlap freely. */
export class Producer {
  /** The one destination it is bound to; absent: each message names its own. */
  readonly destination: string | undefined;
  readonly #session: SessionPort;
  readonly #transformer: MessageTransformer | undefined;
  readonly #delivery: Delivery;
  #ending: Ending | undefined;

  /** @internal */
  constructor(
    session: SessionPort,
    connection: ConnectionPort,
    destination: string | undefined,
    options: ProducerOptions,
  ) {
    this.destination = destination;
    this.#session = session;
    this.#transformer = options.transformer;
    this.#delivery = new Delivery(connection);
  }

  get statistics(): SendStatistics {
    return this.#delivery.statistics;
  }

  /**
   * Sends one message. Its kind decides when the promise resolves: a sync or timed send when it is
   * acknowledged (SYN-1 to SYN-6), any other once the window has room (ASY-1 to ASY-4). Whatever
   * need not be waited for is done before this returns, the write included, so that messages leave
   * in the order of the calls (ORD-1, ORD-2). Never throws; rejects with a `ProducerError`.
   */
  send(message: OutgoingMessage, options: SendOptions = {}): Promise<void> {
    try {
      return this.#send(message, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Bytes sent and unanswered; never above `windowSize` (WIN-1, WIN-4). 0 after loss or close. */
  windowUsage(): number {
    return this.#delivery.window.usage;
  }

  /**
   * Fails all that is pending, and waits for no answer (LIF-2). Completion callbacks that are still
   * due get the error. A commit that waits for its sends goes ahead without them, as it does when
   * they are interrupted: their callers know. Closing again finds nothing to do (LIF-3).
   */
  async close(): Promise<void> {
    this.#session.forget(this);
    this.end('producer');
  }

  /** @internal Closed, alone or with what it belongs to, or lost. */
  end(ending: Ending): void {
    this.#ending = ending;
    this.#delivery.end(ending);
  }

  /** @internal */
  rollBack(transaction: Transaction): void {
    this.#delivery.rollBack(transaction);
  }

  #send(message: OutgoingMessage, options: SendOptions): Promise<void> {
    // checkClosed(): before anything else is looked at (LIF-1, ERR-4).
    this.#checkUsable(message.id);
    // The destination, before any wait: a call that can only fail must not block (DST-1 to DST-4).
    const named = options.destination === undefined ? message.destination : options.destination;
    const destination = resolveDestination(message.id, named, this.destination);
    // transformer.producerTransform(): what follows reads the result, responseRequired too (SYN-3).
    const outgoing = addressed(this.#transformed(message), destination);
    // The notes decide inside session.send, after the wait. Here the moment of the call settles the
    // send's transaction and dispatch, or a commit made while it waits would lose it (TXN-2,
    // TXN-3).
    const { onComplete } = options;
    const dispatch = this.#session.dispatchOf(outgoing, onComplete !== undefined);
    const send = new PendingSend(outgoing, dispatch, onComplete);
    // The notes have no such check: there an oversized message overruns the window (WIN-6).
    const { window } = this.#delivery;
    if (window.isTooLargeFor(send)) {
      throw tooLargeError(outgoing.id, outgoing.size, window.size);
    }
    send.transaction = this.#session.joinTransaction();
    // producerWindow.waitForSpace(), session.send() and stats.onMessage().
    return this.#delivery.deliver(send, options);
  }

  #transformed(message: OutgoingMessage): OutgoingMessage {
    if (!this.#transformer) return message;
    const transformed = this.#transformer(message, this);
    // The notes check again at the head of session.send: the transformer may have closed us. The
    // wait for space needs no third check, because close ends it (LIF-2).
    this.#checkUsable(message.id);
    return transformed ?? message;
  }

  #checkUsable(messageId: string): void {
    const ending = this.#ending ?? this.#session.ending;
    if (ending) throw endingError(ending, `message ${messageId}`, 'was not sent');
  }
}

/**
 * Where a message goes (DST-1 to DST-3). `named`: by the call or the message, `null` being an
 * explicit null; `bound`: the producer's own.
 */
function resolveDestination(
  messageId: string,
  named: string | null | undefined,
  bound: string | undefined,
): string {
  if (named === null) {
    throw new ProducerError(
      'invalid-destination',
      `The destination of message ${messageId} is null: leave it out to use the producer's own.`,
    );
  }
  const destination = named ?? bound;
  if (destination === undefined) {
    throw new ProducerError(
      'invalid-destination',
      `Neither message ${messageId} nor its producer names a destination.`,
    );
  }
  if (bound !== undefined && destination !== bound) {
    throw new ProducerError(
      'invalid-destination',
      `This producer sends to ${bound} only; message ${messageId} names ${destination}.`,
    );
  }
  return destination;
}

/** The message with its destination on it, as the broker needs it (notes, 组装消息内容). */
function addressed(message: OutgoingMessage, destination: string): OutgoingMessage {
  if (message.destination === destination) return message;
  // Not a spread: one that adds a field costs ten times as much.
  return Object.assign({}, message, { destination });
}
