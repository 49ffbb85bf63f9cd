import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AdapterFault } from '../harness.ts';
import { AdapterProcess, type LineListener } from './adapter-process.ts';
import { Conversation } from './conversation.ts';
import type { CaseEvent } from './protocol.ts';

interface Call {
  readonly op: number;
  readonly n: number;
}
type Say = (line: object | string) => void;
/** What an adapter does at each call. */
type Adapter = Readonly<Record<string, (call: Call, say: Say) => void>>;

/** It answers everything at once. */
const OBEDIENT: Adapter = {
  hello: (_, say) => say({ event: 'hello', name: 'test', supports: ['window'] }),
  open: (_, say) => say({ event: 'opened' }),
  ping: ({ n }, say) => say({ event: 'pong', n }),
  send: ({ op }, say) => say({ event: 'return', op }),
};

const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const message = {
  id: 'm1',
  size: 1,
  deliveryMode: 'persistent' as const,
  priority: 4,
  timeToLiveMs: 0,
};

/** A conversation with an adapter in this process. */
function start(adapter: Adapter, deadlinesMs = {}): Promise<Conversation> {
  const on: Adapter = { ...OBEDIENT, ...adapter };
  const open = (listener: LineListener) => ({
    write(line: string) {
      const call = JSON.parse(line) as Call & { readonly call: string };
      const say: Say = (said) =>
        listener.line(typeof said === 'string' ? said : JSON.stringify(said));
      queueMicrotask(() => on[call.call]?.(call, say));
    },
    async end() {},
  });
  return Conversation.over(open, deadlinesMs);
}

/** Opens a producer in a conversation. Its events come out of `next`. */
async function opened(conversation: Conversation) {
  const events: CaseEvent[] = [];
  const awaited: ((event: CaseEvent) => void)[] = [];
  await conversation.open(settings, '127.0.0.1:1', (event) => {
    const take = awaited.shift();
    if (take) take(event);
    else events.push(event);
  });
  const next = () =>
    new Promise<CaseEvent>((resolve) => {
      const event = events.shift();
      if (event) resolve(event);
      else awaited.push(resolve);
    });
  const send = (completion = false) => {
    const op = conversation.nextOp;
    conversation.call({ call: 'send', op, message, completion });
    return op;
  };
  return { conversation, next, send };
}

const open = async (adapter: Adapter, deadlinesMs = {}) =>
  opened(await start(adapter, deadlinesMs));

async function faultOf(promise: Promise<unknown>): Promise<AdapterFault> {
  const fault = await promise.then(
    () => new Error('no fault'),
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(AdapterFault);
  return fault as AdapterFault;
}

describe('a conversation', () => {
  test('begins with hello, and takes what the producer charges on top', async () => {
    const hello = { event: 'hello', name: 'x', supports: [], chargedOverhead: 7 };
    const conversation = await start({ hello: (_, say) => say(hello) });
    expect(conversation.hello).toMatchObject({ name: 'x', supports: [], chargedOverhead: 7 });
  });

  test('passes on what happens to a call, with known kinds of error only', async () => {
    const { next, send } = await open({
      send({ op }, say) {
        say({ event: 'entered', op });
        say({ event: 'throw', op, error: { kind: 'strange', message: 'no' } });
        say({ event: 'async-error', error: { message: 'kindless' } });
        say({ event: 'complete', op, error: null });
      },
    });
    const op = send(true);
    expect(await next()).toEqual({ event: 'entered', op });
    expect(await next()).toEqual({ event: 'throw', op, error: { kind: 'other', message: 'no' } });
    expect(await next()).toMatchObject({ error: { message: 'kindless' } });
    expect(await next()).toMatchObject({ event: 'complete', error: null });
  });

  test('ignores late news of a former producer', async () => {
    let late = 0;
    const { conversation, send } = await open({
      send: ({ op }) => void (late = op),
      ping({ n }, say) {
        say({ event: 'return', op: late });
        say({ event: 'pong', n });
      },
    });
    send();
    const heard: CaseEvent[] = [];
    await conversation.open(settings, '127.0.0.1:1', (event) => heard.push(event));
    await conversation.ping();
    expect([late, heard]).toEqual([1, []]);
  });
});

describe('a fault names what the adapter did, and quotes it', () => {
  const QUOTED = /^it wrote \{"event":"bye\\u0007"\}, which is no valid line: .*unknown.*"pong"/;

  test.each<[string, object | string, RegExp]>([
    ['an event nobody knows', { event: 'bye\u0007' }, QUOTED],
    ['a field of the wrong type', { event: 'return', op: 'one' }, /op: .*number.*"one"/],
    ['a line that is not JSON', 'hello, world', /^it wrote a line that is not JSON: hello, world$/],
    ['the end of no call', { event: 'return', op: 99 }, /op 99, which was never invoked/],
    ['opened when not asked', { event: 'opened' }, /"open", which was not asked/],
    ['usage when not asked', { event: 'usage', bytes: 1 }, /"usage", which was not asked/],
    ['hello when not asked', { event: 'hello', name: 'x', supports: [] }, /"hello", which was not/],
    ['a pong to another ping', { event: 'pong', n: 1000 }, /answered ping 1000/],
  ])('%s', async (_, said, text) => {
    const { conversation } = await open({ ping: (_call, say) => say(said) });
    const fault = await faultOf(conversation.ping());
    expect(fault.code).toBe('protocol');
    expect(fault.message).toMatch(text);
  });

  test.each<[string, Adapter['send'], RegExp]>([
    [
      'a second end of the same call',
      ({ op }, say) => [1, 2].forEach(() => say({ event: 'return', op })),
      /ended op 1 a second time/,
    ],
    [
      'a completion nobody gave',
      ({ op }, say) => say({ event: 'complete', op, error: null }),
      /no completion callback/,
    ],
  ])('%s', async (_, onSend, text) => {
    const { conversation, send } = await open({ send: onSend, ping: () => {} });
    send();
    expect((await faultOf(conversation.ping())).message).toMatch(text);
  });

  test('an unknown capability, with those that are known', async () => {
    const hello = { event: 'hello', name: 'x', supports: ['windows'] };
    const { code, message: text } = await faultOf(start({ hello: (_, say) => say(hello) }));
    expect(code).toBe('protocol');
    expect(text).toMatch(/"windows" is unknown; known are window, transactions, /);
  });

  test('a producer that cannot be opened', async () => {
    const failed = { event: 'open-failed', error: { kind: 'refused', message: 'no' } };
    const { code, message: text } = await faultOf(open({ open: (_, say) => say(failed) }));
    expect(code).toBe('open-failed');
    expect(text).toBe('it could not open a producer: no (refused)');
  });

  test('a question without an answer', async () => {
    expect((await faultOf(start({ hello: () => {} }, { hello: 50 }))).message).toMatch(
      /^it did not answer "hello" within 0.05 s$/,
    );
    const { conversation } = await open({ ping: () => {} }, { ping: 50 });
    const { code, message: text } = await faultOf(conversation.ping());
    expect(code).toBe('hung');
    expect(text).toBe('it did not answer "ping" within 0.05 s');
  });
});

describe('the process of an adapter', () => {
  const script = (body: string) => `
    const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
    say({ event: 'hello', name: String(process.pid), supports: [] });
    ${body}`;
  const withScript = async (body: string, use: (command: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'producer-tck-test-'));
    writeFileSync(join(folder, 'adapter.cjs'), script(body));
    await use(`"${process.execPath}" ${join(folder, 'adapter.cjs')}`);
    rmSync(folder, { recursive: true, force: true });
  };

  test('may cut its lines anywhere, and its end is told, with the line it was in', async () => {
    const body = `
      process.stdin.on('data', (call) => {
        if (!String(call).includes('"open"')) return;
        const line = JSON.stringify({ event: 'async-error', error: { message: 'a\\u2028b€' } });
        const bytes = Buffer.from('{"event":"opened"}\\n' + line + '\\n');
        const cut = bytes.indexOf('€') + 1;
        process.stdout.write(bytes.subarray(0, cut), () => setImmediate(() => {
          process.stdout.write(bytes.subarray(cut));
          process.stdout.write('{"event":"po', () => process.exit(3));
        }));
      });`;
    await withScript(body, async (command) => {
      const conversation = await Conversation.start(command);
      const { next } = await opened(conversation);
      expect(await next()).toMatchObject({ error: { message: 'a\u2028b€' } });
      const { code, message: text } = await faultOf(conversation.ping());
      expect(code).toBe('exited');
      expect(text).toBe('its process ended with code 3, in the middle of the line {"event":"po');
    });
  });

  test('is ended, although it ignores the end of its input and SIGTERM', async () => {
    const body = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
    await withScript(body, async (command) => {
      const conversation = await Conversation.over(
        (listener) => new AdapterProcess(command, listener, 50),
      );
      const pid = Number(conversation.hello.name);
      expect(process.kill(pid, 0)).toBe(true);
      await conversation.end();
      expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    });
  });

  test('cannot be started by a command that is none', async () => {
    const { code } = await faultOf(Conversation.start('/nonexistent/adapter'));
    expect(code).toBe('exited');
  });
});
