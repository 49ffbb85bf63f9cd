// A TCP gate between a client and a broker. What the client says always passes; what the broker
// says passes while the gate is open, and is kept, in order, while it is shut. It knows no
// protocol.
import type { Server, Socket } from 'node:net';
import { addressOf, breakOff, listen, type Endpoint } from './endpoint.ts';
import { ProxiedConnection, type ProxyListener } from './proxied-connection.ts';

/** What a gate tells, besides its counters. */
export interface GateListener {
  /** Something is about to reach the client: the end of a connection that the broker ended. */
  brokerGone(): void;
  /** Bytes arrived from one side. */
  heard?(from: 'client' | 'broker'): void;
}

/** A gate on a loopback port of its own, in front of one broker. */
export class Gate {
  /** What the client has to connect to. */
  readonly address: string;
  /** Bytes that the client sent and the broker was given. */
  bytesToBroker = 0;
  /** Bytes that the broker sent, whether they were let through or not. */
  bytesFromBroker = 0;
  /** Bytes that were let through to the client. */
  bytesToClient = 0;
  /** Grows with every byte, in either direction, and with every connection. */
  activity = 0;

  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  #state: 'open' | 'closing' | 'shut' = 'open';
  #isRefusing = false;
  #onActivity: (() => void)[] = [];

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

  /** Resolves at the next byte or connection. */
  nextActivity(): Promise<void> {
    return new Promise((resolve) => this.#onActivity.push(resolve));
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
    const hear: ProxyListener = {
      mayPass: () => this.#state !== 'shut',
      fromClient: (bytes) => {
        if (this.#state === 'closing') this.#state = 'shut';
        this.bytesToBroker += bytes;
        listener.heard?.('client');
        this.#moved();
      },
      fromBroker: (bytes) => {
        this.bytesFromBroker += bytes;
        listener.heard?.('broker');
        this.#moved();
      },
      toClient: (bytes) => {
        this.bytesToClient += bytes;
        this.#moved();
      },
      brokerGone: () => listener.brokerGone(),
      over: () => void this.#connections.delete(connection),
    };
    const connection = new ProxiedConnection(client, broker, hear);
    this.#connections.add(connection);
    this.#moved();
  }

  #moved(): void {
    this.activity += 1;
    const waiting = this.#onActivity;
    if (waiting.length === 0) return;
    this.#onActivity = [];
    for (const resolve of waiting) resolve();
  }
}
