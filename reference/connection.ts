// The connection: settings, the transport, the listeners, and what happens when it is lost or
// closed. It never reconnects: a lost connection stays lost.
import type { Packet } from '../spec/events/message.ts';
import type { ProducerSettings } from '../spec/events/settings.ts';
import { endingError, errorKind, refusedError, type Ending } from './errors.ts';
import { Session, type SessionOptions } from './session.ts';
import type { Transport } from './transport.ts';

/** Settings that all producers of a connection share. */
export type ConnectionOptions = Partial<Omit<ProducerSettings, 'destination'>>;

/** The settings in force: `ConnectionOptions` with the defaults filled in. */
export type ConnectionSettings = Omit<ProducerSettings, 'destination'>;

/** Told of an error that no caller waits for, and of the message it is about. */
export type AsyncErrorListener = (error: unknown, messageId?: string) => void;

/** Counted for each transport, so that connections that share a broker do not clash. */
const transactionsBegun = new WeakMap<Transport, number>();

/** More would overflow the timers of every JavaScript engine, which then fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** One connection to a broker, over a transport. */
export class Connection {
  readonly settings: ConnectionSettings;
  /**
   * Told of what no caller waits for: the refusal or loss of an async send, once for each (ASY-5).
   * Default: nobody is.
   */
  onAsyncError: AsyncErrorListener | undefined;
  /**
   * Told when a completion callback, or `onAsyncError`, throws. Their fault is none of the
   * producer's, which goes on (CMP-6). Default: nobody is told.
   */
  onCallbackError: ((error: unknown) => void) | undefined;
  readonly #transport: Transport;
  readonly #lost: AbortSignal;
  readonly #sessions = new Set<Session>();
  readonly #onLost = () => this.#lose();
  #isLost = false;
  #isClosed = false;

  /**
   * Defaults: no window, no timeout, persistent sends outside transactions wait. Throws a
   * `RangeError` for a `windowSize` that is no non-negative integer (bytes; 0: no window), and for
   * a `sendTimeoutMs` outside 0 to 2,147,483,647 (milliseconds; 0: none).
   */
  constructor(transport: Transport, options: ConnectionOptions = {}) {
    this.settings = checked({
      windowSize: options.windowSize ?? 0,
      useAsyncSend: options.useAsyncSend ?? false,
      alwaysSyncSend: options.alwaysSyncSend ?? false,
      sendTimeoutMs: options.sendTimeoutMs ?? 0,
    });
    this.#transport = transport;
    this.#lost = transport.lost;
    this.#isLost = this.#lost.aborted;
    this.#lost.addEventListener('abort', this.#onLost);
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @internal See `SessionOwner` and `ConnectionPort`, as all that is internal here. */
  get ending(): Ending | undefined {
    if (this.#isClosed) return 'connection';
    return this.#isLost ? 'loss' : undefined;
  }

  /**
   * Throws (`closed` or `connection-lost`) if there is nothing left to work with.
   */
  createSession(options: SessionOptions = {}): Session {
    if (this.ending) throw endingError(this.ending, 'a session', 'was not created');
    const session = new Session(this, options);
    this.#sessions.add(session);
    return session;
  }

  /**
   * Closes all sessions and their producers. Waits for no answer (LIF-2), and closing again
   * finds nothing to do (LIF-3). Open transactions are left to the broker, which rolls them back.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#lost.removeEventListener('abort', this.#onLost);
    for (const session of this.#sessions) session.end('connection');
    this.#sessions.clear();
  }

  /** @internal */
  forget(session: Session): void {
    this.#sessions.delete(session);
  }

  /** @internal */
  freshTransactionId(): string {
    const number = (transactionsBegun.get(this.#transport) ?? 0) + 1;
    transactionsBegun.set(this.#transport, number);
    return `t${number}`;
  }

  /**
   * @internal Hands a packet to the transport, now: the order of the calls is the order on the wire
   * (ORD-1, ORD-2). A transport that throws instead of rejecting is treated as if it had rejected.
   */
  write(packet: Packet): Promise<void> {
    try {
      return this.#transport.receive(packet);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @internal A loss that a rejection tells of is a loss for all. */
  failureOf(rejection: unknown, subject: string): Error {
    const kind = errorKind(rejection);
    if (kind === 'refused') return refusedError(subject, rejection);
    if (kind === 'connection-lost') {
      this.#lose();
      return endingError('loss', subject, 'was not answered and may not have arrived');
    }
    if (rejection instanceof Error) return rejection;
    return new Error(`The transport failed on ${subject}: ${String(rejection)}`);
  }

  /** @internal */
  reportAsyncError(error: Error, messageId: string): void {
    const listener = this.onAsyncError;
    if (listener) this.callBack(() => listener(error, messageId));
  }

  /**
   * @internal Runs the application's code, whose exceptions must not reach the producer (CMP-6).
   */
  callBack(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      try {
        this.onCallbackError?.(error);
      } catch {
        // The listener of last resort has no listener.
      }
    }
  }

  /** Nothing stays pending and nothing is reported as done (ERR-1 to ERR-3). */
  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    for (const session of this.#sessions) session.end('loss');
  }
}

function checked(settings: ConnectionSettings): ConnectionSettings {
  const { windowSize, sendTimeoutMs } = settings;
  if (!Number.isSafeInteger(windowSize) || windowSize < 0) {
    throw new RangeError(
      `windowSize is ${windowSize}; it must be a whole number of bytes, 0 or more`,
    );
  }
  if (!(sendTimeoutMs >= 0 && sendTimeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(`sendTimeoutMs is ${sendTimeoutMs}; it must be 0 to ${MAX_TIMEOUT_MS} ms`);
  }
  return settings;
}
