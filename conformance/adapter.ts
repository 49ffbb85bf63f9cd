// The one file an implementer reads: what an adapter must provide, and what the kit provides to it.
// A module default-exports a ProducerAdapter; `.ts`, `.js` and `.mjs` load directly.
import type { ErrorKind } from '../spec/events/failure.ts';
import type { OutgoingMessage, Packet } from '../spec/events/message.ts';
import type { Capability, ProducerSettings, Resends } from '../spec/events/settings.ts';
import type { Sayable } from './cases/sayable.ts';

export type { Capability, ErrorKind, OutgoingMessage, Packet, ProducerSettings, Resends };

/** What the kit judges: a way to open fresh producers, and what they claim to do. */
export interface ProducerAdapter {
  /** Shown in reports. */
  readonly name: string;
  /** What the producer can do; rules about anything else are not applicable. */
  readonly supports: readonly Capability[];
  /** Opens a fresh producer; called once for every case. In some, another one is open beside it. */
  open(context: OpenContext): ProducerSubject | Promise<ProducerSubject>;
  /** Tells kinds of error apart. Absent: failures are judged, their kinds are not. */
  errorKind?(error: unknown): ErrorKind;
  /** Bytes the producer charges for a message. Default: `message.size`. */
  chargedSize?(message: OutgoingMessage): number;
  /** Milliseconds the producer may hold a write to batch it. Default: 0. */
  readonly lingerMs?: number;
  /**
   * The producer makes a broken connection anew (`BrokerPort.reconnect`), and promises this for what is unanswered then.
   * Absent: its connection is never cut.
   */
  readonly resends?: Resends;
  /** What the broker can say, where a protocol lies between: nothing else is asked of it. Default: everything. */
  readonly brokerSays?: Sayable;
}

/** What a fresh producer is given. */
export interface OpenContext {
  readonly settings: ProducerSettings;
  /** The broker to send to; its answers are in the hands of the kit. */
  readonly broker: BrokerPort;
  /** The producer's error listener: call it for what no caller can learn any more. */
  onAsyncError(this: void, error: unknown, messageId?: string): void;
  /**
   * For adapters that speak a protocol: the producer does not keep to it, so that nothing can be judged. The run ends
   * with exit code 2 and this sentence about "its client". The kit always gives it.
   */
  fault?(this: void, sentence: string): void;
}

/** Whether this answer to a packet can be given now: a refusal may have no words, a client may have gone. */
export type MayAnswer = (answer: 'ack' | 'refuse') => boolean;

/** The broker as the producer sees it. */
export interface BrokerPort {
  /**
   * Hands a packet to the broker. Resolves when the broker acknowledges it. Rejects with an error
   * whose `name` is `BrokerRefused` or `ConnectionLost`. Ignoring a rejection is harmless.
   * `mayAnswer`, for adapters that speak a protocol: asked whether the broker can answer so now. Default: always.
   */
  receive(this: void, packet: Packet, mayAnswer?: MayAnswer): Promise<void>;
  /** Aborts when the connection is lost; from then on `receive` rejects at once. A connection made anew has another. */
  readonly lost: AbortSignal;
  /**
   * For adapters with `resends`: makes a lost connection anew. Resolves once there is one, which may take long and needs
   * no second call; rejects with `ConnectionLost` if there never will be.
   */
  reconnect?(this: void): Promise<void>;
}

/** What a caller may give to `send`. */
export interface SendOptions {
  /** Interrupts the send when it aborts. */
  readonly signal: AbortSignal;
  /** The completion callback; with it the send never waits for its acknowledgement. */
  readonly onComplete?: (error?: unknown) => void;
}

/** A producer under test. A synchronous throw counts as a failure, a result that is no promise as a return. */
export interface ProducerSubject {
  /**
   * Resolves when the call would return, rejects when it would throw. The message is the producer's until then; with
   * a callback, until that is called. After it the caller changes the message, so copy what is still needed.
   */
  send(message: OutgoingMessage, options: SendOptions): Promise<void>;
  /** With capability `transactions`. */
  begin?(): Promise<void>;
  /** With capability `transactions`. */
  commit?(): Promise<void>;
  /** With capability `transactions`. */
  rollback?(): Promise<void>;
  /** Ends everything that `open` has opened; afterwards no call may stay pending. */
  close(): Promise<void>;
  /**
   * With capability `flush`: resolves once everything that was sent before has been answered, or can never be, as after
   * `close` and a lost connection; what was sent later it may wait for as well. It holds up no send. It may reject for
   * what has failed so far, or leave that to each send. No time passes for it: it is woken, and does not look at intervals.
   */
  flush?(): Promise<void>;
  /** With capability `usage`: bytes of window space in use, by the producer's own account. */
  windowUsage?(): number;
  /**
   * For adapters that speak a protocol: whether the producer has a connection, or has had none yet. Of one that has ended
   * its own nothing more is asked than a send, which fails, and a close.
   */
  isConnected?(): boolean;
}

/** The identity, for typing: `export default defineAdapter({ … })`. */
export function defineAdapter(adapter: ProducerAdapter): ProducerAdapter {
  return adapter;
}
