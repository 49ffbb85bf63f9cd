// The methods of AMQP 0-9-1 that a producer and its broker exchange: how each is numbered, what is read of it, and what
// the broker writes. Methods that only ask for something are told apart by the answer that they expect.
import type { FieldReader } from '../field-reader.ts';
import { encodeFrame, MAX_FRAME, METHOD } from './frame.ts';

/** Class and method, as one number. */
export const ID = {
  startOk: id(10, 11),
  tuneOk: id(10, 31),
  open: id(10, 40),
  close: id(10, 50),
  closeOk: id(10, 51),
  channelOpen: id(20, 10),
  channelClose: id(20, 40),
  publish: id(60, 40),
  confirmSelect: id(85, 10),
  txSelect: id(90, 10),
  txCommit: id(90, 20),
  txRollback: id(90, 30),
} as const;

/** What a broker answers at once, by what it was asked; the fields that the answer carries. */
const GRANTED: Readonly<Record<number, Buffer>> = {
  [ID.channelOpen]: answer(20, 11, Buffer.alloc(4)),
  [ID.channelClose]: answer(20, 41),
  [id(20, 20)]: answer(20, 21, Buffer.from([1])),
  [id(40, 10)]: answer(40, 11),
  [id(40, 20)]: answer(40, 21),
  [id(40, 30)]: answer(40, 31),
  [id(40, 40)]: answer(40, 51),
  [id(50, 10)]: answer(50, 11, shortString('tck'), Buffer.alloc(8)),
  [id(50, 20)]: answer(50, 21),
  [id(50, 30)]: answer(50, 31, Buffer.alloc(4)),
  [id(50, 40)]: answer(50, 41, Buffer.alloc(4)),
  [id(50, 50)]: answer(50, 51),
  [id(60, 10)]: answer(60, 11),
  [ID.confirmSelect]: answer(85, 11),
  [ID.txSelect]: answer(90, 11),
};

/** The answer to a method that is granted; absent: it expects none, or is none of these. */
export function grantOf(method: number): Buffer | undefined {
  return GRANTED[method];
}

/** Whether a method expects no answer, and tells a publisher's broker nothing: what a consumer says to messages. */
export function isUnanswered(method: number): boolean {
  return UNANSWERED.has(method);
}

const UNANSWERED = new Set([id(20, 21), id(20, 41), id(60, 80), id(60, 90), id(60, 120)]);

/** A method in words. */
export function nameOf(method: number): string {
  return `method ${method >>> 16}.${method & 0xffff}`;
}

/** The beginning of the handshake: any credentials will do. */
export function start(): Buffer {
  return encoded(
    0,
    10,
    10,
    Buffer.from([0, 9]),
    CAPABILITIES,
    longString('PLAIN'),
    longString('en_US'),
  );
}

/** Frames may be as long as the kit takes; no heartbeats. */
export function tune(): Buffer {
  const frameMax = Buffer.alloc(4);
  frameMax.writeUInt32BE(MAX_FRAME);
  return encoded(0, 10, 30, Buffer.alloc(2), frameMax, Buffer.alloc(2));
}

export function openOk(): Buffer {
  return encoded(0, 10, 41, shortString(''));
}

export function closeOk(): Buffer {
  return encoded(0, 10, 51);
}

/**
 * The broker has taken a message, or refuses it. `tag`: its number on a channel, from 1; with `isMultiple`, all before
 * it that have no answer yet, too.
 */
export function confirm(
  channel: number,
  tag: number,
  refuses: boolean,
  isMultiple = false,
): Buffer {
  const fields = Buffer.alloc(9);
  fields.writeBigUInt64BE(BigInt(tag));
  fields.writeUInt8(isMultiple ? 1 : 0, 8);
  return encoded(channel, 60, refuses ? 120 : 80, fields);
}

/** A transaction was committed, or rolled back. */
export function txOk(channel: number, ends: 'commit' | 'rollback'): Buffer {
  return encoded(channel, 90, ends === 'commit' ? 21 : 31);
}

/** Where a message goes. */
export function readPublish(fields: FieldReader): { exchange: string; routingKey: string } {
  fields.short();
  return { exchange: readShortString(fields), routingKey: readShortString(fields) };
}

/** What a content header says of a message. */
export interface Properties {
  readonly size: number;
  readonly persistent: boolean | undefined;
  readonly priority: number | undefined;
  readonly correlationId: string | undefined;
  readonly expiration: string | undefined;
  readonly messageId: string | undefined;
}

/** Reads a content header. Properties that are there stand in the order of their flags, the highest bit first. */
export function readProperties(fields: FieldReader): Properties {
  fields.raw(4);
  const size = fields.long();
  const flags = fields.short();
  if (size < 0) throw fields.fault(`announces a body of ${size} bytes`);
  const has = (bit: number) => (flags & (1 << bit)) !== 0;
  const text = (bit: number) => (has(bit) ? readShortString(fields) : undefined);
  text(15);
  text(14);
  if (has(13)) fields.raw(fields.int());
  const mode = has(12) ? fields.byte() : undefined;
  const priority = has(11) ? fields.byte() : undefined;
  const correlationId = text(10);
  text(9);
  const expiration = text(8);
  const messageId = text(7);
  const persistent = mode === undefined ? undefined : mode === 2;
  return { size, persistent, priority, correlationId, expiration, messageId };
}

function readShortString(fields: FieldReader): string {
  return fields.raw(fields.byte()).toString();
}

function id(group: number, number: number): number {
  return group * 0x1_0000 + number;
}

function answer(group: number, number: number, ...fields: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(group);
  head.writeUInt16BE(number, 2);
  return Buffer.concat([head, ...fields]);
}

function encoded(
  channel: number,
  group: number,
  number: number,
  ...fields: readonly Buffer[]
): Buffer {
  return encodeFrame(METHOD, channel, answer(group, number, ...fields));
}

function shortString(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

function longString(text: string): Buffer {
  return table(Buffer.from(text));
}

/** A table is as long as it says. */
function table(entries: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(entries.length);
  return Buffer.concat([length, entries]);
}

/** Without these a client would not ask for confirms. */
const CAPABILITIES = table(
  Buffer.concat([
    shortString('capabilities'),
    Buffer.from('F'),
    table(
      Buffer.concat(
        ['publisher_confirms', 'basic.nack'].map((name) =>
          Buffer.concat([shortString(name), Buffer.from('t'), Buffer.from([1])]),
        ),
      ),
    ),
  ]),
);
