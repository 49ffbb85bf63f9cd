// AMQP 0-9-1 frames (https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf): type (1 byte), channel (2), size (4),
// payload, and the byte CE. A client begins with the eight bytes AMQP 0 0 9 1, which no frame encloses.
import type { Cut } from '../frame-splitter.ts';
import { protocolFault, shownBytes } from '../protocol.ts';

/** Types of frames. */
export const METHOD = 1;
export const HEADER = 2;
export const BODY = 3;
export const HEARTBEAT = 8;

/** A frame; the client's beginning is a frame of type 0. */
export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** What a client begins with. */
export const BEGINNING = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);
const START = 'AMQP';
const END = 0xce;
const HEAD = 7;
/** Bytes of a frame's payload, at most. The handshake says as much. */
export const MAX_FRAME = 1024 * 1024;

/** Looks for a frame at the start of some bytes. */
export function cutFrame(bytes: Buffer): Cut<Frame> {
  if (bytes.length < HEAD) return { needs: HEAD };
  if (bytes.subarray(0, START.length).toString('latin1') === START) {
    if (bytes.length < BEGINNING.length) return { needs: BEGINNING.length };
    const payload = bytes.subarray(0, BEGINNING.length);
    return { frame: { type: 0, channel: 0, payload }, end: BEGINNING.length };
  }
  const type = bytes.readUInt8();
  const size = bytes.readUInt32BE(3);
  if (![METHOD, HEADER, BODY, HEARTBEAT].includes(type))
    throw unreadable(`is of type ${type}`, bytes);
  if (size > MAX_FRAME)
    throw unreadable(`has ${size} bytes; the kit takes up to ${MAX_FRAME}`, bytes);
  const end = HEAD + size;
  if (bytes.length <= end) return { needs: end + 1 };
  if (bytes[end] !== END) throw unreadable('does not end in CE', bytes);
  const frame = { type, channel: bytes.readUInt16BE(1), payload: bytes.subarray(HEAD, end) };
  return { frame, end: end + 1 };
}

/** The bytes of a frame. */
export function encodeFrame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt8(type);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([END])]);
}

function unreadable(what: string, bytes: Buffer) {
  return protocolFault(`its client sent an AMQP 0-9-1 frame that ${what}: ${shownBytes(bytes)}`);
}
