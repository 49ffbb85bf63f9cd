// AMQP 0-9-1, as RabbitMQ speaks it to a publisher. On a channel in confirm mode an acknowledgement is basic.ack, a
// refusal basic.nack, and one of them may answer several messages; else nothing answers a message. A transaction begins
// with the first message, or the commit, of a channel in transaction mode. What else a client asks for is granted at
// once.
import type { Duplex } from 'node:stream';
import type { Packet } from '../../../../spec/events/message.ts';
import { carriedMessage } from '../carried-message.ts';
import { FieldReader } from '../field-reader.ts';
import { type Protocol, protocolFault, transactionName, type WirePort } from '../protocol.ts';
import { SAYS } from '../says.ts';
import { serveFrames } from '../serve-frames.ts';
import { Confirms } from './confirms.ts';
import {
  BEGINNING,
  BODY,
  cutFrame,
  encodeFrame,
  type Frame,
  HEADER,
  HEARTBEAT,
  METHOD,
} from './frame.ts';
import {
  closeOk,
  grantOf,
  isUnanswered,
  ID,
  nameOf,
  openOk,
  readProperties,
  readPublish,
  start,
  tune,
  txOk,
  type Properties,
} from './methods.ts';

/** The protocol. */
export const AMQP_0_9_1: Protocol = {
  title: 'AMQP 0-9-1',
  says: SAYS['amqp-0-9-1'],
  serve(stream, port) {
    const connection = new AmqpConnection(stream, port);
    return serveFrames(stream, port, {
      named: 'an AMQP 0-9-1 frame',
      cut: cutFrame,
      take: (frame) => connection.take(frame),
      nudge: () => connection.nudge(),
    });
  },
};

/** A message of which parts have come. */
interface Content {
  readonly exchange: string;
  readonly routingKey: string;
  properties: Properties | undefined;
  readonly parts: Buffer[];
  length: number;
}

/** What is known of a channel. */
interface Channel {
  mode: 'plain' | 'confirm' | 'transaction';
  /** Of messages published in confirm mode. */
  readonly confirms: Confirms;
  /** The open transaction. */
  transaction: string | undefined;
  content: Content | undefined;
}

/** One client. */
class AmqpConnection {
  readonly #stream: Duplex;
  readonly #port: WirePort;
  readonly #channels = new Map<number, Channel>();
  #isOpen = false;
  #hasBegun = false;
  #transactions = 0;

  constructor(stream: Duplex, port: WirePort) {
    this.#stream = stream;
    this.#port = port;
  }

  /** A heartbeat takes the TCP acknowledgement along: a client with Nagle's algorithm waits for that. */
  nudge(): void {
    if (this.#isOpen) this.#say(encodeFrame(HEARTBEAT, 0, Buffer.alloc(0)));
  }

  take({ type, channel, payload }: Frame): void {
    if (type === 0 || !this.#hasBegun) return this.#begin(type, payload);
    const fields = new FieldReader(payload, 'an AMQP 0-9-1');
    if (type === METHOD) this.#takeMethod(channel, fields);
    else if (type === HEADER) this.#takeHeader(channel, fields);
    else if (type === BODY) this.#takeBody(channel, payload, fields);
  }

  #begin(type: number, payload: Buffer): void {
    if (type !== 0 || this.#hasBegun || !payload.equals(BEGINNING)) {
      const own = 'the kit speaks AMQP 0-9-1 here';
      throw protocolFault(`its client began with ${payload.toString('hex')}; ${own}`);
    }
    this.#hasBegun = true;
    this.#say(start());
  }

  #takeMethod(number: number, fields: FieldReader): void {
    const method = fields.int();
    switch (method) {
      case ID.startOk:
        return this.#say(tune());
      case ID.tuneOk:
      case ID.closeOk:
        return;
      case ID.open:
        this.#isOpen = true;
        return this.#say(openOk());
      case ID.close:
        this.#isOpen = false;
        this.#say(closeOk());
        return void this.#stream.end();
      case ID.channelOpen:
        this.#channels.set(number, this.#newChannel(number));
        break;
      case ID.confirmSelect:
        this.#channel(number, fields).mode = 'confirm';
        break;
      case ID.txSelect:
        this.#channel(number, fields).mode = 'transaction';
        break;
      case ID.txCommit:
        return this.#end(number, this.#channel(number, fields), 'commit');
      case ID.txRollback:
        return this.#end(number, this.#channel(number, fields), 'rollback');
      case ID.publish: {
        const content = { ...readPublish(fields), properties: undefined, parts: [], length: 0 };
        this.#channel(number, fields).content = content;
        return;
      }
    }
    const grant = grantOf(method);
    if (grant) return this.#say(encodeFrame(METHOD, number, grant));
    if (!isUnanswered(method))
      throw fields.fault(`holds the ${nameOf(method)}, which the kit does not know`);
  }

  #takeHeader(number: number, fields: FieldReader): void {
    const { content } = this.#channel(number, fields);
    if (!content || content.properties) throw fields.fault('is a header that no publish precedes');
    content.properties = readProperties(fields);
    if (content.properties.size === 0) this.#publish(number, content);
  }

  #takeBody(number: number, part: Buffer, fields: FieldReader): void {
    const { content } = this.#channel(number, fields);
    if (!content?.properties) throw fields.fault('is a body that no header precedes');
    content.parts.push(part);
    content.length += part.length;
    const { size } = content.properties;
    if (content.length > size) throw fields.fault(`is beyond the ${size} bytes of its message`);
    if (content.length === size) this.#publish(number, content);
  }

  #publish(number: number, { exchange, routingKey, properties, parts }: Content): void {
    const channel = this.#channels.get(number)!;
    channel.content = undefined;
    const { correlationId, messageId, persistent, priority, expiration } = properties!;
    const message = carriedMessage(
      {
        ids: [correlationId, messageId],
        body: Buffer.concat(parts),
        destinations: [routingKey, exchange],
        ...(persistent !== undefined && {
          deliveryMode: persistent ? ('persistent' as const) : ('non-persistent' as const),
        }),
        ...(priority !== undefined && { priority }),
        ...(/^\d+$/.test(expiration ?? '') && { timeToLiveMs: Number(expiration) }),
      },
      this.#port,
      `an AMQP 0-9-1 message to ${routingKey || exchange || 'nowhere'}`,
      'its correlation id or message id',
    );
    if (channel.mode === 'transaction') {
      const transaction = this.#transactionOf(channel);
      return this.#hand({ type: 'message', message, transaction });
    }
    const packet: Packet = { type: 'message', message };
    if (channel.mode === 'plain') return this.#hand(packet);
    channel.confirms.await(this.#port.receive(packet));
  }

  #end(number: number, channel: Channel, type: 'commit' | 'rollback'): void {
    const transaction = this.#transactionOf(channel);
    channel.transaction = undefined;
    const answer = this.#port.receive({ type, transaction });
    answer.then(() => this.#say(txOk(number, type)), ignore);
  }

  /** Nothing on the wire begins a transaction, and the wire gives it no name. */
  #transactionOf(channel: Channel): string {
    if (channel.transaction !== undefined) return channel.transaction;
    this.#transactions += 1;
    const transaction = transactionName(this.#port, this.#transactions);
    channel.transaction = transaction;
    this.#hand({ type: 'begin', transaction });
    return transaction;
  }

  /** Hands over a packet that nothing on the wire answers. */
  #hand(packet: Packet): void {
    this.#port.receive(packet, 'nothing').catch(ignore);
  }

  #newChannel(number: number): Channel {
    const confirms = new Confirms(number, (frame) => this.#say(frame));
    return { mode: 'plain', confirms, transaction: undefined, content: undefined };
  }

  #channel(number: number, fields: FieldReader): Channel {
    const channel = this.#channels.get(number);
    if (!channel) throw fields.fault(`is on channel ${number}, which is not open`);
    return channel;
  }

  #say(frame: Buffer): void {
    if (this.#stream.writable) this.#stream.write(frame);
  }
}

const ignore = () => {};
