// A protocol that the kit's own broker can speak, and what a broker of it needs of the case. Whether a packet is
// acknowledged, refused or never answered is the scenario's business: a protocol reads what the client writes, and
// writes the answers.
import type { Duplex } from 'node:stream';
import type { OutgoingMessage, Packet } from '../../../spec/events/message.ts';
import type { Sayable } from '../../cases/sayable.ts';
import { AdapterFault } from '../harness.ts';
import { quoted } from '../other-process/json-lines.ts';

/** A protocol, as a broker speaks it. */
export interface Protocol {
  /** As sentences name it. */
  readonly title: string;
  readonly says: Sayable;
  /**
   * Speaks to one client until its stream ends. A handshake, and what no producer waits for, is answered at once.
   * Returns a look at what has begun and not ended, in words; empty: nothing.
   */
  serve(stream: Duplex, port: WirePort): () => string;
}

/** The case behind a connection. */
export interface WirePort {
  /**
   * Hands over a packet. Resolves once the scenario acknowledges it, rejects with an error named `BrokerRefused` once
   * it refuses it, and never settles otherwise. `tells`: which answers to it can be told; default all.
   */
  receive(packet: Packet, tells?: Tells): Promise<void>;
  /** Which connection of the case it is. Default: the first. */
  readonly connection?: number;
  /** The message that was sent under an id, and where to. */
  sent(id: string): SentMessage | undefined;
  /** The client does not keep to the protocol: nothing can be judged. */
  fault(fault: unknown): void;
}

/** Which answers to a packet its client can be told of. */
export type Tells = 'all' | 'acknowledgements' | 'refusals' | 'nothing';

/** A message as `send` was given it. */
export interface SentMessage {
  readonly message: OutgoingMessage;
  /** Its own destination, or the producer's. */
  readonly destination: string | undefined;
}

/** Reads a client's bytes. Throws an `AdapterFault` for what the protocol does not allow. */
export interface FrameReader {
  push(chunk: Buffer): void;
  /** What has begun and not ended, in words; empty: nothing. */
  rest(): string;
}

/** Feeds a reader from a stream, and returns its `rest`. To end a stream in the middle of a frame is a fault, too. */
export function readFrames(stream: Duplex, reader: FrameReader, port: WirePort): () => string {
  const guarded = (read: () => void) => {
    try {
      read();
    } catch (fault) {
      stream.destroy();
      port.fault(fault);
    }
  };
  stream.on('data', (chunk: Buffer) => guarded(() => reader.push(chunk)));
  stream.once('end', () =>
    guarded(() => {
      const rest = reader.rest();
      if (rest === '') return void stream.end();
      throw protocolFault(`its client ended the connection in the middle of ${rest}`);
    }),
  );
  return () => reader.rest();
}

/**
 * The name of a connection's `number`th transaction, where the wire gives it none: no other of the case has it, also if
 * the client comes again.
 */
export function transactionName({ connection = 1 }: WirePort, number: number): string {
  return connection === 1 ? `tx${number}` : `tx${connection}.${number}`;
}

/** A client's fault, as a sentence about "its client". */
export function protocolFault(sentence: string): AdapterFault {
  return new AdapterFault('protocol', sentence);
}

/** The beginning of some bytes, as a message may show it: text, or hexadecimal where they begin with none. */
export function shownBytes(bytes: Buffer): string {
  if (bytes.subarray(0, 3).every((byte) => byte >= 0x20 && byte < 0x7f))
    return quoted(bytes.subarray(0, 400).toString());
  return `${bytes.subarray(0, 24).toString('hex')}${bytes.length > 24 ? '…' : ''}`;
}
