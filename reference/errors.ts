// Why a call fails: one class, whose stable kind tells the cause to programs. The sentences are for
// people: they say what happened to the message and what to do about it.
import type { ErrorKind } from '../spec/events/failure.ts';

/** Why nothing can be sent any more: what was closed, or that the connection is lost. */
export type Ending = 'producer' | 'session' | 'connection' | 'loss';

/** Any failure that the producer itself reports. */
export class ProducerError extends Error {
  override readonly name = 'ProducerError';
  readonly kind: ErrorKind;

  /** @internal */
  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * Something was closed (LIF-1, LIF-2) or the connection is gone (ERR-1 to ERR-4), before the call or
 * while it was pending. `subject`: what failed; `fate`: what that means for it.
 */
export function endingError(ending: Ending, subject: string, fate: string): ProducerError {
  return ending === 'loss'
    ? new ProducerError(
        'connection-lost',
        `The connection to the broker is lost: ${subject} ${fate}.`,
      )
    : new ProducerError('closed', `The ${ending} is closed: ${subject} ${fate}.`);
}

/** No answer within `sendTimeoutMs` (SYN-6). */
export function timeoutError(messageId: string, sendTimeoutMs: number): ProducerError {
  return new ProducerError(
    'timeout',
    `No acknowledgement of message ${messageId} within ${sendTimeoutMs} ms. The broker may ` +
      'have stored it all the same: send it again only if a duplicate does no harm.',
  );
}

/** The caller's `AbortSignal` fired while the call waited (LIF-5); its reason is the `cause`. */
export function interruptedError(
  messageId: string,
  awaited: 'space' | 'acknowledgement',
  cause?: unknown,
): ProducerError {
  return new ProducerError(
    'interrupted',
    awaited === 'space'
      ? `The send of message ${messageId} was interrupted before it went out: nothing was sent.`
      : `The send of message ${messageId} was interrupted while it waited for its ` +
          'acknowledgement: the broker may have stored it all the same.',
    { cause },
  );
}

/** The message could never be admitted, however long it waited (WIN-6). Sizes in bytes. */
export function tooLargeError(messageId: string, size: number, windowSize: number): ProducerError {
  return new ProducerError(
    'too-large',
    `Message ${messageId} of ${size} bytes is larger than the whole window of ${windowSize} ` +
      'bytes and could never be sent: make the message smaller or windowSize larger.',
  );
}

/** The broker answered no; its own error is the `cause` (SYN-5, ASY-5, CMP-3, TXN-5). */
export function refusedError(subject: string, cause: unknown): ProducerError {
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : 'no reason given';
  return new ProducerError('refused', `The broker refused ${subject}: ${reason}`, { cause });
}

/** The send still waited for space when its transaction was rolled back (TXN-4). */
export function rolledBackError(messageId: string): ProducerError {
  return new ProducerError(
    'other',
    `The transaction of message ${messageId} was rolled back while the message waited for ` +
      'space: it was not sent.',
  );
}

/**
 * The kind of any error: of the producer's own by their `kind`, of a transport's by their `name`
 * (`BrokerRefused`, `ConnectionLost`). `other` for anything else, thrown values included.
 */
export function errorKind(error: unknown): ErrorKind {
  if (error instanceof ProducerError) return error.kind;
  if (!(error instanceof Error)) return 'other';
  if (error.name === 'BrokerRefused') return 'refused';
  return error.name === 'ConnectionLost' ? 'connection-lost' : 'other';
}
