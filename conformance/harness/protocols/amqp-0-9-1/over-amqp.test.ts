// A case over AMQP 0-9-1, in which one frame may answer several messages: a small publisher, in another process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, type TestContext } from 'vitest';
import { Judge } from '../../../../spec/check.ts';
import { STRICT } from '../../../../spec/model/profile.ts';
import type { Scenario } from '../../../cases/step.ts';
import type { CaseRecord } from '../../harness.ts';
import { startOtherProcess } from '../../other-process/other-process.ts';

const PUBLISHER = String.raw`
const { connect } = require('node:net');
const ignoresMultiple = process.argv[2] === 'one-by-one';
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const short = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const frame = (type, channel, ...parts) => {
  const payload = Buffer.concat(parts);
  const head = Buffer.from([type, 0, channel, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, hex('ce')]);
};
const STEPS = {
  '000a000a': [frame(1, 0, hex('000a 000b 00000000'), short('PLAIN'), hex('00000000'), short('en_US'))],
  '000a001e': [frame(1, 0, hex('000a 001f 0000 00020000 0000')), frame(1, 0, hex('000a 0028'), short('/'), hex('0000'))],
  '000a0029': [frame(1, 1, hex('0014 000a 00'))],
  '0014000b': [frame(1, 1, hex('0055 000a 00'))],
};
let current;
const open = ({ broker }) => {
  const me = (current = { dead: undefined, waiting: new Map(), published: 0, rest: Buffer.alloc(0) });
  me.tell = (line) => me === current && say(line);
  const [host, port] = broker.split(':');
  me.socket = connect({ host, port, noDelay: true }, () => me.socket.write(hex('414d5150 00000901')));
  me.die = (kind) => {
    me.dead ??= kind;
    for (const end of me.waiting.values()) end({ kind, message: kind });
    me.waiting.clear();
  };
  me.socket.on('error', () => {});
  me.socket.on('close', () => me.die('connection-lost'));
  me.socket.on('data', (chunk) => {
    me.rest = Buffer.concat([me.rest, chunk]);
    while (me.rest.length > 7 && me.rest.length >= 8 + me.rest.readUInt32BE(3)) {
      const end = 8 + me.rest.readUInt32BE(3);
      const payload = me.rest.subarray(7, end - 1);
      me.rest = me.rest.subarray(end);
      take(me, payload.subarray(0, 4).toString('hex'), payload);
    }
  });
};
const take = (me, method, payload) => {
  for (const answer of STEPS[method] ?? []) me.socket.write(answer);
  if (method === '0055000b') me.tell({ event: 'opened' });
  if (method !== '003c0050' && method !== '003c0078') return;
  const tag = Number(payload.readBigUInt64BE(4));
  const isMultiple = payload[12] === 1 && !ignoresMultiple;
  for (const [one, end] of [...me.waiting]) {
    if (one !== tag && !(isMultiple && one < tag)) continue;
    me.waiting.delete(one);
    end(method === '003c0078' ? { kind: 'refused', message: 'refused' } : undefined);
  }
};
const send = ({ op, message, completion }) => {
  const me = current;
  const isPersistent = message.deliveryMode === 'persistent';
  me.waiting.set((me.published += 1), (error) => {
    if (completion) me.tell({ event: 'complete', op, error: error ?? null });
    else if (isPersistent) me.tell(error ? { event: 'throw', op, error } : { event: 'return', op });
  });
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(message.size));
  const mode = Buffer.from([isPersistent ? 2 : 1]);
  me.socket.write(frame(1, 1, hex('003c 0028 0000'), short(''), short('tck'), hex('00')));
  me.socket.write(frame(2, 1, hex('003c 0000'), size, hex('1400'), mode, short(message.id)));
  if (message.size > 0) me.socket.write(frame(3, 1, Buffer.alloc(message.size)));
  if (completion || !isPersistent) me.tell({ event: 'return', op });
};
const call = (line) => {
  const { op } = line;
  if (line.call === 'close') {
    current.die('closed');
    current.socket.end();
    return current.tell({ event: 'return', op });
  }
  if (!current.dead) return send(line);
  current.tell({ event: 'throw', op, error: { kind: current.dead, message: current.dead } });
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
  const line = JSON.parse(text);
  if (line.call === 'hello') say({ event: 'hello', name: 'over AMQP', supports: ['completion', 'connection-loss'] });
  else if (line.call === 'open') open(line);
  else if (line.call === 'ping') say({ event: 'pong', n: line.n });
  else call(line);
}).on('close', () => process.exit());
`;

const folder = mkdtempSync(join(tmpdir(), 'producer-tck-amqp-'));
const file = join(folder, 'publisher.cjs');
writeFileSync(file, PUBLISHER);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = {
  windowSize: 0,
  useAsyncSend: false,
  alwaysSyncSend: false,
  sendTimeoutMs: 0,
  destination: 'tck',
};
const SCENARIO: Scenario = [
  { do: 'open', settings, pause: 'none' },
  { do: 'send', id: 'm1', size: 1, mode: 'persistent', completion: true, pause: 'settle' },
  { do: 'send', id: 'm2', size: 0, mode: 'persistent', completion: true, pause: 'settle' },
  { do: 'ack', id: 'm1', pause: 'none' },
  { do: 'ack', id: 'm2', pause: 'settle' },
  { do: 'send', id: 'm3', size: 1, mode: 'persistent', completion: true, pause: 'settle' },
  { do: 'refuse', id: 'm3', pause: 'settle' },
];

async function play(context: TestContext, flaw: string): Promise<CaseRecord> {
  const command = `"${process.execPath}" "${file}" ${flaw}`;
  const waits = { graceMs: 200, releaseMs: 300, timesTheLongest: 2 };
  const harness = await startOtherProcess(command, STRICT, { speaks: 'amqp-0-9-1', waits });
  context.onTestFinished(() => harness.dispose());
  return harness.run(SCENARIO, new Judge(STRICT));
}

test('a publisher that takes one confirm for several messages breaks no rule', async (context) => {
  const { breaches, history } = await play(context, '');
  expect(breaches).toEqual([]);
  const ends = history.flatMap((one) => (one.event === 'complete' ? [one.error?.kind] : []));
  expect(ends).toEqual([undefined, undefined, 'refused']);
});

test('a publisher that takes each confirm for one message is found', async (context) => {
  const { breaches } = await play(context, 'one-by-one');
  expect(breaches.map(({ rule }) => rule)).toContain('CMP-1');
});
