// The broker that speaks a protocol to a producer of another process: a listener on a loopback port, for one case.
// It shows every packet to the case, and answers when the scenario says so.
import type { Server, Socket } from 'node:net';
import type { Packet } from '../../../spec/events/message.ts';
import type { AnswerStep } from '../../cases/step.ts';
import type { CasePort } from '../ports.ts';
import type { Protocol, SentMessage, Tells } from '../protocols/protocol.ts';
import { addressOf, breakOff, listen, type TcpDriver } from './endpoint.ts';
import {
  acknowledgeEverything,
  answerAnew,
  BrokerRefused,
  giveAnswer,
  giveSayable,
  keyOf,
  type KeyedBroker,
} from './scripted-broker.ts';

/** A packet that waits for its answer. */
interface Waiting {
  readonly packet: Packet;
  readonly socket: Socket;
  readonly tells: Tells;
  readonly ack: () => void;
  readonly refuse: (error: Error) => void;
}

/** Fresh for every case, so that none can reach another. */
export class ProtocolBroker implements TcpDriver, KeyedBroker {
  readonly observes = 'packets';
  readonly isLettingThrough = false;
  readonly silenceMs = 0;
  readonly address: string;
  activity = 0;
  released = 0;
  wasReached = false;
  readonly #server: Server;
  readonly #protocol: Protocol;
  readonly #case: CasePort;
  readonly #fault: (fault: unknown) => void;
  /** Each with a look at what its client has begun to say. */
  readonly #sockets = new Map<Socket, () => string>();
  readonly #waiting = new Map<string, Waiting[]>();
  #connections = 0;
  #answersAll = false;
  #isLost = false;
  #isCut = false;
  /** From a restore until the producer is connected again. */
  #isReturning = false;

  /** `fault` is told when the producer does not keep to the protocol. */
  static async listen(
    protocol: Protocol,
    seen: CasePort,
    fault: (fault: unknown) => void,
  ): Promise<ProtocolBroker> {
    const server = await listen((socket) => broker.#admit(socket));
    const broker = new ProtocolBroker(server, protocol, seen, fault);
    return broker;
  }

  private constructor(
    server: Server,
    protocol: Protocol,
    seen: CasePort,
    fault: (fault: unknown) => void,
  ) {
    this.#server = server;
    this.#protocol = protocol;
    this.#case = seen;
    this.#fault = fault;
    this.address = addressOf(server);
  }

  get isAbandoned(): boolean {
    if (this.#isCut || this.#isReturning) return false;
    return this.wasReached && ![...this.#sockets.keys()].some((socket) => socket.writable);
  }

  get awaitsReturn(): boolean {
    return this.#isReturning;
  }

  /** What a client has begun to say, and not ended; empty: nothing. */
  get unfinished(): string {
    return [...this.#sockets.values()].map((rest) => rest()).find((rest) => rest !== '') ?? '';
  }

  answer(step: AnswerStep): void {
    giveSayable(step, this.#protocol.says, this, this.#case, () => this.#farewell());
  }

  answerEverything(): void {
    this.#answersAll = true;
    acknowledgeEverything(this, this.#case);
  }

  withhold(): void {
    this.#answersAll = false;
  }

  /** A refusal that nobody can be told of is none. */
  canAnswer(key: string, answer: AnswerStep['do']): boolean {
    const waiting = this.#waiting.get(key) ?? [];
    const canTell = ({ tells }: Waiting) => tells === 'all' || tells === 'refusals';
    if (answer === 'refuse' && !waiting.every(canTell)) return false;
    return waiting.some(({ socket }) => socket.writable);
  }

  ack(key: string): void {
    for (const { tells, ack } of this.#take(key)) {
      if (tells === 'all' || tells === 'acknowledgements') this.released += 1;
      ack();
    }
  }

  refuse(key: string, reason: string): void {
    for (const { refuse } of this.#take(key)) {
      this.released += 1;
      refuse(new BrokerRefused(reason));
    }
  }

  /** Resets every connection and stops listening. */
  lose(): void {
    this.#stop();
    for (const socket of this.#sockets.keys()) breakOff(socket);
  }

  /**
   * Ends every connection, behind what is still to be written, and takes no other until `restore`. A message whose
   * acknowledgement nobody could be told of is nothing that its client waits for.
   */
  cut(): void {
    for (const { packet, tells } of [...this.#waiting.values()].flat())
      if (packet.type === 'message' && (tells === 'nothing' || tells === 'refusals'))
        giveAnswer({ do: 'ack', id: packet.message.id }, this, this.#case);
    this.#case.record({ event: 'cut' });
    this.#isCut = true;
    this.#waiting.clear();
    const cut = [...this.#sockets.keys()];
    this.#sockets.clear();
    // What was answered in this turn is written at its end.
    setImmediate(() => {
      for (const socket of cut) socket.destroySoon();
    });
  }

  restore(): void {
    this.#case.record({ event: 'restore' });
    this.#isCut = false;
    this.#isReturning = true;
  }

  release(): void {
    this.#isCut = false;
  }

  dispose(): void {
    this.lose();
  }

  /** Ends every connection, behind what is still to be written. */
  #farewell(): void {
    this.#stop();
    setImmediate(() => {
      for (const socket of this.#sockets.keys()) socket.end();
    });
  }

  #stop(): void {
    this.#isLost = true;
    this.#waiting.clear();
    this.#server.close();
  }

  #take(key: string): Waiting[] {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return waiting.filter(({ socket }) => socket.writable);
  }

  #admit(socket: Socket): void {
    socket.on('error', () => {}); // The producer may end its connection as it likes.
    if (this.#isCut) return breakOff(socket);
    this.wasReached = true;
    this.#isReturning = false;
    this.activity += 1;
    socket.once('close', () => this.#sockets.delete(socket));
    const rest = this.#protocol.serve(socket, {
      connection: (this.#connections += 1),
      receive: (packet, tells = 'all') => this.#receive(packet, socket, tells),
      sent: (id) => this.#sent(id),
      fault: this.#fault,
    });
    this.#sockets.set(socket, rest);
  }

  /** What is still on its way when the connection is lost arrives nowhere. */
  #receive(packet: Packet, socket: Socket, tells: Tells): Promise<void> {
    this.activity += 1;
    if (this.#isLost || !this.#sockets.has(socket)) return new Promise(() => {});
    const answer = new Promise<void>((ack, refuse) => {
      const key = keyOf(packet);
      const waiting = { packet, socket, tells, ack, refuse };
      const others = this.#waiting.get(key);
      if (others) others.push(waiting);
      else this.#waiting.set(key, [waiting]);
    });
    this.#case.record({ event: 'receive', packet });
    answerAnew(packet, this, this.#case);
    if (this.#answersAll) this.answerEverything();
    return answer;
  }

  #sent(id: string): SentMessage | undefined {
    for (const event of this.#case.history) {
      if (event.event !== 'invoke' || event.message?.id !== id) continue;
      const { message } = event;
      const { destination } = this.#case.ledger.settings;
      return { message, destination: message.destination ?? destination };
    }
    return undefined;
  }
}
