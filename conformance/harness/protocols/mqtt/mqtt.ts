// MQTT 3.1.1 and 5.0, as a broker speaks it to a publisher. At QoS 1 an answer is PUBACK. At QoS 2 it is PUBREC; what
// follows, PUBREL and PUBCOMP, is said at once. At QoS 0 nothing answers. Only 5.0 can refuse, by a reason code.
import type { Duplex } from 'node:stream';
import { carriedMessage } from '../carried-message.ts';
import {
  type Protocol,
  protocolFault,
  shownBytes,
  type Tells,
  type WirePort,
} from '../protocol.ts';
import { SAYS } from '../says.ts';
import { serveFrames } from '../serve-frames.ts';
import { cutPacket, encodePacket, type Packet, readPacket, type Version } from './packet.ts';

/** The protocol. It knows no transactions. */
export const MQTT: Protocol = {
  title: 'MQTT',
  says: SAYS.mqtt,
  serve(stream, port) {
    const connection = new MqttConnection(stream, port);
    return serveFrames(stream, port, {
      named: 'an MQTT packet',
      cut: cutPacket,
      take: (frame) => connection.take(frame),
    });
  },
};

type Publish = Extract<Packet, { cmd: 'publish' }>;
type Connect = Extract<Packet, { cmd: 'connect' }>;

const CONNECT = 1;
/** Reason codes. */
const SUCCESS = 0;
const QUOTA_EXCEEDED = 0x97;
/** User properties that may hold the id of a message. */
const ID_PROPERTIES = ['id', 'messageId'] as const;

/** One client. */
class MqttConnection {
  readonly #stream: Duplex;
  readonly #port: WirePort;
  /** Absent: it has not said CONNECT yet. */
  #version: Version | undefined;

  constructor(stream: Duplex, port: WirePort) {
    this.#stream = stream;
    this.#port = port;
  }

  take(bytes: Buffer): void {
    if (this.#version === undefined && bytes[0]! >> 4 !== CONNECT)
      throw protocolFault(
        `its client began with an MQTT packet that is no CONNECT: ${shownBytes(bytes)}`,
      );
    const packet = readPacket(bytes, this.#version ?? 5);
    const { messageId = 0 } = packet;
    switch (packet.cmd) {
      case 'connect':
        return this.#connect(packet);
      case 'publish':
        return this.#publish(packet);
      case 'pubrel':
        return this.#say({ cmd: 'pubcomp', messageId, reasonCode: SUCCESS });
      case 'pingreq':
        return this.#say({ cmd: 'pingresp' });
      case 'subscribe': {
        const granted = packet.subscriptions.map(({ qos }) => qos);
        return this.#say({ cmd: 'suback', messageId, granted });
      }
      case 'unsubscribe': {
        const granted = packet.unsubscriptions.map(() => SUCCESS);
        return this.#say({ cmd: 'unsuback', messageId, granted });
      }
      case 'disconnect':
        return void this.#stream.end();
      default:
        throw protocolFault(
          `its client sent an MQTT packet that no publisher sends: ${packet.cmd.toUpperCase()}`,
        );
    }
  }

  #connect({ protocolVersion, clientId }: Connect): void {
    if (this.#version !== undefined)
      throw protocolFault('its client sent a second MQTT packet CONNECT');
    if (protocolVersion !== 4 && protocolVersion !== 5)
      throw protocolFault(
        `its client's MQTT packet CONNECT is of protocol level ${protocolVersion}; the kit speaks 4 (MQTT 3.1.1) and 5`,
      );
    this.#version = protocolVersion;
    const name = clientId === '' ? { assignedClientIdentifier: 'producer-tck' } : {};
    this.#say({
      cmd: 'connack',
      sessionPresent: false,
      ...(protocolVersion === 5 ? { reasonCode: SUCCESS, properties: name } : { returnCode: 0 }),
    });
  }

  #publish({ topic, payload, qos, messageId = 0, properties = {} }: Publish): void {
    const { correlationData, userProperties = {} } = properties;
    const message = carriedMessage(
      {
        ids: [
          correlationData?.toString(),
          ...ID_PROPERTIES.flatMap((name) => userProperties[name]),
        ],
        body: Buffer.from(payload),
        destinations: [topic],
      },
      this.#port,
      `an MQTT message to ${topic}`,
      'its correlation data or the user property id, both of MQTT 5',
    );
    const answer = (reasonCode: number) =>
      this.#say({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode });
    this.#port.receive({ type: 'message', message }, this.#tells(qos)).then(
      () => qos > 0 && answer(SUCCESS),
      () => answer(QUOTA_EXCEEDED),
    );
  }

  #tells(qos: number): Tells {
    if (qos === 0) return 'nothing';
    return this.#version === 5 ? 'all' : 'acknowledgements';
  }

  #say(packet: Packet): void {
    if (this.#stream.writable) this.#stream.write(encodePacket(packet, this.#version!));
  }
}
