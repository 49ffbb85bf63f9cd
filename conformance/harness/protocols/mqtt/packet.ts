// MQTT control packets: where each ends is found here; what is in it is read and written by the package mqtt-packet.
import { generate, type Packet, parser } from 'mqtt-packet';
import type { Cut } from '../frame-splitter.ts';
import { protocolFault, shownBytes } from '../protocol.ts';

/** Versions by the number on the wire: 3.1.1 and 5.0. */
export type Version = 4 | 5;
export type { Packet };

/** Bytes of a packet behind its head, at most. */
const MAX_LENGTH = 1024 * 1024;
/** Bytes that a length may take: seven bits in each. */
const LENGTH_BYTES = 4;

/** Looks for a packet at the start of some bytes: a type, a length, and as many bytes. */
export function cutPacket(bytes: Buffer): Cut<Buffer> {
  let length = 0;
  for (let at = 1; at <= LENGTH_BYTES; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return { needs: at + 1 };
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte >= 0x80) continue;
    if (length > MAX_LENGTH)
      throw unreadable(`has ${length} bytes; the kit takes up to ${MAX_LENGTH}`, bytes);
    const end = at + 1 + length;
    return bytes.length < end ? { needs: end } : { frame: bytes.subarray(0, end), end };
  }
  throw unreadable('gives no end to its length', bytes);
}

/** Reads one whole packet. The version is known from CONNECT, which says it itself. */
export function readPacket(bytes: Buffer, protocolVersion: Version): Packet {
  const read: Packet[] = [];
  let reason: string | undefined;
  const reader = parser({ protocolVersion });
  reader.on('packet', (packet) => read.push(packet));
  reader.on('error', ({ message }: Error) => (reason ??= message));
  try {
    reader.parse(bytes);
  } catch (cause) {
    reason ??= (cause as Error).message;
  }
  const [packet] = read;
  if (reason !== undefined || !packet)
    throw unreadable(`cannot be read (${reason ?? 'it is too short for its fields'})`, bytes);
  return packet;
}

/** The bytes of a packet. To a request for nothing, as in a SUBSCRIBE without topics, there is no answer. */
export function encodePacket(packet: Packet, protocolVersion: Version): Buffer {
  try {
    return generate(packet, { protocolVersion });
  } catch (cause) {
    const why = (cause as Error).message;
    throw protocolFault(`its client asked by MQTT for a ${packet.cmd} that cannot be: ${why}`);
  }
}

function unreadable(what: string, bytes: Buffer) {
  return protocolFault(`its client sent an MQTT packet that ${what}: ${shownBytes(bytes)}`);
}
