import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Packet } from '../../../spec/events/message.ts';
import type { CasePort } from '../ports.ts';
import { messageKey, transactionKey } from './scripted-broker.ts';
import { parseEndpoint } from './endpoint.ts';
import { JSON_LINES } from '../protocols/json-lines.ts';
import { ProtocolBroker } from './protocol-broker.ts';

const message = {
  id: 'm1',
  size: 3,
  deliveryMode: 'persistent' as const,
  priority: 4,
  timeToLiveMs: 0,
};

let broker: ProtocolBroker;
let producer: Socket;
let next: (heard: unknown) => void;

beforeEach(async () => {
  const record: CasePort['record'] = (event) => next((event as { packet?: Packet }).packet);
  broker = await ProtocolBroker.listen(JSON_LINES, { record, ledger: {} } as CasePort, (fault) =>
    next(fault),
  );
  producer = connect(parseEndpoint(broker.address));
  producer.on('error', () => {});
  await once(producer, 'connect');
});
afterEach(() => {
  producer.destroy();
  broker.lose();
});

/** Writes lines, and resolves with what the broker makes of the last of them. */
function heard(...lines: (object | string)[]): Promise<unknown> {
  return new Promise((resolve) => {
    const results: unknown[] = [];
    next = (result) => {
      results.push(result);
      if (results.length === lines.length) resolve(results.at(-1));
    };
    for (const line of lines) {
      producer.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
    }
  });
}

async function answer(): Promise<unknown> {
  const [chunk] = (await once(producer, 'data')) as [Buffer];
  return JSON.parse(String(chunk)) as unknown;
}

test('a packet is received as it was written, and answered by its number', async () => {
  const packet: Packet = { type: 'message', message, transaction: 't' };
  expect(await heard({ receive: 5, packet })).toEqual(packet);
  const answering = answer();
  broker.ack(messageKey('m1'));
  expect(await answering).toEqual({ ack: 5 });
  expect(broker.canAnswer(messageKey('m1'), 'ack')).toBe(false);
});

test('null stands for no transaction, but is a destination of its own', async () => {
  const nulls = { ...message, destination: null, responseRequired: null };
  const packet = { type: 'message', message: nulls, transaction: null };
  expect(await heard({ receive: 1, packet })).toEqual({
    type: 'message',
    message: { ...message, destination: null },
  });
});

test('a refusal carries its reason', async () => {
  await heard({ receive: 1, packet: { type: 'commit', transaction: 't' } });
  const answering = answer();
  broker.refuse(transactionKey('commit', 't'), 'why not');
  expect(await answering).toEqual({ refuse: 1, reason: 'why not' });
});

test('what keeps not to the protocol is a fault that quotes it', async () => {
  const fault = (text: RegExp) => ({ code: 'protocol', message: expect.stringMatching(text) });
  const packet = { type: 'begin', transaction: 't' };
  expect(await heard({ receive: 1, packet }, { receive: 1, packet })).toMatchObject(
    fault(/^its producer used the number 1 twice: \{"receive":1/),
  );
});

test.each([
  ['not JSON', 'rubbish', /not JSON: rubbish$/],
  ['no packet', '{"receive":1}', /packet/],
  ['an unknown packet', '{"receive":1,"packet":{"type":"prepare"}}', /type/],
  ['no number', '{"packet":{"type":"begin","transaction":"t"}}', /receive/],
])('%s is a fault', async (_, line, text) => {
  expect(await heard(line)).toMatchObject({
    code: 'protocol',
    message: expect.stringMatching(text),
  });
});

test('half a line is what the producer has begun to say', async () => {
  producer.write('{"receive":1,');
  await vi.waitFor(() => expect(broker.unfinished).toBe('the line {"receive":1,'));
});

test('a loss resets the connection, and nobody listens any more', async () => {
  const closed = new Promise((resolve) => void producer.once('close', resolve));
  expect(broker.isAbandoned).toBe(false);
  broker.lose();
  await closed;
  const late = connect(parseEndpoint(broker.address));
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
});

test('what was answered in the turn of a cut is still told', async () => {
  await heard({ receive: 1, packet: { type: 'message', message } });
  const [answering, ended] = [answer(), once(producer, 'end')];
  broker.ack(messageKey('m1'));
  broker.cut();
  expect(await answering).toEqual({ ack: 1 });
  await ended;
});
