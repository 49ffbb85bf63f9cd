// The built command line, and its workers, where a process is the subject: exits, hangs, signals, and what they leave
// behind.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { conform, jobOf } from '../../dist/conformance/engine/conform.js';
import { lastMoments } from '../../dist/conformance/engine/last-moments.js';
import { supervise } from '../../dist/conformance/engine/supervise.js';
import { exitCode } from '../../dist/conformance/report/verdicts.js';
import { CLI, Folder, producer, runProcess } from '../fixtures/command-line.ts';

const folder = new Folder();
afterAll(() => folder.remove());
const adapter = (name: string, source: string) =>
  folder.write(`${name.replaceAll(/\W/g, '-')}.mjs`, source);

/** Each: what is wrong, the module, the exit code, and the sentence that says so. */
const FATAL: readonly (readonly [string, string, number, RegExp])[] = [
  ['a syntax error', 'export default {', 2, /could not be loaded: SyntaxError/],
  [
    'open never settles',
    'export default { name: "x", supports: [], open: () => new Promise(() => {}) };',
    2,
    /open did not settle within 5000 ms/,
  ],
  [
    'process.exit in send',
    producer('producer.send = async () => process.exit(0);'),
    2,
    /process ended with code 0 in case 1/,
  ],
  ['process.exit on import', 'process.exit(0);', 2, /ended with code 0 while it was loaded/],
  ['a load that never ends', 'await new Promise(() => {});', 2, /while it was loaded/],
  [
    'a breach, and then process.exit',
    producer(
      'producer.send = async (message) => { void context.broker.receive({ type: "message", message }); if ((globalThis.sends = (globalThis.sends ?? 0) + 1) > 100) process.exit(0); };',
    ),
    1,
    /process ended with code 0 in case/,
  ],
  [
    'an exception outside any call',
    producer('setTimeout(() => { throw new Error("boom"); });'),
    2,
    /threw outside any call, which ends a process: boom \(.*an-exception-outside-any-call.mjs/,
  ],
  [
    'a rejected promise that nobody handles',
    producer('Promise.reject(new Error("dropped"));'),
    2,
    /left a rejected promise that nobody handles, which ends a process: dropped \(.*mjs:/,
  ],
];

describe('an adapter that its process does not survive', () => {
  it.concurrent.each(FATAL)('%s', async (name, source, code, sentence) => {
    const file = adapter(name, source);
    const report = await conform({ adapter: file, cases: 50, seed: 1 });
    expect(report.error?.message).toMatch(sentence);
    expect(report.error?.message).toContain(file);
    expect(exitCode(report)).toBe(code);
  });

  it.concurrent.each([
    ['spinning for ever', 'producer.send = () => { for (;;); };'],
    ['spinning in microtasks', 'producer.send = async () => { for (;;) await 0; };'],
  ])('%s', async (name, body) => {
    const job = jobOf({ adapter: adapter(name, producer(body)), cases: 50, seed: 1 });
    const patience = { loadMs: 20_000, caseMs: 300 };
    const outcome = await supervise(job, patience);
    expect(outcome.lastCase).toBe(0);
    const stopped = await lastMoments(job, outcome, patience);
    expect(stopped?.history.at(-1)).toMatchObject({ event: 'invoke', op: 1, action: 'send' });
    expect(stopped?.scenario.length).toBeGreaterThan(2);
    expect(outcome.end).toEqual({
      type: 'fault',
      code: 'hung',
      message: 'case 1 did not end within 0.3 s: it blocks the event loop',
    });
  });

  it.concurrent('the same whatever the number of workers', async () => {
    const body = `let sends = 0;
      producer.send = async (message) => {
        const answer = context.broker.receive({ type: "message", message });
        if (message.id === "m16") process.exit(0);
        if (message.deliveryMode === "persistent" && (sends += 1) < 4) await answer;
      };`;
    const plan = { adapter: adapter('dies late', producer(body)), cases: 150, seed: 5 };
    const judge = async (workers: number) => {
      const { durationMs: _, ...report } = await conform({ ...plan, rules: ['SYN-1'], workers });
      return report;
    };
    const one = await judge(1);
    expect(one.error?.message).toMatch(/ended with code 0 in case \d+/);
    expect(await judge(2)).toEqual(one);
  });
});

it.concurrent('a producer whose work leaves the thread is judged in real time, and not accused', async () => {
  const source = `import { pbkdf2 } from 'node:crypto';
    const aWhile = () => new Promise((done) => pbkdf2('a', 'b', 500, 32, 'sha256', done));
    ${producer('const { send } = producer; producer.send = async (message) => { await aWhile(); await send(message); };')}`;
  const file = adapter('escapes', source);
  const report = await conform({ adapter: file, cases: 20, seed: 1, rules: ['WIN-8'] });
  expect(report.rules[0]).toMatchObject({ id: 'WIN-8', verdict: 'satisfied' });
  expect(exitCode(report)).toBe(0);
});

describe('the doctor', () => {
  it.concurrent('goes on behind a check that its worker died of', async () => {
    const body =
      'producer.begin = () => process.exit(0); producer.commit = producer.rollback = producer.begin;';
    const { code, out } = await runProcess('doctor', adapter('dies', producer(body)));
    expect(out).toMatch(/- transactions: .*not claimed, and not seen/);
    expect(out).toMatch(/- usage: .*not claimed, and not seen/);
    expect(code).toBe(1);
  });

  it.concurrent('has a sentence for an adapter that exits', async () => {
    const file = adapter('exits', producer('producer.close = () => process.exit(0);'));
    const { code, out } = await runProcess('doctor', file);
    expect(out).toMatch(/opens a producer .*ended with code 0/);
    expect(out).toMatch(/What to do:\n {2}.*\n\n.* has 1 problem/);
    expect(code).toBe(1);
  });
});

describe('the command line', () => {
  it.concurrent('does not flood the terminal, nor lets a name drive it', async () => {
    const source = producer('console.log("x".repeat(1_000_000));').replace(
      "'fixture'",
      "'\\u001b[31mred'",
    );
    const { code, out, err } = await runProcess('run', adapter('flood', source), '--cases', '50');
    expect(code).toBe(0);
    expect(out).toContain('\\u001b[31mred');
    expect(out).not.toContain('xxxx');
    // 64 KiB from all workers together, and a sentence.
    expect(err.length).toBeLessThan(70_000);
    expect(err).toContain('the adapter prints too much');
  });

  it.concurrent('shows no warnings of rejections that an adapter handles late', async () => {
    const late = `const late = Promise.reject(new Error('late'));
      setTimeout(() => late.catch(() => {}));`;
    const { out, err } = await runProcess('run', adapter('late', producer(late)), '--cases', '50');
    expect(out).toContain('50 cases');
    expect(err).not.toContain('PromiseRejectionHandledWarning');
  });

  it.concurrent('goes on after a callback that throws out of process.nextTick', async () => {
    const body = `producer.send = async (message, { onComplete }) => {
      const answer = context.broker.receive({ type: 'message', message });
      answer.then(() => onComplete && process.nextTick(onComplete));
    };`;
    const file = adapter('next tick', producer(body, '["completion"]'));
    const plain = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
    const send = { do: 'send', size: 1, mode: 'non-persistent', throws: true };
    const burst = (n: number) => [
      { ...send, id: `a${n}`, pause: 'settle' },
      { ...send, id: `b${n}`, pause: 'settle' },
      { do: 'ack', id: `a${n}`, pause: 'none' },
      { do: 'ack', id: `b${n}`, pause: 3 },
      { ...send, id: `c${n}`, pause: 'settle' },
    ];
    const open = { do: 'open', settings: { ...plain, destination: 'tck' }, pause: 'none' };
    const scenario = [open, ...burst(1), ...burst(2), ...burst(3)];
    const line = JSON.stringify({ rule: 'CMP-6', scenario });
    const { code, out } = await runProcess('run', file, '--replay', line);
    expect(out).toContain('CMP-6: no longer broken');
    expect(code).toBe(0);
  });

  it.concurrent('is stopped by Ctrl-C, and leaves nothing behind, whatever ignores signals', async () => {
    const marker = `producer-tck-test-${process.pid}`;
    const source = `import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)', '${marker}'], { stdio: 'ignore' });
      ${producer('process.stdout.write("spinning"); producer.send = () => { for (;;); };')}`;
    const child = spawn(process.execPath, [CLI, 'run', adapter('spinner', source)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await new Promise((resolve) => child.stderr.once('data', resolve));
    const processes = async () => (await promisify(execFile)('ps', ['-eo', 'args'])).stdout;
    expect(await processes()).toContain(marker);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(130);
    await vi.waitFor(async () => expect(await processes()).not.toContain(marker));
  });
});

it('says nothing when its reader has read enough', async () => {
  const command = `"${process.execPath}" "${CLI}" rules --json | head -c 10`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command]);
  expect([stdout.length, stderr]).toEqual([10, '']);
});
