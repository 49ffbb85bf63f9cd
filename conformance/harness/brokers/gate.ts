// A TCP gate between a client and a broker. What the client says always passes; what the broker
// says passes while the gate is open, and is kept, in order, while it is shut. It knows no
// protocol. Ends and errors of a connection are passed on.
import { connect, type Server, type Socket } from 'node:net';
import { addressOf, breakOff, listen, type Endpoint } from './endpoint.ts';

/** Bytes of the broker that are kept before it is made to wait. */
const KEPT_BYTES = 256 * 1024;

/** The ways of a byte; what the broker sent may be kept for a while before it goes on to the client. */
export type Way = 'toBroker' | 'fromBroker' | 'toClient';

/** What a gate tells, besides its counters. */
export interface GateListener {
  /** Something is about to reach the client: the end of a connection that the broker ended. */
  brokerGone(): void;
  passed?(way: Way, bytes: number): void;
}

/** A gate on a loopback port of its own, in front of one broker. */
export class Gate {
  /** What the client has to connect to. */
  readonly address: string;
  /** Bytes so far, by their ways. */
  readonly bytes: Record<Way, number> = { toBroker: 0, fromBroker: 0, toClient: 0 };
  /** Grows with every byte, in either direction, and with every connection. */
  activity = 0;

  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  #state: 'open' | 'closing' | 'shut' = 'open';
  #isRefusing = false;

  /** Listens for clients. A new gate is open. */
  static async listen(broker: Endpoint, listener: GateListener): Promise<Gate> {
    const server = await listen((client) => gate.#admit(client, broker, listener));
    const gate = new Gate(server);
    return gate;
  }

  private constructor(server: Server) {
    this.#server = server;
    this.address = addressOf(server);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether some client is there to be answered. */
  get isConnected(): boolean {
    return [...this.#connections].some((connection) => !connection.clientHasEnded);
  }

  /** Lets through what was kept, and everything after it. */
  open(): void {
    this.#state = 'open';
    for (const connection of this.#connections) connection.letThrough();
  }

  /** Keeps what the broker says from now on. */
  shut(): void {
    this.#state = 'shut';
  }

  /**
   * Keeps what the broker says once the client has said something. Until then it can only be a late
   * answer to what was sent while the gate was open.
   */
  shutBehind(): void {
    if (this.#state === 'open') this.#state = 'closing';
  }

  /** Breaks every connection, and refuses new ones until `restore`. What was kept is gone. */
  kill(): void {
    this.#isRefusing = true;
    for (const connection of this.#connections) connection.break();
  }

  /** Accepts connections again after `kill`. */
  restore(): void {
    this.#isRefusing = false;
  }

  /** Breaks every connection and stops listening. */
  dispose(): void {
    this.kill();
    this.#server.close();
  }

  /** Takes in a client that has connected. */
  #admit(client: Socket, broker: Endpoint, listener: GateListener): void {
    if (this.#isRefusing) {
      client.on('error', () => {});
      breakOff(client);
      return;
    }
    const connection = new ProxiedConnection(client, broker, {
      mayPass: () => this.#state !== 'shut',
      passed: (way, bytes) => {
        if (way === 'toBroker' && this.#state === 'closing') this.#state = 'shut';
        this.bytes[way] += bytes;
        this.activity += 1;
        listener.passed?.(way, bytes);
      },
      brokerGone: () => listener.brokerGone(),
      over: () => void this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    this.activity += 1;
  }
}

/** What a connection asks and tells. */
interface ProxyListener extends Required<GateListener> {
  /** Whether what the broker says may pass now. */
  mayPass(): boolean;
  /** Both sides have ended. */
  over(): void;
}

/** A client and its broker: a pair of sockets. */
class ProxiedConnection {
  /** The client has ended the connection. */
  clientHasEnded = false;
  readonly #client: Socket;
  readonly #broker: Socket;
  readonly #listener: ProxyListener;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** How the broker ended its side, if it has. The client learns it after what was kept. */
  #brokerEnd: 'end' | 'error' | undefined;
  #clientKnows = false;
  #isBroken = false;
  #closed = 0;

  constructor(client: Socket, broker: Endpoint, listener: ProxyListener) {
    this.#client = client;
    this.#listener = listener;
    this.#broker = connect({ ...broker, allowHalfOpen: true, noDelay: true });
    this.#pump();
  }

  /** Passes on what was kept. */
  letThrough(): void {
    for (const chunk of this.#kept) this.#give(chunk);
    this.#kept = [];
    this.#keptBytes = 0;
    if (this.#client.writableNeedDrain) this.#broker.pause();
    else this.#broker.resume();
    if (this.#brokerEnd) this.#endClient(this.#brokerEnd);
  }

  /** Resets the connection on both sides. */
  break(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#kept = [];
    breakOff(this.#client);
    breakOff(this.#broker);
  }

  #pump(): void {
    const client = this.#client;
    const broker = this.#broker;
    client.on('data', (chunk: Buffer) => {
      this.#listener.passed('toBroker', chunk.length);
      if (!broker.write(chunk)) client.pause();
    });
    broker.on('drain', () => client.resume());
    client.once('end', () => {
      this.clientHasEnded = true;
      broker.end();
    });
    client.on('error', () => {
      this.clientHasEnded = true;
      breakOff(broker);
    });

    broker.on('data', (chunk: Buffer) => this.#fromBroker(chunk));
    client.on('drain', () => broker.resume());
    broker.once('end', () => this.#brokerEnds('end'));
    broker.on('error', () => this.#brokerEnds('error'));

    for (const socket of [client, broker]) {
      socket.once('close', () => {
        this.#closed += 1;
        if (this.#closed === 2) this.#listener.over();
      });
    }
  }

  #fromBroker(chunk: Buffer): void {
    this.#listener.passed('fromBroker', chunk.length);
    if (this.#listener.mayPass()) return this.#give(chunk);
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.#keptBytes >= KEPT_BYTES) this.#broker.pause();
  }

  #give(chunk: Buffer): void {
    if (this.#client.destroyed) return;
    this.#listener.passed('toClient', chunk.length);
    if (!this.#client.write(chunk)) this.#broker.pause();
  }

  #brokerEnds(how: 'end' | 'error'): void {
    this.#brokerEnd = how;
    if (this.#listener.mayPass()) this.#endClient(how);
  }

  #endClient(how: 'end' | 'error'): void {
    if (this.#isBroken) return;
    if (!this.clientHasEnded && !this.#clientKnows) this.#listener.brokerGone();
    this.#clientKnows = true;
    if (how === 'end') this.#client.end();
    else breakOff(this.#client);
  }
}
