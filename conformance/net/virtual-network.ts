// A network in memory for one host of this process. Whoever connects to it, by net.connect or by a socket of its own,
// reaches a broker in this process; connections to other hosts go where they always did.
import { Socket } from 'node:net';
import { type Accept, type Address, ClientEnd } from './client-end.ts';

/** Of the block TEST-NET-1 (RFC 5737), which no network has. */
const HOST = '192.0.2.1';
const FIRST_PORT = 1024;
const LAST_PORT = 65_535;

const served = new Map<number, Accept>();
let nextPort = FIRST_PORT;
let isPatched = false;

/** Where somebody is served. */
export interface Served extends Address {
  /** From now on nobody listens there. */
  stop(this: void): void;
}

/** Listens at an address that was not used for long. */
export function serve(accept: Accept): Served {
  patch();
  const port = nextPort;
  nextPort = port === LAST_PORT ? FIRST_PORT : port + 1;
  served.set(port, accept);
  return { host: HOST, port, stop: () => void served.delete(port) };
}

/** What connecting is asked for: options, or a port and a host, or a path; then whom to tell. */
type Asked = readonly unknown[];

/** All ways to connect lead through this one method, however early a client took them out of the module. */
function patch(): void {
  if (isPatched) return;
  isPatched = true;
  const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    // Within its module it is one list.
    const asked = Array.isArray(args[0]) ? (args[0] as Asked) : args;
    const { host, port } = targetOf(asked);
    if (host !== HOST) return Reflect.apply(connect, this, args);
    const told = asked.at(-1);
    if (typeof told === 'function') this.once('connect', told as () => void);
    ClientEnd.connect(this, { host, port: Number(port) }, served.get(Number(port)));
    return this;
  };
}

function targetOf([first, second]: Asked): { readonly host?: unknown; readonly port?: unknown } {
  return typeof first === 'object' && first !== null ? first : { port: first, host: second };
}
