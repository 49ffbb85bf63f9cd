// Whole runs over the network in memory: a small producer around a hand-written STOMP client, on virtual time.
import { afterAll, expect, test } from 'vitest';
import { conform } from '../../dist/conformance/engine/conform.js';
import { Folder } from '../fixtures/command-line.ts';
import { overNetwork } from './over-network.ts';

const NET = new URL('../../dist/conformance/net/index.js', import.meta.url).href;
const PRODUCER = String.raw`
import { connect } from 'node:net';
import { overNetwork } from '${NET}';
const failure = (kind, message) => Object.assign(new Error(message), { kind });
export default overNetwork({
  name: 'hand-written',
  speaks: 'stomp',
  supports: ['completion', 'connection-loss', 'transactions'],
  errorKind: ({ kind = 'other' }) => kind,
  open: ({ host, port }) => new Promise((opened) => {
    const receipts = new Map();
    let [rest, dead, n, transaction, transactions] = ['', undefined, 0, undefined, 0];
    const die = (kind, message) => {
      dead ??= failure(kind, message);
      const all = [...receipts.values()];
      receipts.clear();
      for (const end of all) end(dead);
    };
    const write = (command, headers, body = '') => {
      const lines = Object.entries(headers).map(([name, value]) => name + ':' + value);
      socket.write([command, ...lines].join('\n') + '\n\n' + body + '\0');
    };
    const ask = (command, headers, body) => new Promise((resolve, reject) => {
      if (dead) return reject(dead);
      receipts.set(++n, (error) => (error ? reject(error) : resolve()));
      write(command, { ...headers, receipt: n }, body);
    });
    const take = (frame) => {
      const [command, ...lines] = frame.split('\n\n')[0].split('\n');
      const id = Number(lines.find((line) => line.startsWith('receipt-id:'))?.slice(11));
      const end = receipts.get(id);
      receipts.delete(id);
      if (command === 'CONNECTED') opened(producer), socket.setTimeout(0);
      if (command === 'RECEIPT') end?.();
      if (command === 'ERROR') FLAW === 'hides' ? end?.() : end?.(failure('refused', 'refused'));
    };
    const where = FLAW === 'elsewhere' ? { host: '127.0.0.1', port: 1 } : { host, port };
    const socket = connect(where, () => write('CONNECT', { 'accept-version': FLAW === 'modern' ? '9.9' : '1.2' }));
    socket.setTimeout(30_000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => die('connection-lost', 'the connection is gone'));
    socket.on('data', (chunk) => {
      rest += chunk;
      for (let at; (at = rest.indexOf('\0')) >= 0; ) {
        const frame = rest.slice(0, at).trimStart();
        rest = rest.slice(at + 1);
        take(frame);
      }
    });
    const tell = (onComplete, error) => {
      if (FLAW === 'unguarded') return onComplete(error);
      try {
        onComplete(error);
      } catch (thrown) {
        setImmediate(() => { throw thrown; });
      }
    };
    const ends = (command) => async () => {
      if (dead) throw dead;
      if (transaction === undefined) throw failure('illegal-state', 'there is no transaction');
      const one = transaction;
      transaction = undefined;
      await ask(command, { transaction: one });
    };
    const producer = {
      async send(message, { onComplete }) {
        if (dead) throw dead;
        const headers = {
          destination: '/queue/tck',
          ...(FLAW !== 'anonymous' && { 'correlation-id': message.id }),
          ...(transaction !== undefined && { transaction }),
        };
        const body = 'x'.repeat(message.size);
        if (onComplete) {
          receipts.set(++n, (error) => tell(onComplete, error));
          write('SEND', { ...headers, receipt: n }, body);
        } else if (message.deliveryMode === 'persistent' && transaction === undefined) {
          await ask('SEND', headers, body);
        } else if (FLAW === 'late') process.nextTick(() => write('SEND', headers, body));
        else write('SEND', headers, body);
      },
      async begin() {
        if (dead) throw dead;
        if (transaction !== undefined) throw failure('illegal-state', 'there is a transaction');
        transaction = 'tx' + ++transactions;
        write('BEGIN', { transaction });
      },
      commit: ends('COMMIT'),
      rollback: ends('ABORT'),
      async close() {
        die('closed', 'closed');
        socket.destroySoon();
      },
    };
  }),
});
`;

const folder = new Folder();
afterAll(() => folder.remove());

function judged(flaw: string, cases = 80) {
  const code = PRODUCER.replaceAll('FLAW', JSON.stringify(flaw));
  return conform({ adapter: folder.write(`${flaw}.mjs`, code), cases, seed: 1, workers: 1 });
}

test('nothing is said against a producer that does all that is right', async () => {
  const report = await judged('none', 600);
  const found = report.rules.filter(
    ({ verdict }) => verdict === 'violated' || verdict === 'inconclusive',
  );
  expect(found).toEqual([]);
  const exercised = (id: string) => report.rules.find((rule) => rule.id === id)!.exercised;
  // What was written has arrived when the call returns, and what a callback throws harms nobody.
  for (const id of ['LIF-4', 'ORD-4', 'CMP-6', 'ERR-1', 'SYN-5', 'TXN-5'])
    expect(exercised(id), id).toBeGreaterThan(5);
});

test.each([
  ['hides', 'SYN-5', 'a refusal taken for an acknowledgement'],
  ['late', 'ORD-4', 'a message that is written in a later tick'],
  ['unguarded', 'CMP-6', 'a callback that throws and takes the next answer along'],
] as const)('a fault is found: %s, %s: %s', async (flaw, rule, _) => {
  const report = await judged(flaw, 300);
  expect(report.rules.find(({ id }) => id === rule)?.verdict).toBe('violated');
});

test.each([
  ['modern', /its client's STOMP frame CONNECT accepts version 9\.9; the kit speaks/],
  ['anonymous', /its client sent a STOMP frame SEND .*, which carries no id: let the adapter put/],
  ['elsewhere', /its open did not settle within 5000 ms/],
] as const)('what makes judging impossible is said: %s', async (flaw, sentence) => {
  const report = await judged(flaw);
  expect(report.verdict).toBe('error');
  expect(report.error?.message).toMatch(sentence);
});

test('a client that never comes to the address that it is given is not judged', async () => {
  const producer = { send: async () => {}, close: async () => {} };
  const adapter = overNetwork({ name: 'x', supports: [], speaks: 'stomp', open: () => producer });
  const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
  const broker = { receive: async () => {}, lost: new AbortController().signal };
  const open = async () => adapter.open({ settings, broker, onAsyncError: () => {} });
  for (let n = 0; n < 3; n += 1) await (await open()).close();
  await expect(open()).rejects.toThrow(
    /its client has not connected to the host and port that open was given, lately 192\.0\.2\.1:\d+/,
  );
});

test('a protocol that the kit does not speak is refused where it is named', () => {
  const adapter = { name: 'x', supports: [], open: () => ({}) as never };
  expect(() => overNetwork({ ...adapter, speaks: 'kafka' as never })).toThrow(
    '"kafka" is no protocol that the kit speaks; known are amqp-0-9-1',
  );
});
