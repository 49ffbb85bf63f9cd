// The JSON-lines broker: what an adapter's producer sends to when no real broker is given. It shows every
// packet to the kit and answers only when the scenario says so. This page is the protocol's definition.
//
// The producer connects over TCP to the address in `open`; each producer to its own. Both sides
// write JSON Lines: UTF-8, one value a line, lines ending in \n alone, none longer than 1 MiB.
//
//   producer to broker
//     {"receive":1,"packet":{"type":"message","message":{…},"transaction":"tx1"}}
//     {"receive":2,"packet":{"type":"begin"|"commit"|"rollback","transaction":"tx1"}}
//   broker to producer, in any order, each number once, possibly never
//     {"ack":1}
//     {"refuse":2,"reason":"…"}
//
// - The number after `receive` is a positive integer, new for each packet of a connection.
// - `message` is the message as `send` was given it: id, size, deliveryMode, priority and
//   timeToLiveMs, and if given responseRequired and destination. Its body is left out. `transaction` is left out,
//   or null, outside a transaction; transaction ids are the producer's own and never used twice.
// - The connection is lost when it is reset; nothing listens at its address from then on.
// - Turn off Nagle's algorithm (TCP_NODELAY), and write before the call returns: a packet that
//   arrives late counts as sent late.
import type { Server, Socket } from 'node:net';
import * as v from 'valibot';
import type { OutgoingMessage, Packet } from '../../../spec/events/message.ts';
import type { AnswerStep } from '../../cases/step.ts';
import { AdapterFault } from '../harness.ts';
import { LineSplitter, parseLine, quoted } from '../other-process/json-lines.ts';
import type { CasePort } from '../ports.ts';
import { addressOf, breakOff, listen, type TcpDriver } from './endpoint.ts';
import {
  acknowledgeEverything,
  giveAnswer,
  messageKey,
  transactionKey,
  type KeyedBroker,
} from './scripted-broker.ts';

const WHO = 'its producer';

const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const message = v.pipe(
  v.object({
    id: v.string(),
    size,
    deliveryMode: v.picklist(['persistent', 'non-persistent']),
    priority: v.number(),
    timeToLiveMs: v.number(),
    responseRequired: v.nullish(v.boolean()),
    destination: v.optional(v.nullable(v.string())),
  }),
  v.transform(({ responseRequired, destination, ...plain }): OutgoingMessage => ({
    ...plain,
    ...(responseRequired && { responseRequired }),
    ...(destination !== undefined && { destination }),
  })),
);
const messagePacket = v.pipe(
  v.object({ type: v.literal('message'), message, transaction: v.nullish(v.string()) }),
  v.transform(({ transaction, ...packet }): Packet => {
    return typeof transaction === 'string' ? { ...packet, transaction } : packet;
  }),
);
const transactionPacket = v.object({
  type: v.picklist(['begin', 'commit', 'rollback']),
  transaction: v.string(),
});
const LINE = v.object({
  receive: v.pipe(v.number(), v.integer(), v.minValue(1)),
  packet: v.variant('type', [messagePacket, transactionPacket]),
});

/** A packet that waits for its answer. */
interface Waiting {
  readonly socket: Socket;
  readonly number: number;
}

/** A scripted broker on a loopback port of its own, for one case. */
export class JsonLinesBroker implements TcpDriver, KeyedBroker {
  readonly observes = 'packets';
  readonly isLettingThrough = false;
  readonly awaitsReturn = false;
  readonly silenceMs = 0;
  readonly address: string;
  activity = 0;
  released = 0;
  wasReached = false;
  readonly #server: Server;
  readonly #case: CasePort;
  readonly #fault: (fault: unknown) => void;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Map<string, Waiting[]>();
  #answersAll = false;

  /** `fault` is told when the producer does not keep to the protocol. */
  static async listen(seen: CasePort, fault: (fault: unknown) => void): Promise<JsonLinesBroker> {
    const server = await listen((socket) => broker.#admit(socket));
    const broker = new JsonLinesBroker(server, seen, fault);
    return broker;
  }

  private constructor(server: Server, seen: CasePort, fault: (fault: unknown) => void) {
    this.#server = server;
    this.#case = seen;
    this.#fault = fault;
    this.address = addressOf(server);
  }

  get isAbandoned(): boolean {
    return this.wasReached && ![...this.#sockets].some((socket) => socket.writable);
  }

  answer(step: AnswerStep): void {
    giveAnswer(step, this, this.#case);
  }

  answerEverything(): void {
    this.#answersAll = true;
    acknowledgeEverything(this, this.#case);
  }

  withhold(): void {
    this.#answersAll = false;
  }

  canAnswer(key: string): boolean {
    return this.#waiting.get(key)?.some(({ socket }) => socket.writable) ?? false;
  }

  ack(key: string): void {
    this.#answer(key, (number) => ({ ack: number }));
  }

  refuse(key: string, reason: string): void {
    this.#answer(key, (number) => ({ refuse: number, reason }));
  }

  /** Resets every connection and stops listening. */
  lose(): void {
    this.#waiting.clear();
    this.#server.close();
    for (const socket of this.#sockets) breakOff(socket);
  }

  dispose(): void {
    this.lose();
  }

  #answer(key: string, answer: (number: number) => object): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const { socket, number } of waiting) {
      if (!socket.writable) continue;
      this.released += 1;
      socket.write(`${JSON.stringify(answer(number))}\n`);
    }
  }

  #admit(socket: Socket): void {
    this.wasReached = true;
    this.activity += 1;
    this.#sockets.add(socket);
    const splitter = new LineSplitter(WHO);
    const numbers = new Set<number>();
    socket.on('error', () => {}); // The producer may end its connection as it likes.
    socket.once('end', () => socket.end());
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const line of splitter.push(chunk)) this.#receive(line, socket, numbers);
      } catch (error) {
        socket.destroy();
        this.#fault(error);
      }
    });
  }

  #receive(line: string, socket: Socket, numbers: Set<number>): void {
    const { receive: number, packet } = parseLine(LINE, line, WHO);
    if (numbers.has(number)) {
      throw new AdapterFault('protocol', `${WHO} used the number ${number} twice: ${quoted(line)}`);
    }
    numbers.add(number);
    this.activity += 1;
    const key = keyOf(packet);
    const others = this.#waiting.get(key);
    if (others) others.push({ socket, number });
    else this.#waiting.set(key, [{ socket, number }]);
    this.#case.record({ event: 'receive', packet });
    if (this.#answersAll) this.answerEverything();
  }
}

function keyOf(packet: Packet): string {
  return packet.type === 'message'
    ? messageKey(packet.message.id)
    : transactionKey(packet.type, packet.transaction);
}
