// One client's connection, proxied to the broker: a pair of sockets, each byte counted, ends and errors passed on.
import { connect, type Socket } from 'node:net';
import { breakOff, type Endpoint } from './endpoint.ts';

/** Bytes of the broker that are kept before it is made to wait. */
const KEPT_BYTES = 256 * 1024;

/** What a proxied connection asks and tells. */
export interface ProxyListener {
  /** Whether what the broker says may pass now. */
  mayPass(): boolean;
  fromClient(bytes: number): void;
  fromBroker(bytes: number): void;
  toClient(bytes: number): void;
  /** The broker has ended the connection, and the client is about to learn it. */
  brokerGone(): void;
  /** Both sides have ended. */
  over(): void;
}

/** A client and its broker. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #broker: Socket;
  readonly #listener: ProxyListener;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** How the broker ended its side, if it has. The client learns it after what was kept. */
  #brokerEnd: 'end' | 'error' | undefined;
  #clientKnows = false;
  #clientEnded = false;
  #isBroken = false;
  #closed = 0;

  constructor(client: Socket, broker: Endpoint, listener: ProxyListener) {
    this.#client = client;
    this.#listener = listener;
    this.#broker = connect({ ...broker, allowHalfOpen: true, noDelay: true });
    this.#pump();
  }

  /** The client has ended the connection. */
  get clientHasEnded(): boolean {
    return this.#clientEnded;
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
      this.#listener.fromClient(chunk.length);
      if (!broker.write(chunk)) client.pause();
    });
    broker.on('drain', () => client.resume());
    client.once('end', () => {
      this.#clientEnded = true;
      broker.end();
    });
    client.on('error', () => {
      this.#clientEnded = true;
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
    this.#listener.fromBroker(chunk.length);
    if (this.#listener.mayPass()) return this.#give(chunk);
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.#keptBytes >= KEPT_BYTES) this.#broker.pause();
  }

  #give(chunk: Buffer): void {
    if (this.#client.destroyed) return;
    this.#listener.toClient(chunk.length);
    if (!this.#client.write(chunk)) this.#broker.pause();
  }

  #brokerEnds(how: 'end' | 'error'): void {
    this.#brokerEnd = how;
    if (this.#listener.mayPass()) this.#endClient(how);
  }

  #endClient(how: 'end' | 'error'): void {
    if (this.#isBroken) return;
    if (!this.#clientEnded && !this.#clientKnows) this.#listener.brokerGone();
    this.#clientKnows = true;
    if (how === 'end') this.#client.end();
    else breakOff(this.#client);
  }
}
