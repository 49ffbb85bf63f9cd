// The client's end of a connection in memory: a net.Socket that was never connected, whose own hooks lead to a broker
// in this process. What the client writes arrives at once, so that what was written before a call returned has arrived.
import type { Socket } from 'node:net';
import { BrokerEnd, type Done, type Receiver } from './broker-end.ts';

/** Where a connection goes. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Serves a client. Absent: nobody listens. */
export type Accept = (stream: BrokerEnd) => void;

/** What a client has written, as a stream hands it over. */
interface Written {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

const LOCAL = { address: '192.0.2.2', family: 'IPv4', port: 49_152 };

/** One socket. */
export class ClientEnd implements Receiver {
  readonly #socket: Socket;
  readonly #to: Address;
  readonly #broker: BrokerEnd | undefined;
  #idle: NodeJS.Timeout | undefined;
  #bytesRead = 0;
  #bytesWritten = 0;
  #isResetting = false;

  /** Connects a socket. It is told in a tick of its own, as by a network. */
  static connect(socket: Socket, to: Address, accept: Accept | undefined): void {
    const end = new ClientEnd(socket, to, accept !== undefined);
    if (end.#broker) accept?.(end.#broker);
    setImmediate(() => end.#established());
  }

  private constructor(socket: Socket, to: Address, isServed: boolean) {
    this.#socket = socket;
    this.#to = to;
    this.#broker = isServed ? new BrokerEnd(this) : undefined;
    const idleMs = socket.timeout ?? 0;
    socket.setTimeout(0);
    Object.defineProperties(socket, this.#hooks());
    socket.setTimeout(idleMs);
    Object.assign(socket, { connecting: true });
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  take(one: Buffer | 'end' | 'reset'): void {
    this.#stir();
    if (one === 'reset') return void this.#socket.destroy(failure('ECONNRESET', 'read', -104));
    if (one === 'end') return this.#readEnd();
    this.#bytesRead += one.length;
    this.#socket.push(one);
  }

  /** Also of a client that does not read. */
  #readEnd(): void {
    this.#socket.push(null);
    this.#socket.read(0);
  }

  #established(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (!this.#broker) return void socket.destroy(refusal(this.#to));
    Object.assign(socket, { connecting: false });
    socket.emit('connect');
    socket.emit('ready');
  }

  /** What a socket does, and what is seen of it. What is not here it does by itself. */
  #hooks(): PropertyDescriptorMap {
    const socket = this.#socket;
    const itself = { value: () => socket, writable: true };
    const remote = { host: this.#to.host, family: LOCAL.family, port: this.#to.port };
    return {
      _read: { value: () => {} },
      _write: {
        value: (chunk: Buffer | string, encoding: BufferEncoding, done: Done) =>
          this.#write([{ chunk, encoding }], done),
      },
      _writev: { value: (chunks: readonly Written[], done: Done) => this.#write(chunks, done) },
      _final: { value: (done: Done) => this.#final(done) },
      _destroy: { value: (error: Error | null, done: Done) => this.#destroy(error, done) },
      _unrefTimer: { value: () => this.#stir() },
      resetAndDestroy: { value: () => this.#reset(), writable: true },
      setTimeout: { value: (ms: number, then?: () => void) => this.#setTimeout(ms, then) },
      setNoDelay: itself,
      setKeepAlive: itself,
      ref: itself,
      unref: itself,
      address: { value: () => (this.#isLinked ? { ...LOCAL } : {}) },
      pending: { get: () => socket.connecting },
      bytesRead: { get: () => this.#bytesRead },
      bytesWritten: { get: () => this.#bytesWritten },
      ...this.#seen('remote', { Address: remote.host, Family: remote.family, Port: remote.port }),
      ...this.#seen('local', { Address: LOCAL.address, Family: LOCAL.family, Port: LOCAL.port }),
    };
  }

  /** Addresses are known as long as there is a connection. */
  #seen(side: string, parts: Readonly<Record<string, string | number>>): PropertyDescriptorMap {
    const known = (value: string | number) => ({
      get: () => (this.#isLinked ? value : undefined),
    });
    const named = Object.entries(parts).map(([part, value]) => [`${side}${part}`, known(value)]);
    return Object.fromEntries(named) as PropertyDescriptorMap;
  }

  get #isLinked(): boolean {
    return !this.#socket.connecting && !this.#socket.destroyed;
  }

  #write(chunks: readonly Written[], done: Done): void {
    this.#whenConnected(() => {
      this.#stir();
      const bytes = Buffer.concat(
        chunks.map(({ chunk, encoding }) =>
          typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
        ),
      );
      this.#bytesWritten += bytes.length;
      if (this.#broker && !this.#broker.destroyed) this.#broker.push(bytes);
      done();
    });
  }

  #final(done: Done): void {
    this.#whenConnected(() => {
      this.#endBroker();
      done();
    });
  }

  #destroy(error: Error | null, done: Done): void {
    const socket = this.#socket;
    clearTimeout(this.#idle);
    Object.assign(socket, { connecting: false });
    if (this.#isResetting) this.#broker?.destroy();
    else if (!socket.writableFinished) this.#endBroker();
    done(error);
    // Behind the `error` that follows from it.
    setImmediate(() => socket.emit('close', error !== null));
  }

  #endBroker(): void {
    if (this.#broker && !this.#broker.destroyed) this.#broker.push(null);
  }

  #whenConnected(then: () => void): void {
    if (this.#socket.connecting) this.#socket.once('connect', then);
    else then();
  }

  #reset(): Socket {
    this.#isResetting = true;
    return this.#socket.destroy();
  }

  /** After so long without bytes in either direction `timeout` is emitted. It keeps no process alive. */
  #setTimeout(ms: number, then?: () => void): Socket {
    const socket = this.#socket;
    clearTimeout(this.#idle);
    Object.assign(socket, { timeout: ms });
    this.#idle = undefined;
    if (ms > 0) this.#idle = setTimeout(() => socket.emit('timeout'), ms).unref();
    if (!then) return socket;
    return ms > 0 ? socket.once('timeout', then) : socket.removeListener('timeout', then);
  }

  #stir(): void {
    this.#idle?.refresh();
  }
}

/** What a socket says when nobody listens. */
function refusal({ host: address, port }: Address): Error {
  const error = failure('ECONNREFUSED', 'connect', -111, ` ${address}:${port}`);
  return Object.assign(error, { address, port });
}

function failure(code: string, syscall: string, errno: number, where = ''): Error {
  return Object.assign(new Error(`${syscall} ${code}${where}`), { errno, code, syscall });
}
