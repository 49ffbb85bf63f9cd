// A whole run over a protocol broker: a small producer around a hand-written STOMP client, in another process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { conform } from '../../../dist/conformance/engine/conform.js';

const PRODUCER = String.raw`
const { connect } = require('node:net');
const flaw = process.argv[2] ?? '';
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const linesOf = (stream, end, take) => {
  let rest = '';
  stream.on('data', (chunk) => {
    rest += chunk;
    for (let at; (at = rest.indexOf(end)) >= 0; ) {
      const one = rest.slice(0, at).trimStart();
      rest = rest.slice(at + end.length);
      take(one);
    }
  });
};
let current;
const open = ({ broker }) => {
  const me = (current = { dead: undefined, receipts: new Map(), n: 0, tell: (line) => me === current && say(line) });
  const [host, port] = broker.split(':');
  me.socket = connect({ host, port, noDelay: true }, () => me.write('CONNECT', { 'accept-version': flaw === 'modern' ? '9.9' : '1.2' }));
  me.write = (command, headers, body = '') => {
    const lines = Object.entries(headers).map(([name, value]) => name + ':' + value);
    me.socket.write([command, ...lines].join('\n') + '\n\n' + body + '\0');
  };
  me.die = (kind, message) => {
    me.dead ??= kind;
    for (const end of me.receipts.values()) end({ kind, message });
    me.receipts.clear();
  };
  me.socket.on('error', () => {});
  me.socket.on('close', () => me.die('connection-lost', 'the connection is gone'));
  linesOf(me.socket, '\0', (frame) => {
    const [command, ...lines] = frame.split('\n\n')[0].split('\n');
    const receipt = Number(lines.find((line) => line.startsWith('receipt-id:'))?.slice(11));
    if (command === 'CONNECTED') me.tell({ event: 'opened' });
    if (command === 'ERROR') {
      if (flaw === 'gives-up') me.socket.end();
      if (flaw !== 'hides') me.receipts.get(receipt)?.({ kind: 'refused', message: 'refused' });
      else me.receipts.get(receipt)?.();
      me.receipts.delete(receipt);
    }
    if (command === 'RECEIPT') {
      me.receipts.get(receipt)?.();
      me.receipts.delete(receipt);
    }
  });
};
const send = ({ op, message, completion }) => {
  const me = current;
  const blocks = !completion && message.deliveryMode === 'persistent';
  const headers = { destination: '/queue/tck', persistent: message.deliveryMode === 'persistent', priority: message.priority };
  if (flaw !== 'anonymous') headers['correlation-id'] = message.id;
  const end = (error) => {
    if (completion) return me.tell({ event: 'complete', op, error: error ?? null });
    if (blocks) me.tell(error ? { event: 'throw', op, error } : { event: 'return', op });
  };
  if (blocks || completion) me.receipts.set((headers.receipt = me.n += 1), end);
  headers['content-length'] = flaw === 'lies' ? 1e12 : message.size;
  if (flaw === 'forgets') delete headers.persistent, (headers.priority = 4);
  me.write('SEND', headers, 'x'.repeat(message.size));
  if (!blocks) me.tell({ event: 'return', op });
};
const call = (line) => {
  const { op } = line;
  const fail = (kind) => current.tell({ event: 'throw', op, error: { kind, message: kind } });
  if (line.call === 'close') {
    current.die('closed', 'closed');
    current.dead = 'closed';
    current.socket.end();
    return current.tell({ event: 'return', op });
  }
  if (current.dead) return fail(current.dead);
  send(line);
};
linesOf(process.stdin, '\n', (text) => {
  const line = JSON.parse(text);
  if (line.call === 'hello') say({ event: 'hello', name: 'over STOMP', supports: ['completion', 'connection-loss'] });
  else if (line.call === 'open') open(line);
  else if (line.call === 'ping') say({ event: 'pong', n: line.n });
  else call(line);
});
process.stdin.on('end', () => process.exit());
`;

const folder = mkdtempSync(join(tmpdir(), 'producer-tck-stomp-'));
const file = join(folder, 'producer.cjs');
writeFileSync(file, PRODUCER);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const judge = (flaw: string, cases = 12, speaks: 'stomp' | 'stomp-activemq' = 'stomp') =>
  conform({
    adapter: `exec:"${process.execPath}" "${file}" ${flaw}`,
    speaks,
    cases,
    seed: 1,
  });

test.concurrent('a client that keeps the rules breaks none, and its packets are judged', async () => {
  const report = await judge('');
  expect(report.findings).toEqual([]);
  const verdictOf = (id: string) => report.rules.find((rule) => rule.id === id)?.verdict;
  for (const rule of ['SYN-1', 'SYN-4', 'ORD-1', 'ORD-3', 'ORD-5', 'CMP-2', 'ERR-1'])
    expect([rule, verdictOf(rule)]).toEqual([rule, 'satisfied']);
});

test.concurrent('as ActiveMQ speaks, a refusal ends no connection', async () => {
  const report = await judge('', 16, 'stomp-activemq');
  expect(report.findings).toEqual([]);
  expect(report.rules.find(({ id }) => id === 'SYN-5')?.verdict).toBe('satisfied');
});

test.concurrent('a client that ends its connection for a refusal is found where that is not due', async () => {
  const report = await judge('gives-up', 16, 'stomp-activemq');
  expect(report.findings).not.toEqual([]);
});

test.concurrent('a client that takes a refusal for success is found, with a line that replays it', async () => {
  const report = await judge('hides', 20);
  const finding = report.findings.find(({ rule }) => rule === 'SYN-5' || rule === 'CMP-3');
  expect(finding?.counterexample.replay).toContain('--speaks stomp --replay');
});

test.concurrent.each([
  ['modern', /CONNECT accepts version 9.9; the kit speaks 1.2, 1.1, 1.0/],
  ['anonymous', /STOMP frame SEND destination:\/queue\/tck .* carries no id: let the adapter put/],
  ['lies', /has a content-length of 1000000000000; the kit takes up to/],
])('a client that is %s is an error that quotes its frame', async (flaw, sentence) => {
  const report = await judge(flaw);
  expect(report.verdict).toBe('error');
  expect(report.error?.message).toContain(file);
  expect(report.error?.message).toMatch(sentence);
});
