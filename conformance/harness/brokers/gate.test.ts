import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assertListening, parseEndpoint } from './endpoint.ts';
import { Gate } from './gate.ts';

/** A broker that keeps its sockets for the test to speak through. */
let broker: Server;
let accepted: Socket[];
let gate: Gate;
let brokerGone: number;
const clients: Socket[] = [];

beforeEach(async () => {
  accepted = [];
  brokerGone = 0;
  broker = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    accepted.push(socket);
    broker.emit('accepted');
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const { port } = broker.address() as AddressInfo;
  gate = await Gate.listen(
    { host: '127.0.0.1', port },
    { brokerGone: () => (brokerGone += 1), passed: () => void broker.emit('passed') },
  );
});

afterEach(() => {
  gate.dispose();
  for (const socket of [...clients.splice(0), ...accepted]) socket.destroy();
  broker.close();
});

/** A client through the gate, and the broker's side of its connection. */
async function pair(): Promise<{ client: Socket; far: Socket }> {
  const { host, port } = parseEndpoint(gate.address);
  const client = connect({ host, port, allowHalfOpen: true });
  client.on('error', () => {});
  clients.push(client);
  await Promise.all([once(client, 'connect'), once(broker, 'accepted')]);
  return { client, far: accepted.at(-1) as Socket };
}

async function read(socket: Socket, bytes: number): Promise<string> {
  let text = '';
  while (text.length < bytes) text += String((await once(socket, 'data'))[0]);
  return text;
}

/** Resolves when a socket is closed, by whatever cause. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}

/** Resolves when the gate has seen this many bytes of the broker. */
async function arrived(bytes: number): Promise<void> {
  while (gate.bytes.fromBroker < bytes) await once(broker, 'passed');
}

describe('a gate', () => {
  test('passes everything on while it is open, and counts it', async () => {
    const { client, far } = await pair();
    client.write('ask');
    expect(await read(far, 3)).toBe('ask');
    far.write('answer');
    expect(await read(client, 6)).toBe('answer');
    expect(gate.bytes).toEqual({ toBroker: 3, fromBroker: 6, toClient: 6 });
  });

  test('withholds what the broker says while it is shut, and nothing else', async () => {
    const { client, far } = await pair();
    gate.shut();
    far.write('one ');
    await arrived(4);
    client.write('ask');
    expect(await read(far, 3)).toBe('ask');
    far.write('two');
    await arrived(7);
    expect(gate.bytes.toClient).toBe(0);
    const reading = read(client, 7);
    gate.open();
    expect(await reading).toBe('one two');
    expect(gate.bytes.toClient).toBe(7);
  });

  test('that is shut behind the client still lets late answers through until it speaks', async () => {
    const { client, far } = await pair();
    gate.shutBehind();
    expect(gate.isOpen).toBe(false);
    far.write('late');
    expect(await read(client, 4)).toBe('late');
    client.write('ask');
    expect(await read(far, 3)).toBe('ask');
    far.write('answer');
    await arrived(10);
    gate.shutBehind();
    far.write('!');
    await arrived(11);
    expect(gate.bytes.toClient).toBe(4);
  });

  test('makes the broker wait when too much is kept, and loses none of it', async () => {
    const { client, far } = await pair();
    gate.shut();
    const total = 8 * 1024 * 1024;
    far.write(Buffer.alloc(total, 'x'));
    await arrived(256 * 1024);
    expect(gate.bytes.fromBroker).toBeLessThan(total);
    let bytes = 0;
    const all = new Promise<void>((resolve) => {
      client.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes === total) resolve();
      });
    });
    gate.open();
    await all;
    expect(gate.bytes.toClient).toBe(total);
  });

  test('passes the end of the client on, and still answers it', async () => {
    const { client, far } = await pair();
    const ended = once(far, 'end');
    far.resume();
    client.end('last');
    await ended;
    expect(gate.isConnected).toBe(false);
    far.end('answer');
    expect(await read(client, 6)).toBe('answer');
    expect(brokerGone).toBe(0);
  });

  test('passes the end of the broker on after what was kept, and tells of it first', async () => {
    const { client, far } = await pair();
    gate.shut();
    far.end('last');
    await arrived(4);
    expect(brokerGone).toBe(0);
    const ended = once(client, 'end');
    const reading = read(client, 4);
    gate.open();
    expect(await reading).toBe('last');
    await ended;
    expect(brokerGone).toBe(1);
  });

  test('passes a reset on in both directions', async () => {
    const first = await pair();
    const reset = closeOf(first.far);
    first.far.resume();
    first.client.resetAndDestroy();
    await reset;
    const second = await pair();
    const closed = closeOf(second.client);
    second.client.resume();
    second.far.resetAndDestroy();
    await closed;
    expect(brokerGone).toBe(1);
  });

  test('breaks every connection when killed, and refuses new ones until restored', async () => {
    const { client, far } = await pair();
    const gone = Promise.all([closeOf(client), closeOf(far)]);
    client.resume();
    far.resume();
    gate.kill();
    await gone;
    expect(brokerGone).toBe(0);

    const { host, port } = parseEndpoint(gate.address);
    const refused = connect({ host, port });
    refused.on('error', () => {});
    refused.resume();
    await closeOf(refused);
    expect(accepted).toHaveLength(1);

    gate.restore();
    const again = await pair();
    again.client.write('back');
    expect(await read(again.far, 4)).toBe('back');
  });
});

describe('an endpoint', () => {
  test('is a host and a port', () => {
    expect(parseEndpoint('localhost:61616')).toEqual({ host: 'localhost', port: 61_616 });
    expect(parseEndpoint('[::1]:5672')).toEqual({ host: '::1', port: 5672 });
    for (const wrong of ['localhost', ':1', 'a:b', 'host:70000', '']) {
      expect(() => parseEndpoint(wrong)).toThrow(/give HOST:PORT/);
    }
  });

  test('where nobody listens is named', async () => {
    const { port } = broker.address() as AddressInfo;
    await assertListening({ host: '127.0.0.1', port });
    const closed = once(broker, 'close');
    broker.close();
    for (const socket of accepted) socket.destroy();
    await closed;
    await expect(assertListening({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'no-broker',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});
