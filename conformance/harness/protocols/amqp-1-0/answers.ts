// What a broker answers in AMQP 1.0, by what it is asked for.
import { CODE } from './codes.ts';
import {
  binary,
  boolean,
  composite,
  NULL,
  string,
  symbol,
  symbols,
  ubyte,
  uint,
  ushort,
} from './encode.ts';
import { MAX_FRAME } from './frame.ts';

/** A link as its client asks for it, in bytes: that is how it is answered. */
export interface AskedLink {
  readonly name: Buffer;
  readonly handle: Buffer;
  readonly source: Buffer;
  readonly target: Buffer;
  /** The client wants messages, instead of sending them. */
  readonly receives: boolean;
  /** Deliveries before its first. */
  readonly count: number;
}

/** More than any scenario needs: messages, and transfers, that a client may send. */
const AMPLE = 1_000_000;
const CHANNELS = 0xff;
const OK = 0;
const RECEIVER = boolean(true);
const SENDER = boolean(false);

/** Any credentials will do. */
export const MECHANISMS = composite(CODE['sasl-mechanisms'], symbols(['ANONYMOUS', 'PLAIN']));
export const AUTHENTICATED = composite(CODE['sasl-outcome'], ubyte(OK));

/** Without a time-out: no heart-beats are asked for. */
export const OPENED = composite(
  CODE.open,
  string('producer-tck'),
  NULL,
  uint(MAX_FRAME),
  ushort(CHANNELS),
);
export const ENDED = composite(CODE.end);
export const CLOSED = composite(CODE.close);

export function begun(channel: number): Buffer {
  return composite(CODE.begin, ushort(channel), uint(0), uint(AMPLE), uint(AMPLE));
}

/** A link as it was asked for, to send by, or to receive by: nothing comes there. */
export function attached({ name, handle, source, target, receives }: AskedLink): Buffer {
  const ends = [NULL, NULL, source, target, NULL, NULL];
  return receives
    ? composite(CODE.attach, name, handle, SENDER, ...ends, uint(0))
    : composite(CODE.attach, name, handle, RECEIVER, ...ends);
}

/** Room in a session, where `next` is the transfer that is expected; given a link, credit on it as well. */
export function room(next: number, link?: AskedLink): Buffer {
  const session = [uint(next), uint(AMPLE), uint(0), uint(AMPLE)];
  return link
    ? composite(CODE.flow, ...session, link.handle, uint(link.count), uint(AMPLE))
    : composite(CODE.flow, ...session);
}

export function detached({ handle }: AskedLink, isClosed: boolean): Buffer {
  return composite(CODE.detach, handle, boolean(isClosed));
}

/** What becomes of a delivery, and of all up to another one. */
export function disposed(first: number, last: number, state: Buffer): Buffer {
  const end = last === first ? NULL : uint(last);
  return composite(CODE.disposition, RECEIVER, uint(first), end, boolean(true), state);
}

export const ACCEPTED = composite(CODE.accepted);

export function rejected(condition: string, reason: string): Buffer {
  return composite(CODE.rejected, composite(CODE.error, symbol(condition), string(reason)));
}

/** A transaction has a name from now on. */
export function declared(transaction: string): Buffer {
  return composite(CODE.declared, binary(Buffer.from(transaction)));
}

/** The outcome of a delivery within a transaction. */
export function within(transaction: string, outcome: Buffer): Buffer {
  return composite(CODE['transactional-state'], binary(Buffer.from(transaction)), outcome);
}
