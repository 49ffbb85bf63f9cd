// OpenWire, version 9, loose: what ActiveMQ Classic and Artemis clients speak. A command that wants a response gets one;
// an async message gets window space back by a ProducerAck, if its producer has a window; a refusal that nobody waits
// for is a ConnectionError, which names no message and frees no space. Whatever else a client asks for is granted.
import type { Duplex } from 'node:stream';
import type { Packet } from '../../../../spec/events/message.ts';
import { carriedMessage } from '../carried-message.ts';
import type { Cut } from '../frame-splitter.ts';
import { type Protocol, protocolFault, shownBytes, type WirePort } from '../protocol.ts';
import { SAYS } from '../says.ts';
import { serveFrames } from '../serve-frames.ts';
import {
  isMessage,
  nameOf,
  readMessage,
  readProducer,
  readTransaction,
  readVersion,
  TYPE,
} from './commands.ts';
import { LooseReader } from './reader.ts';
import {
  connectionError,
  exceptionResponse,
  LEAST_VERSION,
  MAX_FRAME,
  producerAck,
  response,
  VERSION,
  wireFormatInfo,
} from './writer.ts';

/** The protocol. A begin wants no response: nobody could be told of its refusal. */
export const OPENWIRE: Protocol = {
  title: 'OpenWire',
  says: SAYS.openwire,
  serve(stream, port) {
    const connection = new OpenWireConnection(stream, port);
    stream.write(wireFormatInfo());
    return serveFrames(stream, port, {
      named: 'an OpenWire frame',
      cut: cutFrame,
      take: (frame) => connection.take(frame),
    });
  },
};

/** Clients make the errors anew, by these names. */
const REFUSED = 'javax.jms.ResourceAllocationException';
const ROLLED_BACK = 'javax.jms.TransactionRolledBackException';

/** Length, then as many bytes. */
function cutFrame(bytes: Buffer): Cut<Buffer> {
  if (bytes.length < 4) return { needs: 4 };
  const length = bytes.readInt32BE();
  if (length < 1 || length > MAX_FRAME) {
    const range = `the kit takes 1 to ${MAX_FRAME}`;
    const what = `its client sent an OpenWire frame of ${length} bytes; ${range}`;
    throw protocolFault(`${what}: ${shownBytes(bytes)}`);
  }
  if (bytes.length < 4 + length) return { needs: 4 + length };
  return { frame: bytes.subarray(4, 4 + length), end: 4 + length };
}

/** A command's header, and how to answer it. */
interface Command {
  readonly type: number;
  readonly id: number;
  readonly wantsResponse: boolean;
}

/** One client. */
class OpenWireConnection {
  readonly #stream: Duplex;
  readonly #port: WirePort;
  /** Windows by the ids of their producers. */
  readonly #windows = new Map<string, number>();
  #isConnected = false;

  constructor(stream: Duplex, port: WirePort) {
    this.#stream = stream;
    this.#port = port;
  }

  take(frame: Buffer): void {
    const fields = new LooseReader(frame);
    const type = fields.byte();
    if (type === 0) return;
    if (type === TYPE.WireFormatInfo) return this.#greet(fields);
    if (!this.#isConnected)
      throw fields.fault(`is a ${nameOf(type)}, where its WireFormatInfo belongs`);
    const command = { type, id: fields.int(), wantsResponse: fields.bool() };
    if (isMessage(type)) return this.#send(command, fields);
    if (type === TYPE.TransactionInfo) return this.#delimit(command, fields);
    if (type === TYPE.ProducerInfo) {
      const { id, windowSize } = readProducer(fields);
      this.#windows.set(id, windowSize);
    }
    this.#confirm(command);
  }

  #greet(fields: LooseReader): void {
    const version = readVersion(fields);
    if (version < LEAST_VERSION)
      throw protocolFault(
        `its client's OpenWire frame WireFormatInfo offers version ${version}; the kit speaks ${VERSION}, and so do clients that know a higher one`,
      );
    this.#isConnected = true;
  }

  #send(command: Command, fields: LooseReader): void {
    const sent = readMessage(command.type, fields);
    const message = carriedMessage(
      {
        ids: [sent.correlationId, sent.properties.get('id'), sent.properties.get('messageId')],
        body: sent.body,
        isCompressed: sent.isCompressed,
        destinations: [sent.destination],
        deliveryMode: sent.persistent ? 'persistent' : 'non-persistent',
        priority: sent.priority,
        timeToLiveMs: sent.timeToLiveMs,
      },
      this.#port,
      `an OpenWire message to ${sent.destination ?? 'nowhere'}`,
      'its correlation id, or the property id',
    );
    const window = this.#windows.get(sent.producerId.toString('hex')) ?? 0;
    const packet: Packet =
      sent.transaction === undefined
        ? { type: 'message', message }
        : { type: 'message', message, transaction: sent.transaction };
    const release = window > 0 ? producerAck(sent.producerId, sent.charge) : undefined;
    this.#await(command, packet, release);
  }

  #delimit(command: Command, fields: LooseReader): void {
    const { transaction, action } = readTransaction(fields);
    if (action === undefined) return this.#confirm(command);
    this.#await(command, { type: action, transaction });
  }

  /** `release`: what an acknowledgement says where no response is wanted; absent: nothing. */
  #await(command: Command, packet: Packet, release?: Buffer): void {
    const { id, wantsResponse } = command;
    const answer = wantsResponse ? response(id) : release;
    this.#port.receive(packet, answer === undefined ? 'refusals' : 'all').then(
      () => answer && this.#say(answer),
      ({ message }: Error) => {
        const error = { type: packet.type === 'commit' ? ROLLED_BACK : REFUSED, message };
        this.#say(wantsResponse ? exceptionResponse(id, error) : connectionError(error));
      },
    );
  }

  #confirm({ id, wantsResponse }: Command): void {
    if (wantsResponse) this.#say(response(id));
  }

  #say(frame: Buffer): void {
    if (this.#stream.writable) this.#stream.write(frame);
  }
}
