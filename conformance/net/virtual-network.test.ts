import { once } from 'node:events';
import { connect, createConnection, createServer, Socket, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerEnd } from './broker-end.ts';
import { type Served, serve } from './virtual-network.ts';

let stream: BrokerEnd;
let served: Served;
/** What the broker's side has been told. */
let heard = '';

function listen(): Served {
  heard = '';
  served = serve((one) => {
    stream = one;
    const hear = (text: string) => {
      if (one === stream) heard += text;
    };
    one.on('data', (bytes: Buffer) => hear(bytes.toString()));
    one.on('end', () => {
      hear('.');
      one.end();
    });
  });
  return served;
}
afterEach(() => served.stop());

async function connected(): Promise<Socket> {
  const socket = connect(listen());
  await once(socket, 'connect');
  return socket;
}

describe('a client that connects to the address', () => {
  it('is connected in a tick of its own, however it asks', async () => {
    const { host, port } = listen();
    const ways = [
      (then: () => void) => connect({ host, port }, then),
      (then: () => void) => connect(port, host, then),
      (then: () => void) => createConnection({ host, port: port }, then),
      (then: () => void) => new Socket().connect(port, host, then),
    ];
    for (const way of ways) {
      await new Promise<void>((resolve) => {
        const socket = way(resolve);
        expect(socket).toBeInstanceOf(Socket);
        expect([socket.connecting, socket.readyState]).toEqual([true, 'opening']);
      });
    }
  });

  it('looks like a socket', async () => {
    const socket = await connected();
    const { host, port } = served;
    expect([socket.remoteAddress, socket.remotePort, socket.remoteFamily]).toEqual([
      host,
      port,
      'IPv4',
    ]);
    expect(socket.address()).toEqual({
      address: socket.localAddress,
      port: socket.localPort,
      family: socket.localFamily,
    });
    expect([socket.connecting, socket.pending, socket.readyState]).toEqual([false, false, 'open']);
    expect(socket.setNoDelay().setKeepAlive(true).ref().unref()).toBe(socket);
    socket.write('abc');
    expect([socket.bytesWritten, socket.bytesRead]).toEqual([3, 0]);
    socket.destroy();
    expect([socket.remoteAddress, socket.readyState]).toEqual([undefined, 'closed']);
  });

  it('is told nobody listens, once nobody does', async () => {
    const { host, port, stop } = listen();
    stop();
    const [error] = (await once(connect(port, host), 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect', address: host, port });
  });

  it('is told after a time of silence, if it asked for that', async () => {
    const socket = connect({ ...listen(), timeout: 5 });
    expect(await once(socket, 'timeout')).toEqual([]);
    socket.destroy();
  });
});

describe('bytes', () => {
  it('reach the broker before the write returns, strings and corked ones as well', async () => {
    const socket = await connected();
    socket.write('a');
    expect(heard).toBe('a');
    socket.write('c3a4', 'hex');
    socket.cork();
    socket.write('b');
    socket.write('c');
    expect(heard).toBe('aä');
    socket.uncork();
    expect(heard).toBe('aäbc');
  });

  it('that are written while it connects follow', async () => {
    const socket = connect(listen());
    socket.write('early');
    expect(heard).toBe('');
    await once(socket, 'connect');
    socket.write(' late');
    await new Promise(setImmediate);
    expect(heard).toBe('early late');
  });

  it('reach the client in a tick of their own, together if they were written together', async () => {
    const socket = await connected();
    const chunks: string[] = [];
    socket.on('data', (bytes: Buffer) => chunks.push(bytes.toString()));
    stream.write('a');
    stream.write('b');
    await Promise.resolve();
    expect(chunks).toEqual([]);
    await new Promise(setImmediate);
    expect(chunks).toEqual(['ab']);
    stream.write('c');
    await new Promise(setImmediate);
    expect(chunks).toEqual(['ab', 'c']);
  });
});

describe('the end of a connection', () => {
  it('by the client: the broker reads to the end, and the client is closed', async () => {
    const socket = await connected();
    socket.end('bye');
    const [hadError] = (await once(socket, 'close')) as [boolean];
    expect([heard, hadError, stream.isOpen]).toEqual(['bye.', false, false]);
  });

  it.each([
    ['destroySoon', 'bye.'],
    ['destroy', 'bye.'],
    ['resetAndDestroy', 'bye'],
  ] as const)('by %s', async (how, expected) => {
    const socket = await connected();
    socket.write('bye');
    socket[how]();
    await once(socket, 'close');
    await new Promise(setImmediate);
    expect([heard, stream.isOpen]).toEqual([expected, false]);
  });

  it('by the broker: the client reads what was written before, then the end', async () => {
    const socket = await connected();
    let read = '';
    socket.on('data', (bytes: Buffer) => (read += bytes.toString()));
    stream.end('last');
    const [hadError] = (await once(socket, 'close')) as [boolean];
    expect([read, hadError]).toEqual(['last', false]);
  });

  it('by a loss: the client reads what was written before, then it is reset', async () => {
    const socket = await connected();
    let read = '';
    socket.on('data', (bytes: Buffer) => (read += bytes.toString()));
    const failed = once(socket, 'error');
    stream.write('last');
    stream.destroy();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
    expect(read).toBe('last');
    const [hadError] = (await once(socket, 'close')) as [boolean];
    expect(hadError).toBe(true);
  });
});

it('connections to other addresses go to the real network', async () => {
  listen();
  const server = createServer((socket) => void socket.end('real')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  expect(bytes.toString()).toBe('real');
  server.close();
});
