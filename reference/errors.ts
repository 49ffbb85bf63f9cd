// Why a call fails: one class for each cause, each with a stable kind. The sentences are for
// people: they say what happened to the message and what to do about it. Programs look at `kind`.
import type { ErrorKind } from '../spec/events/failure.ts';

/** Why nothing can be sent any more: what was closed, or that the connection is lost. */
export type Ending = 'producer' | 'session' | 'connection' | 'loss';

/** Any failure that the producer itself reports. */
export abstract class ProducerError extends Error {
  abstract readonly kind: ErrorKind;
}

/** Something was closed: before the call (LIF-1), or while the call was pending (LIF-2). */
export class ProducerClosedError extends ProducerError {
  override readonly name = 'ProducerClosedError';
  readonly kind = 'closed';

  /** `subject`: what failed; `closed`: what was closed; `fate`: what that means for the subject. */
  constructor(subject: string, closed: Exclude<Ending, 'loss'>, fate: string) {
    super(`The ${closed} is closed: ${subject} ${fate}.`);
  }
}

/** No answer within `sendTimeoutMs` (SYN-6). */
export class SendTimeoutError extends ProducerError {
  override readonly name = 'SendTimeoutError';
  readonly kind = 'timeout';

  constructor(messageId: string, sendTimeoutMs: number) {
    super(
      `No acknowledgement of message ${messageId} within ${sendTimeoutMs} ms. The broker may ` +
        'have stored it all the same: send it again only if a duplicate does no harm.',
    );
  }
}

/** The caller's `AbortSignal` fired while the call waited (LIF-5); its reason is the `cause`. */
export class SendInterruptedError extends ProducerError {
  override readonly name = 'SendInterruptedError';
  readonly kind = 'interrupted';

  constructor(messageId: string, awaited: 'space' | 'acknowledgement', cause?: unknown) {
    super(
      awaited === 'space'
        ? `The send of message ${messageId} was interrupted before it went out: nothing was sent.`
        : `The send of message ${messageId} was interrupted while it waited for its ` +
            'acknowledgement: the broker may have stored it all the same.',
      { cause },
    );
  }
}

/** The message could never be admitted, however long it waited (WIN-6). Sizes in bytes. */
export class MessageTooLargeError extends ProducerError {
  override readonly name = 'MessageTooLargeError';
  readonly kind = 'too-large';

  constructor(messageId: string, size: number, windowSize: number) {
    super(
      `Message ${messageId} of ${size} bytes is larger than the whole window of ${windowSize} ` +
        'bytes and could never be sent: make the message smaller or windowSize larger.',
    );
  }
}

/** A check of the destination failed; nothing was sent (DST-1 to DST-3). */
export class InvalidDestinationError extends ProducerError {
  override readonly name = 'InvalidDestinationError';
  readonly kind = 'invalid-destination';
}

/** The connection is gone (ERR-1 to ERR-4). */
export class ConnectionLostError extends ProducerError {
  override readonly name = 'ConnectionLostError';
  readonly kind = 'connection-lost';

  /** `fate`: what the loss means for `subject`. */
  constructor(subject: string, fate: string) {
    super(`The connection to the broker is lost: ${subject} ${fate}.`);
  }
}

/** The failure of `subject` by an ending; `fate`: what that means for it. */
export function endingError(ending: Ending, subject: string, fate: string): ProducerError {
  return ending === 'loss'
    ? new ConnectionLostError(subject, fate)
    : new ProducerClosedError(subject, ending, fate);
}

/** The broker answered no; its own error is the `cause` (SYN-5, ASY-5, CMP-3, TXN-5). */
export class BrokerRefusedError extends ProducerError {
  override readonly name = 'BrokerRefusedError';
  readonly kind = 'refused';

  constructor(subject: string, cause: unknown) {
    const reason =
      cause instanceof Error && cause.message !== '' ? cause.message : 'no reason given';
    super(`The broker refused ${subject}: ${reason}`, { cause });
  }
}

/**
 * A call that makes no sense in the present state, such as commit outside a transaction (TXN-6).
 */
export class IllegalStateError extends ProducerError {
  override readonly name = 'IllegalStateError';
  readonly kind = 'illegal-state';
}

/**
 * The send still waited for space when its transaction was rolled back; nothing was sent (TXN-4).
 */
export class TransactionRolledBackError extends ProducerError {
  override readonly name = 'TransactionRolledBackError';
  readonly kind = 'other';

  constructor(messageId: string) {
    super(
      `The transaction of message ${messageId} was rolled back while the message waited for ` +
        'space: it was not sent.',
    );
  }
}

/**
 * The kind of any error: of the producer's own by their class, of a transport's by their `name`
 * (`BrokerRefused`, `ConnectionLost`). `other` for anything else, thrown values included.
 */
export function errorKind(error: unknown): ErrorKind {
  if (error instanceof ProducerError) return error.kind;
  if (!(error instanceof Error)) return 'other';
  switch (error.name) {
    case 'BrokerRefused':
      return 'refused';
    case 'ConnectionLost':
      return 'connection-lost';
    default:
      return 'other';
  }
}
