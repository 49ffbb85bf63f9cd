import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AdapterFault } from '../harness.ts';
import { Conversation } from './conversation.ts';
import type { CaseEvent } from './protocol.ts';

/** An adapter that answers everything at once; `body` may change `on`, a table of calls. */
const script = (body: string) => `
const text = (line) => (typeof line === 'string' ? line : JSON.stringify(line));
const say = (line) => process.stdout.write(text(line) + '\\n');
const on = {
  hello: () => say({ event: 'hello', name: 'test', supports: ['window'] }),
  open: () => say({ event: 'opened' }),
  ping: ({ n }) => say({ event: 'pong', n }),
  usage: () => say({ event: 'usage', bytes: 0 }),
  send: ({ op }) => say({ event: 'return', op }),
};
let rest = '';
process.stdin.on('data', (chunk) => {
  rest += chunk;
  for (let end; (end = rest.indexOf('\\n')) >= 0; rest = rest.slice(end + 1)) {
    const call = JSON.parse(rest.slice(0, end));
    on[call.call]?.(call);
  }
});
${body}`;

const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const message = {
  id: 'm1',
  size: 1,
  deliveryMode: 'persistent' as const,
  priority: 4,
  timeToLiveMs: 0,
};

let folder: string;
let scripts = 0;
const running: Conversation[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'producer-tck-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await Promise.all(running.splice(0).map((conversation) => conversation.end()));
});

async function start(body: string, deadlines = {}): Promise<Conversation> {
  const file = join(folder, `adapter-${(scripts += 1)}.cjs`);
  writeFileSync(file, script(body));
  const conversation = await Conversation.start(`"${process.execPath}" ${file}`, deadlines);
  running.push(conversation);
  return conversation;
}

/** Starts an adapter and opens a producer. Its events come out of `next`. */
async function open(body: string, deadlines = {}) {
  const conversation = await start(body, deadlines);
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

async function faultOf(promise: Promise<unknown>): Promise<AdapterFault> {
  const fault = await promise.then(
    () => new Error('no fault'),
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(AdapterFault);
  return fault as AdapterFault;
}

/** The fault that follows from what the adapter says instead of the answer to a ping. */
async function faultAfter(said: string): Promise<string> {
  const { conversation } = await open(`on.ping = () => say(${said});`);
  const { code, message: text } = await faultOf(conversation.ping());
  expect(code).toBe('protocol');
  return text;
}

describe('a conversation', () => {
  test('begins with hello, and takes what the producer charges on top', async () => {
    const { hello } = await start(
      `on.hello = () => say({ event: 'hello', name: 'x', supports: [], chargedOverhead: 7 });`,
    );
    expect(hello).toMatchObject({ name: 'x', supports: [], chargedOverhead: 7 });
  });

  test('passes on what happens to a call, with known kinds of error only', async () => {
    const { next, send } = await open(`
      on.send = ({ op }) => {
        say({ event: 'entered', op });
        say({ event: 'throw', op, error: { kind: 'strange', message: 'no' } });
        say({ event: 'async-error', error: { message: 'kindless' } });
        say({ event: 'complete', op, error: null });
      };`);
    const op = send(true);
    expect(await next()).toEqual({ event: 'entered', op });
    expect(await next()).toEqual({ event: 'throw', op, error: { kind: 'other', message: 'no' } });
    expect(await next()).toMatchObject({ error: { message: 'kindless' } });
    expect(await next()).toMatchObject({ event: 'complete', error: null });
  });

  test('survives U+2028 in a string, and a character cut in two', async () => {
    const { next, send } = await open(`
      on.send = ({ op }) => {
        const line = { event: 'throw', op, error: { message: 'a\\u2028b€' } };
        const bytes = Buffer.from(JSON.stringify(line) + '\\n');
        const cut = bytes.indexOf(0xe2, bytes.indexOf(0xe2) + 1) + 1;
        process.stdout.write(bytes.subarray(0, cut), () => setImmediate(() => {
          process.stdout.write(bytes.subarray(cut));
        }));
      };`);
    send();
    expect(await next()).toMatchObject({ error: { message: 'a\u2028b€' } });
  });

  test('ignores late news of a former producer', async () => {
    const { conversation, send } = await open(
      'let late; on.send = ({ op }) => { late = op; };' +
        `on.ping = ({ n }) => { say({ event: 'return', op: late }); say({ event: 'pong', n }); };`,
    );
    send();
    const heard: CaseEvent[] = [];
    await conversation.open(settings, '127.0.0.1:1', (event) => heard.push(event));
    await conversation.ping();
    expect(heard).toEqual([]);
  });
});

describe('a fault names what the adapter did, and quotes it', () => {
  test('an event nobody knows', async () => {
    const text = await faultAfter(`{ event: 'bye\\u0007' }`);
    expect(text).toMatch(/^it wrote \{"event":"bye\\u0007"\}, which is no valid line: .*unknown/);
    expect(text).toContain('"pong"');
  });

  test('a field of the wrong type', async () => {
    expect(await faultAfter(`{ event: 'return', op: 'one' }`)).toMatch(/op: .*number.*"one"/);
  });

  test('a line that is not JSON', async () => {
    expect(await faultAfter(`'hello, world'`)).toBe(
      'it wrote a line that is not JSON: hello, world',
    );
  });

  test('the end of a call that was never made', async () => {
    expect(await faultAfter(`{ event: 'return', op: 99 }`)).toMatch(
      /op 99, which was never invoked/,
    );
  });

  test('opened, usage or hello when not asked', async () => {
    expect(await faultAfter(`{ event: 'opened' }`)).toMatch(/"open", which was not asked/);
    expect(await faultAfter(`{ event: 'usage', bytes: 1 }`)).toMatch(
      /"usage", which was not asked/,
    );
    expect(await faultAfter(`{ event: 'hello', name: 'x', supports: [] }`)).toMatch(/"hello"/);
  });

  test('a pong to another ping', async () => {
    expect(await faultAfter(`{ event: 'pong', n: 1000 }`)).toMatch(/answered ping 1000/);
  });

  test('a second end of the same call', async () => {
    const { conversation, send } = await open(
      `on.send = ({ op }) => { say({ event: 'return', op }); say({ event: 'return', op }); };`,
    );
    send();
    expect((await faultOf(conversation.ping())).message).toMatch(/ended op 1 a second time/);
  });

  test('a completion nobody gave', async () => {
    const { conversation, send } = await open(
      `on.send = ({ op }) => say({ event: 'complete', op, error: null });`,
    );
    send();
    expect((await faultOf(conversation.ping())).message).toMatch(/no completion callback/);
  });

  test('an unknown capability, with those that are known', async () => {
    const body = `on.hello = () => say({ event: 'hello', name: 'x', supports: ['windows'] });`;
    const { code, message: text } = await faultOf(start(body));
    expect(code).toBe('protocol');
    expect(text).toMatch(/"windows" is unknown; known are window, transactions, /);
  });

  test('a producer that cannot be opened', async () => {
    const error = `{ kind: 'refused', message: 'no' }`;
    const body = `on.open = () => say({ event: 'open-failed', error: ${error} });`;
    const { code, message: text } = await faultOf(open(body));
    expect(code).toBe('open-failed');
    expect(text).toBe('it could not open a producer: no (refused)');
  });

  test('its end in the middle of a line', async () => {
    const body = `on.ping = () => process.stdout.write('{"event":"po', () => process.exit(3));`;
    const { conversation } = await open(body);
    const { code, message: text } = await faultOf(conversation.ping());
    expect(code).toBe('exited');
    expect(text).toBe('its process ended with code 3, in the middle of the line {"event":"po');
  });

  test('a command that cannot be started', async () => {
    const { code } = await faultOf(Conversation.start('/nonexistent/adapter'));
    expect(code).toBe('exited');
  });

  test('a question without an answer', async () => {
    expect((await faultOf(start('on.hello = () => {};', { hello: 50 }))).message).toMatch(
      /^it did not answer "hello" within 0.05 s$/,
    );
    const { conversation } = await open('on.ping = () => {};', { ping: 50 });
    const { code, message: text } = await faultOf(conversation.ping());
    expect(code).toBe('hung');
    expect(text).toBe('it did not answer "ping" within 0.05 s');
  });
});

test('an adapter that ignores the end of its input and SIGTERM is ended all the same', async () => {
  const conversation = await start(`
    on.hello = () => say({ event: 'hello', name: String(process.pid), supports: [] });
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);`);
  const pid = Number(conversation.hello.name);
  expect(process.kill(pid, 0)).toBe(true);
  await conversation.end();
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});
