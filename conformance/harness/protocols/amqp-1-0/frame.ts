// AMQP 1.0 frames (OASIS AMQP 1.0, part 2): size (4 bytes), where the body begins in words of 4 bytes (1), type (1),
// channel (2), then a performative and its payload. Each layer begins with the eight bytes AMQP, its number, and the
// version 1 0 0, which no frame encloses.
import type { Cut } from '../frame-splitter.ts';
import { protocolFault, shownBytes } from '../protocol.ts';

/** A frame, of one of two layers, or the beginning of a layer. */
export interface Frame {
  readonly type: 'amqp' | 'sasl' | 'beginning';
  readonly channel: number;
  readonly body: Buffer;
}

const START = 'AMQP';
const BEGINNING = 8;
const HEAD = 8;
const TYPES = ['amqp', 'sasl'] as const;
/** Bytes of a frame, at most. The handshake says as much. */
export const MAX_FRAME = 1024 * 1024;

/** Looks for a frame at the start of some bytes. */
export function cutFrame(bytes: Buffer): Cut<Frame> {
  if (bytes.length < HEAD) return { needs: HEAD };
  if (bytes.subarray(0, START.length).toString('latin1') === START) {
    const body = bytes.subarray(0, BEGINNING);
    return { frame: { type: 'beginning', channel: 0, body }, end: BEGINNING };
  }
  const size = bytes.readUInt32BE();
  const start = bytes.readUInt8(4) * 4;
  const type = TYPES[bytes.readUInt8(5)];
  if (type === undefined) throw unreadable(`is of type ${bytes.readUInt8(5)}`, bytes);
  if (size > MAX_FRAME)
    throw unreadable(`has ${size} bytes; the kit takes up to ${MAX_FRAME}`, bytes);
  if (start < HEAD || start > size)
    throw unreadable(`begins its body at ${start} of ${size} bytes`, bytes);
  if (bytes.length < size) return { needs: size };
  const channel = type === 'amqp' ? bytes.readUInt16BE(6) : 0;
  return { frame: { type, channel, body: bytes.subarray(start, size) }, end: size };
}

/** The bytes of a frame; without a body it means nothing. */
export function encodeFrame(
  type: (typeof TYPES)[number],
  channel: number,
  body: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(HEAD + body.length);
  head.writeUInt8(HEAD / 4, 4);
  head.writeUInt8(TYPES.indexOf(type), 5);
  head.writeUInt16BE(channel, 6);
  return Buffer.concat([head, body]);
}

function unreadable(what: string, bytes: Buffer) {
  return protocolFault(`its client sent an AMQP 1.0 frame that ${what}: ${shownBytes(bytes)}`);
}
