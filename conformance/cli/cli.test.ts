// The built command line, as a user runs it: bad input of every kind, exit codes, reports, replays.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../report/report.ts';

const CLI = fileURLToPath(new URL('../../dist/conformance/cli/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'producer-tck-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { maxBuffer: 2 ** 26 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

function adapter(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

/** An adapter whose producer sends and, if persistent, awaits the answer; `send` and `close` can be replaced. */
function producer(body: string, supports = '[]'): string {
  return `export default { name: 'fixture', supports: ${supports}, open(context) {
    const producer = {
      async send(message) {
        const answer = context.broker.receive({ type: 'message', message });
        if (message.deliveryMode === 'persistent' || message.responseRequired) await answer;
      },
      async close() {},
    };
    ${body}
    return producer;
  } };`;
}

/** Each: what is wrong, the module, the exit code, and the sentence that says so. */
const FAULTS: readonly (readonly [string, string, number, RegExp])[] = [
  ['no default export', 'export const adapter = {};', 2, /has no default export/],
  ['no adapter', 'export default 7;', 2, /default export is a number, not an adapter/],
  ['no send', producer('delete producer.send;'), 2, /gave a producer without send\(\)/],
  ['an unknown capability', producer('', '["teleport"]'), 2, /names "teleport"; known are window/],
  [
    'a capability without its method',
    producer('', '["transactions"]'),
    2,
    /without begin\(\), which its capability/,
  ],
  [
    'open throws',
    producer('throw new Error("no licence");'),
    2,
    /open\(\) failed: Error: no licence/,
  ],
  [
    'open never settles',
    'export default { name: "x", supports: [], open: () => new Promise(() => {}) };',
    2,
    /open did not settle within 5000 ms/,
  ],
  [
    'open throws what causes itself',
    producer('const error = new Error("no licence"); error.cause = error; throw error;'),
    2,
    /open\(\) failed: Error: no licence/,
  ],
  ['a syntax error', 'export default {', 2, /could not be loaded: SyntaxError/],
  [
    'process.exit in send',
    producer('producer.send = async () => process.exit(0);'),
    2,
    /process ended with code 0 in case 1/,
  ],
  [
    'process.exit on import',
    'process.exit(0);',
    2,
    /process ended with code 0 while it was loaded/,
  ],
  ['a load that never ends', 'await new Promise(() => {});', 2, /while it was loaded/],
  [
    'spinning for ever',
    producer('producer.send = () => { for (;;); };'),
    2,
    /case 1 did not end within 10 s/,
  ],
  [
    'spinning in microtasks',
    producer('producer.send = async () => { for (;;) await 0; };'),
    2,
    /case 1 did not end within 10 s/,
  ],
  [
    'a breach, and then process.exit',
    producer(
      'producer.send = async (message) => { void context.broker.receive({ type: "message", message }); if ((globalThis.sends = (globalThis.sends ?? 0) + 1) > 300) process.exit(0); };',
    ),
    1,
    /process ended with code 0 in case/,
  ],
  [
    'an exception outside any call',
    producer('setTimeout(() => { throw new Error("boom"); });'),
    1,
    /threw outside any call, which ends a process: boom/,
  ],
  [
    'sends that never settle',
    producer('producer.send = () => new Promise(() => {});'),
    1,
    /is still pending/,
  ],
];

describe('an adapter that cannot be judged', () => {
  it.concurrent.each(FAULTS)('%s', async (name, source, code, sentence) => {
    const file = adapter(`${name.replaceAll(/\W/g, '-')}.mjs`, source);
    const json = `${file}.json`;
    const { out, ...outcome } = await run('run', file, '--cases', '200', '--json', json);
    expect(out).toMatch(sentence);
    expect(outcome.code).toBe(code);
    expect(out).toContain(file);
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.verdict).toBe(code === 2 ? 'error' : 'violates');
  });

  it.each([
    ['.', / is a folder; give the path of an adapter module/],
    ['exec:', /exec: names no command; give one/],
  ])('is asked for instead of %j', async (given, sentence) => {
    const { code, out } = await run('run', given);
    expect(out).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('that does not exist is named', async () => {
    const { code, out } = await run('run', './nowhere.ts');
    expect(code).toBe(2);
    expect(out).toMatch(/there is no file .*nowhere\.ts/);
  });

  it('cannot flood the report, nor drive the terminal by its name', async () => {
    const source = producer('console.log("x".repeat(1_000_000));').replace(
      "'fixture'",
      "'\\u001b[31mred'",
    );
    const { code, out, err } = await run('run', adapter('flood.mjs', source), '--cases', '50');
    expect(code).toBe(1);
    expect(out).toContain('\\u001b[31mred');
    expect(out).not.toContain('xxxx');
    expect(err.length).toBeLessThan(140_000);
    expect(err).toContain('the adapter prints too much');
  });

  it('does not fill the terminal with warnings of rejections that it handles late', async () => {
    const late = `const late = Promise.reject(new Error('late'));
      setTimeout(() => late.catch(() => {}));`;
    const { err } = await run('run', adapter('late.mjs', producer(late)), '--cases', '50');
    expect(err).not.toContain('PromiseRejectionHandledWarning');
  });

  it('leaves no process behind, even one that ignores SIGTERM', async () => {
    const marker = `producer-tck-test-${process.pid}`;
    const source = `import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)', '${marker}'], { stdio: 'ignore' });
      ${producer('producer.send = () => { for (;;); };')}`;
    await run('run', adapter('stubborn.mjs', source));
    const listing = await new Promise<string>((resolve) => {
      execFile('ps', ['-eo', 'args'], (_, out) => resolve(out));
    });
    expect(listing).not.toContain(marker);
  });

  it('is stopped by Ctrl-C', async () => {
    const file = adapter(
      'spinner.mjs',
      producer('process.stdout.write("spinning"); producer.send = () => { for (;;); };'),
    );
    const child = spawn(process.execPath, [CLI, 'run', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(130);
  });
});

it('a callback that throws out of process.nextTick does not end the run', async () => {
  const body = `producer.send = async (message, { onComplete }) => {
    const answer = context.broker.receive({ type: 'message', message });
    answer.then(() => onComplete && process.nextTick(onComplete));
  };`;
  const file = adapter('next-tick.mjs', producer(body, '["completion"]'));
  const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
  const send = { do: 'send', size: 1, mode: 'non-persistent', throws: true };
  const burst = (n: number) => [
    { ...send, id: `a${n}`, pause: 'settle' },
    { ...send, id: `b${n}`, pause: 'settle' },
    { do: 'ack', id: `a${n}`, pause: 'none' },
    { do: 'ack', id: `b${n}`, pause: 3 },
    { ...send, id: `c${n}`, pause: 'settle' },
  ];
  const open = { do: 'open', settings: { ...settings, destination: 'tck' }, pause: 'none' };
  const scenario = [open, ...burst(1), ...burst(2), ...burst(3)];
  const { code, out } = await run(
    'run',
    file,
    '--replay',
    JSON.stringify({ rule: 'CMP-6', scenario }),
  );
  expect(out).toContain('CMP-6: not broken');
  expect(code).toBe(0);
});

describe('a producer that escapes the virtual clock', () => {
  it('is inconclusive, never accused', async () => {
    const source = `import { pbkdf2 } from 'node:crypto';
      const aWhile = () => new Promise((done) => pbkdf2('a', 'b', 5_000, 32, 'sha256', done));
      ${producer('const { send } = producer; producer.send = async (message) => { await aWhile(); await send(message); };')}`;
    const file = adapter('escapes.mjs', source);
    const { code, out } = await run('run', file, '--cases', '50', '--rule', 'WIN-8');
    expect(out).toMatch(/broken on virtual time but not on real time|not broken again/);
    expect(code).toBe(3);
  });
});

/** A window of its own; `refused` is what it does when a message is refused. */
const windowed = (refused: string) =>
  producer(
    `const W = context.settings.windowSize;
    let used = 0;
    producer.windowUsage = () => used;
    producer.send = (message) => {
      const answer = context.broker.receive({ type: 'message', message });
      if (message.deliveryMode === 'persistent') return answer;
      used += message.size;
      answer.then(() => (used -= message.size), () => { ${refused} });
    };`,
    '["window", "usage"]',
  );

describe('the mistake behind a figure that is off', () => {
  it('is confirmed on real time too, where time passes in every turn', async () => {
    const file = adapter('keeps.mjs', windowed(''));
    const { code, out } = await run(
      'run',
      file,
      '--cases',
      '300',
      '--rule',
      'WIN-9',
      '--seed',
      '1',
    );
    const unbroken = out.replaceAll(/\s+/g, ' ');
    expect(unbroken).toContain('right only if the space of refused messages had not come back');
    expect(code).toBe(1);
  });
});

it('what a late answer does is confirmed on real time too, however short its timeout was made', async () => {
  const body = `const calls = [];
    producer.send = (message) => new Promise((resolve, reject) => {
      const answer = context.broker.receive({ type: 'message', message });
      const { sendTimeoutMs } = context.settings;
      if (sendTimeoutMs === 0) return message.deliveryMode === 'persistent' ? answer.then(resolve, reject) : resolve();
      const call = { resolve };
      calls.push(call);
      setTimeout(() => {
        if (calls.includes(call)) calls.splice(calls.indexOf(call), 1);
        reject(new Error('timed out'));
      }, sendTimeoutMs);
      answer.then(() => calls.shift()?.resolve(), reject);
    });`;
  const file = adapter('late-answer.mjs', producer(body, '["timeout"]'));
  const { code, out } = await run('run', file, '--cases', '500', '--rule', 'SYN-7', '--seed', '1');
  expect(out).toMatch(/[Tt]he late answer to m\d+ ended the call of m\d+/);
  expect(code).toBe(1);
});

describe('a producer that is non-deterministic', () => {
  it('is not said to conform: its histories differ, and the report shows where', async () => {
    const body = `const { send } = producer;
      producer.send = async (message) => { if (randomInt(2)) await 0; return send(message); };`;
    const source = `import { randomInt } from 'node:crypto';\n${producer(body)}`;
    const json = join(folder, 'moody.json');
    const { code, out } = await run(
      'run',
      adapter('moody.mjs', source),
      '--cases',
      '1000',
      '--rule',
      'SYN-1',
      '--json',
      json,
    );
    expect(out).toMatch(/fixture is non-deterministic: the same case gave two histories/);
    expect(out).toMatch(
      /Case \d+ was run twice, and at event \d+ it differed:\n {2}first: .*\n {2}second: /,
    );
    expect(code).toBe(3);
    const { verdict, uncontrolled } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(verdict).toBe('inconclusive');
    expect(uncontrolled?.case).toBeGreaterThan(0);
  });
});

describe('a violation', () => {
  const broken = producer(
    'producer.send = async (message) => void context.broker.receive({ type: "message", message });',
  );

  it('is shown with its history, advice and replay line, and written as JSON', async () => {
    const file = adapter('broken.mjs', broken);
    const json = join(folder, 'broken.json');
    const { code, out } = await run('run', file, '--cases', '300', '--seed', '1', '--json', json);
    expect(code).toBe(1);
    expect(out).toContain(
      'SYN-1  A persistent send outside a transaction blocks until it is acked.',
    );
    expect(out).toMatch(/> +\d+ {2}return +#1 +<- SYN-1/);
    expect(out).toContain('Look here first:');
    expect(out).toContain(`npx producer-tck run ${file} --replay '{"rule":"SYN-1"`);
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report).toMatchObject({ verdict: 'violates', profile: 'strict', seed: 1, cases: 300 });
    const found = report.rules.find(({ id }) => id === 'SYN-1')?.counterexample;
    expect(found?.scenario).toHaveLength(2);
  });

  it('replays from its report, from a line, and not once the adapter is mended', async () => {
    const file = adapter('mendable.mjs', broken);
    const json = join(folder, 'mendable.json');
    await run('run', file, '--cases', '300', '--rule', 'SYN-1', '--json', json);
    const again = await run('run', file, '--replay', json);
    expect(again.code).toBe(1);
    expect(again.out).toContain('The replay gave the recorded history, event for event.');
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const found = report.rules[0]?.counterexample;
    const line = JSON.stringify({ rule: 'SYN-1', scenario: found?.scenario });
    expect((await run('run', file, '--replay', line)).code).toBe(1);
    adapter('mendable.mjs', producer(''));
    const mended = await run('run', file, '--replay', json);
    expect(mended.code).toBe(0);
    expect(mended.out).toMatch(
      /SYN-1: not broken any more by this case; it first differs at event/,
    );
  });

  it('does not replay from a file that was cut off or edited, and says where it parts', async () => {
    const file = adapter('edited.mjs', broken);
    const json = join(folder, 'edited.json');
    await run('run', file, '--cases', '300', '--rule', 'SYN-1', '--json', json);
    const text = readFileSync(json, 'utf8');
    writeFileSync(json, text.slice(0, 300));
    const cut = await run('run', file, '--replay', json);
    expect(cut.code).toBe(2);
    expect(cut.err).toMatch(/diverged before its first event: .*edited\.json is cut off or edited/);
    writeFileSync(json, text.replaceAll('"event": "return"', '"event": "entered"'));
    const edited = await run('run', file, '--replay', json);
    expect(edited.code).toBe(2);
    expect(edited.out).toMatch(
      /SYN-1: the replay diverged at event \d: recorded was "entered +#1"/,
    );
  });
});

describe('a baseline', () => {
  const broken = producer(
    'producer.send = async (message) => void context.broker.receive({ type: "message", message });',
  );
  const SYN_1 = { rule: 'SYN-1', reason: 'it never waits' };
  const baseline = (name: string, ...deviations: object[]) =>
    adapter(name, JSON.stringify({ deviations }));
  const judge = (file: string, ...args: string[]) =>
    run('run', file, '--cases', '200', '--rule', 'SYN-1', '--baseline', ...args);

  it('excuses what it lists, and fails once it is stale', async () => {
    const file = adapter('deviating.mjs', broken);
    const list = baseline('known.json', SYN_1);
    const json = join(folder, 'known-report.json');
    const known = await judge(file, list, '--json', json);
    expect(known.out).toMatch(
      /conforms but for 1 known deviation\n(.*\n)*~ SYN-1 .*it never waits/,
    );
    expect(known.code).toBe(0);
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const deviation = { standing: 'known', reason: 'it never waits' };
    expect(report.rules[0]).toMatchObject({ id: 'SYN-1', verdict: 'violated', deviation });
    const stale = await judge('reference', list);
    expect(stale.out).toMatch(/the baseline is stale: SYN-1 holds now/);
    expect(stale.code).toBe(1);
  });

  it('counts no more once it has expired, and says so', async () => {
    const list = baseline('expired.json', { ...SYN_1, expires: '2020-01-01' });
    const { code, out } = await judge(adapter('deviating-still.mjs', broken), list);
    expect(out).toMatch(/known until 2020-01-01, which has passed/);
    expect(code).toBe(1);
  });

  it('is for recordings too', async () => {
    const recording = adapter(
      'recording.jsonl',
      `{"event":"open","settings":{"windowSize":0,"useAsyncSend":false,"alwaysSyncSend":false,"sendTimeoutMs":0}}
{"event":"invoke","op":1,"action":"send","message":{"id":"m1","size":1,"deliveryMode":"persistent","priority":4,"timeToLiveMs":0,"destination":"q"}}
{"event":"return","op":1}`,
    );
    const { code, out } = await run('check', recording, '--baseline', baseline('r.json', SYN_1));
    expect(out).toMatch(/~ SYN-1 .*\n.*line 3.*\n.*known deviation: it never waits/);
    expect(code).toBe(0);
  });

  it('is refused in one sentence when it is malformed', async () => {
    const { code, err } = await judge('reference', baseline('double.json', SYN_1, SYN_1));
    expect(err).toMatch(/^producer-tck: --baseline \S*double.json: SYN-1 is listed twice.*\n$/);
    expect(code).toBe(2);
  });
});

describe('the doctor', () => {
  it('finds the reference sound, says so step by step, and 0', async () => {
    const { code, out } = await run('doctor', 'reference');
    expect(out).toContain('✓ a persistent send whose answer is held stays pending\n');
    expect(out).toContain('reference is sound');
    expect(code).toBe(0);
  });

  it.concurrent.each<[string, string, RegExp]>([
    [
      'hangs',
      'producer.send = () => { for (;;); };',
      /a message reaches the broker — .*within 5 s/,
    ],
    ['exits', 'producer.close = () => process.exit(0);', /opens a producer .*ended with code 0/],
    [
      'does too little',
      'producer.send = async (message) => void context.broker.receive({ type: "message", message });',
      /✗ a persistent send whose answer is held stays pending — it returned at once/,
    ],
  ])('has a sentence for an adapter that %s', async (name, body, sentence) => {
    const { code, out } = await run('doctor', adapter(`ill-${name}.mjs`, producer(body)));
    expect(out).toMatch(sentence);
    expect(out).toMatch(/What to do:\n {2}.*\n\n.* has 1 problem/);
    expect(code).toBe(1);
  });

  it('goes on behind a step that its worker died of', async () => {
    const body =
      'producer.begin = () => process.exit(0); producer.commit = producer.rollback = producer.begin;';
    const { code, out } = await run('doctor', adapter('dies.mjs', producer(body)));
    expect(out).toMatch(/- transactions: .*not claimed, and not seen/);
    expect(out).toMatch(/- usage: .*not claimed, and not seen/);
    expect(code).toBe(1);
  });

  it.each([
    ['./nowhere.ts', /✗ loads — there is no file .*nowhere\.ts/],
    ['exec:no-such-command-anywhere', /✗ hello — its process ended with code 127/],
  ])('says 2 where nothing can be checked: %s', async (name, sentence) => {
    const { code, out } = await run('doctor', name);
    expect(out).toMatch(sentence);
    expect(out).toContain(`${name} could not be checked`);
    expect(code).toBe(2);
  });

  it('sees junk on the standard output of an adapter in another process', async () => {
    const { code, out } = await run('doctor', 'exec:echo Welcome!; cat');
    expect(out).toMatch(/✗ hello — it wrote a line that is not JSON: .*Welcome!/);
    expect(out).toContain('what is for people goes to stderr');
    expect(code).toBe(1);
  });
});

describe('a run in parts', () => {
  /** Breaks three rules, one of them late, and dies if it is told to. */
  const broken = (death: string) =>
    producer(`let sends = 0;
      producer.send = async (message) => {
        const answer = context.broker.receive({ type: "message", message });
        ${death}
        if (message.deliveryMode === "persistent" && (sends += 1) < 4) await answer;
      };`);
  const judge = async (file: string, name: string, ...args: string[]) => {
    const json = join(folder, name);
    const { code } = await run(
      'run',
      file,
      '--cases',
      '700',
      '--seed',
      '5',
      '--json',
      json,
      '--rule',
      'SYN-1',
      '--rule',
      'LIF-2',
      ...args,
    );
    const { durationMs: _, ...report } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    return { code, json, report };
  };

  it('comes to the very same report, whatever the number of workers, and of machines', async () => {
    const file = adapter('in-parts.mjs', broken(''));
    const one = await judge(file, 'one.json', '--workers', '1');
    expect(one.report).toMatchObject({ verdict: 'violates', cases: 700 });
    const three = await judge(file, 'three.json', '--workers', '3');
    expect(three).toMatchObject({ code: one.code, report: one.report });
    const shards = [
      await judge(file, 'a.json', '--shard', '1/2'),
      await judge(file, 'b.json', '--shard', '2/2'),
    ];
    const merged = join(folder, 'merged.json');
    const { code, out } = await run('merge', ...shards.map(({ json }) => json), '--json', merged);
    expect(code).toBe(1);
    expect(out).toContain('fixture violates the specification\n700 cases, seed 5');
    const { durationMs: _, ...report } = JSON.parse(readFileSync(merged, 'utf8')) as Report;
    const plain = ({ rules }: Pick<Report, 'rules'>) =>
      rules.map(({ id, verdict, exercised, counterexample }) => [
        id,
        verdict,
        exercised,
        counterexample?.case,
      ]);
    expect(plain(report)).toEqual(plain(one.report));
  });

  it('ends at the very same case when the adapter fails there', async () => {
    const file = adapter('dies-late.mjs', broken('if (message.id === "m30") process.exit(0);'));
    const one = await judge(file, 'one-dead.json', '--workers', '1');
    expect(one.report.error?.message).toMatch(/ended with code 0 in case \d+/);
    expect((await judge(file, 'two-dead.json', '--workers', '2')).report).toEqual(one.report);
  });

  it('tells apart what a shard alone can say, and what only the merge can', async () => {
    const shard = (index: number) => {
      const json = join(folder, `reference-${index}.json`);
      return run(
        'run',
        'reference',
        '--cases',
        '60',
        '--seed',
        '1',
        '--shard',
        `${index}/2`,
        '--json',
        json,
      );
    };
    const { code, out } = await shard(1);
    expect(out).toContain('reference broke no rule in this shard\n50 of 60 cases, shard 1 of 2');
    expect(code).toBe(0);
    const alone = await run('merge', join(folder, 'reference-1.json'));
    expect(alone).toMatchObject({
      code: 2,
      err: 'producer-tck: shard 2 is missing: the run has 2 of them\n',
    });
    await shard(2);
    const files = [1, 2].map((index) => join(folder, `reference-${index}.json`));
    const whole = await run('run', 'reference', '--cases', '60', '--seed', '1');
    expect(await run('merge', ...files)).toMatchObject({ code: whole.code });
  });
});

describe('the command line', () => {
  it('finds that the reference conforms, and says 0', async () => {
    const { code, out } = await run('run', 'reference', '--cases', '3000');
    expect(out).toContain('reference conforms');
    expect(code).toBe(0);
  });

  it('says 3 when a rule was never exercised', async () => {
    const { code, out } = await run('run', 'reference', '--cases', '1', '--seed', '1');
    expect(code).toBe(3);
    expect(out).toContain('not-exercised; never exercised');
  });

  it.each([
    [['run'], /missing required argument 'adapter'/],
    [['run', 'reference', '--casess', '3'], /unknown option '--casess'.*\n.*--cases/],
    [['run', 'reference', '--cases', 'many'], /--cases many is no whole number of at least 1/],
    [['run', 'reference', '--seed', '1e30'], /--seed 1e30 is no whole number from -2147483648 to/],
    [['run', 'reference', '--workers', '999'], /--workers 999 is no whole number from 1 to 64/],
    [['run', 'reference', '--rule', 'WIN-99'], /there is no such rule/],
    [['run', 'reference', '--profile', 'lax'], /Allowed choices are strict, activemq-classic/],
    [['run', 'reference', '--broker', 'x:1'], /--broker is for exec: adapters/],
    [['run', 'reference', '--replay', './none.json'], /there is no such file/],
    [['run', 'reference', '--baseline', './none.json'], /there is no such file/],
    [['explain', 'WIN-99'], /there is no rule WIN-99/],
    [['check', './none.jsonl'], /there is no file/],
    [['run', 'reference', '--shard', '3/2', '--seed', '1'], /--shard 3\/2 is not I\/N/],
    [['run', 'reference', '--shard', '1/2'], /--shard 1\/2 needs --seed/],
    [['run', 'exec:cat', '--workers', '2'], /--workers is not for exec: adapters/],
    [['merge', './none.json'], /there is no file \.\/none\.json/],
    [['merge', './package.json'], /package\.json is not a report: kit/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['doctr', 'reference'], /unknown command 'doctr'\n\(Did you mean doctor\?\)/],
  ])('explains a mistake in %j', async (args, sentence) => {
    const { code, err } = await run(...args);
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('lists and explains the rules', async () => {
    const listing = await run('rules');
    expect(listing.out).toContain('WIN-1  Window usage never exceeds the limit.');
    const json = JSON.parse((await run('rules', '--json')).out) as { id: string }[];
    expect(json.map(({ id }) => id)).toContain('SYN-1');
    const { out } = await run('explain', 'win-1');
    expect(out).toContain('A minimal violation:');
    expect(out).toMatch(/> +\d+ {2}receive/);
  });

  it('checks a recorded history, and names the line of a malformed or impossible event', async () => {
    const open =
      '{"event":"open","settings":{"windowSize":0,"useAsyncSend":false,"alwaysSyncSend":false,"sendTimeoutMs":0}}';
    const send =
      '{"event":"invoke","op":1,"action":"send","message":{"id":"m1","size":1,"deliveryMode":"persistent","priority":4,"timeToLiveMs":0,"destination":"q"}}';
    const check = (lines: string[]) => run('check', adapter('history.jsonl', lines.join('\n')));
    const broken = await check([open, send, '', '{"event":"return","op":1}']);
    expect(broken.code).toBe(1);
    expect(broken.out).toContain('line 4: the send of m1 returned before its acknowledgement');
    expect((await check([open, send, '{"event":"return"}'])).err).toMatch(
      /line 3: op: Invalid key/,
    );
    expect((await check([open, '{"event":'])).err).toMatch(/line 2: this is no JSON/);
    expect((await check([open, '{"event":"return","op":9}'])).err).toMatch(
      /line 2: operation 9 was never invoked/,
    );
    expect((await check([send])).err).toMatch(/line 1: invoke before any open/);
  });
});
