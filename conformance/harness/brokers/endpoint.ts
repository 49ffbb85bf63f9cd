// TCP endpoints: loopback listeners for producers of other processes to connect to, what the driver behind one
// tells, and the address of a real broker.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { AdapterFault } from '../harness.ts';
import type { BrokerDriver } from '../ports.ts';

/** Where a broker listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. */
export function parseEndpoint(text: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new AdapterFault('no-broker', `"${text}" is no broker address; give HOST:PORT`);
  }
  return { host, port: Number(port) };
}

/** Throws an `AdapterFault` that names the endpoint if nobody listens there. */
export function assertListening(endpoint: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...endpoint, timeout: 5_000 });
    const refuse = (why: string) => {
      socket.destroy();
      const where = `${endpoint.host}:${endpoint.port}`;
      reject(new AdapterFault('no-broker', `no broker answers at ${where}: ${why}`));
    };
    socket.once('timeout', () => refuse('no connection within 5 s'));
    socket.once('error', ({ message }) => refuse(message));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Listens on a free loopback port. Sockets are kept half-open until both sides have ended. */
export async function listen(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

/** The address of a listener, as adapters are given it. */
export function addressOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return `${address}:${port}`;
}

/** Breaks a connection so that the other side notices at its next step. Never throws. */
export function breakOff(socket: Socket): void {
  if (socket.destroyed) return;
  // Node cannot reset a socket that has been ended: its handle would stay open for good.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** The driver of a broker that a producer connects to: fresh for every case, so that none can reach another. */
export interface TcpDriver extends BrokerDriver {
  /** What the producer is given to connect to. */
  readonly address: string;
  /** Grows whenever something passes, in either direction. */
  readonly activity: number;
  /** Milliseconds of silence after which no answer is on its way any more. */
  readonly silenceMs: number;
  /** Whether the producer was ever seen here. */
  readonly wasReached: boolean;
  /** Its connection was restored, but the producer has not come back. */
  readonly awaitsReturn: boolean;
  /** What the producer has begun to say, and not ended, as far as that can be told; empty: nothing. */
  readonly unfinished?: string;
  dispose(): void;
}

/** Nobody came to the address in `open`: whatever the producer does, it is not seen here. */
export function neverReached(observes: TcpDriver['observes']): AdapterFault {
  const advice = observes === 'packets' ? '; pass --broker HOST:PORT for a real broker' : '';
  const what = 'it never connected to the broker address it was given';
  return new AdapterFault('no-broker', `${what}${advice}`);
}
