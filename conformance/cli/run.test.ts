// `producer-tck run`, called as a function: adapters that cannot be judged, violations, replays, reports, baselines.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Folder, NEVER_WAITS, producer, run } from '../fixtures/command-line.ts';

vi.mock('../engine/worker-process.ts', () => import('../fixtures/worker-in-process.ts'));
const folder = new Folder();
afterAll(() => folder.remove());

const adapter = (name: string, source: string) => folder.write(`${name}.mjs`, source);
const judge = (file: string, cases: number, rule: string, ...args: string[]) =>
  run('run', file, '--cases', String(cases), '--rule', rule, '--seed', '1', ...args);

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
  ['open throws', producer('throw new Error("no licence");'), 2, /open\(\) failed: Error: no lic/],
  [
    'open throws what causes itself',
    producer('const error = new Error("no licence"); error.cause = error; throw error;'),
    2,
    /open\(\) failed: Error: no licence/,
  ],
  [
    'sends that never settle',
    producer('producer.send = () => new Promise(() => {});'),
    1,
    /is still pending/,
  ],
];

describe('an adapter that cannot be judged', () => {
  it.each(FAULTS)('%s', async (name, source, code, sentence) => {
    const file = adapter(name.replaceAll(/\W/g, '-'), source);
    const json = folder.path('fault.json');
    const { out, ...outcome } = await run('run', file, '--cases', '50', '--json', json);
    expect(out).toMatch(sentence);
    expect(outcome.code).toBe(code);
    expect(out).toContain(file);
    expect(folder.report('fault.json').verdict).toBe(code === 2 ? 'error' : 'violates');
  });

  it.each([
    ['.', / is a folder; give the path of an adapter module/],
    ['exec:', /exec: names no command; give one/],
    ['./nowhere.ts', /there is no file .*nowhere\.ts/],
  ])('is asked for instead of %j', async (given, sentence) => {
    const { code, out } = await run('run', given);
    expect(out).toMatch(sentence);
    expect(code).toBe(2);
  });
});

describe('the reference', () => {
  it('conforms, and the run says 0', async () => {
    const { code, out } = await run('run', 'reference', '--cases', '300', '--seed', '1');
    expect(out).toContain('reference conforms');
    expect(code).toBe(0);
  });

  it('gives 3 when a rule was never exercised', async () => {
    const { code, out } = await run('run', 'reference', '--cases', '1', '--seed', '1');
    expect(code).toBe(3);
    expect(out).toContain('not-exercised; never exercised');
  });
});

describe('a violation', () => {
  const file = adapter('broken', NEVER_WAITS);

  it('is shown with its history, advice and replay line, and written in each form', async () => {
    const [json, html] = [folder.path('broken.json'), folder.path('broken.html')];
    const { code, out } = await judge(file, 300, 'SYN-1', '--json', json, '--html', html);
    expect(code).toBe(1);
    expect(out).toContain(
      'SYN-1  A persistent send outside a transaction blocks until it is acked.',
    );
    expect(out).toMatch(/> +\d+ {2}return +#1 +<- SYN-1/);
    expect(out).toContain('Look here first:');
    expect(out).toContain(`npx producer-tck run ${file} --replay '{"rule":"SYN-1"`);
    const report = folder.report('broken.json');
    expect(report).toMatchObject({ verdict: 'violates', profile: 'strict', seed: 1, cases: 300 });
    expect(report.rules[0]?.counterexample?.scenario).toHaveLength(2);
    expect(folder.read('broken.html')).toContain('<dd>300</dd>');
  });

  it('replays from its report and from a line, and not once the adapter is right', async () => {
    const mendable = adapter(
      'mendable',
      NEVER_WAITS.replace('const producer =', 'const right =').replace(
        'producer.send =',
        'const producer = { ...right }; if (!globalThis.isMended) producer.send =',
      ),
    );
    const json = folder.path('mendable.json');
    await judge(mendable, 100, 'SYN-1', '--json', json);
    const again = await run('run', mendable, '--replay', json);
    expect(again.code).toBe(1);
    expect(again.out).toContain('The replay gave the recorded history, event for event.');
    const scenario = folder.report('mendable.json').rules[0]?.counterexample?.scenario;
    const line = JSON.stringify({ rule: 'SYN-1', scenario });
    expect((await run('run', mendable, '--replay', line)).code).toBe(1);
    vi.stubGlobal('isMended', true);
    const html = folder.path('mended.html');
    const mended = await run('run', mendable, '--replay', json, '--html', html);
    vi.unstubAllGlobals();
    expect(mended.code).toBe(0);
    expect(mended.out).toMatch(/SYN-1: no longer broken by this case; it first differs at event/);
    expect(folder.read('mended.html')).toContain('no longer broken');
  });

  it('does not replay from a file that was cut off or edited, and says where it parts', async () => {
    const json = folder.path('edited.json');
    await judge(file, 100, 'SYN-1', '--json', json);
    const text = folder.read('edited.json');
    folder.write('edited.json', text.slice(0, 300));
    const cut = await run('run', file, '--replay', json);
    expect(cut.code).toBe(2);
    expect(cut.err).toMatch(/--replay \S*edited\.json: invalid JSON: /);
    folder.write('edited.json', text.replaceAll('"event": "return"', '"event": "entered"'));
    const edited = await run('run', file, '--replay', json);
    expect(edited.code).toBe(2);
    expect(edited.out).toMatch(
      /SYN-1: the replay diverged at event \d: recorded was "entered +#1"/,
    );
  });
});

describe('what is confirmed on real time', () => {
  it('is broken there as well, though time passes in every turn', async () => {
    const body = `let used = 0;
      producer.windowUsage = () => used;
      producer.send = (message) => {
        const answer = context.broker.receive({ type: 'message', message });
        if (message.deliveryMode === 'persistent') return answer;
        used += message.size;
        answer.then(() => (used -= message.size), () => {});
      };`;
    const file = adapter('keeps', producer(body, '["window", "usage"]'));
    const { code, out } = await judge(file, 150, 'WIN-4');
    expect(out).toContain('The producer behaves as if refused messages kept their space (WIN-9).');
    expect(code).toBe(1);
  });

  it('is broken there as well, however short a timeout was made', async () => {
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
    const file = adapter('mixes-answers', producer(body, '["timeout"]'));
    const { code, out } = await judge(file, 300, 'SYN-6');
    expect(out).toMatch(/The send of m\d+ returned before its acknowledgement/);
    expect(code).toBe(1);
  });
});

it('a non-deterministic producer is not said to conform, and the report shows why', async () => {
  const body = `let turn = Promise.resolve();
    producer.send = async (given) => {
      const message = { ...given };
      turn = turn.then(() => (randomInt(2) ? undefined : Promise.resolve()));
      const answer = turn.then(() => context.broker.receive({ type: 'message', message }));
      answer.catch(() => {});
      if (message.deliveryMode === 'persistent' || message.responseRequired) await answer;
    };
    const { close } = producer;
    producer.close = () => close().then(() => turn);`;
  const source = `import { randomInt } from 'node:crypto';\n${producer(body)}`;
  const json = folder.path('moody.json');
  const { code, out } = await judge(adapter('moody', source), 300, 'SYN-1', '--json', json);
  expect(out).toMatch(/fixture is non-deterministic: the same case gave two histories/);
  expect(out).toMatch(
    /Case \d+ was run twice, and at event \d+ it differed:\n {2}first: .*\n {2}second: /,
  );
  expect(code).toBe(3);
  expect(folder.report('moody.json').verdict).toBe('inconclusive');
});

describe('a baseline', () => {
  const SYN_1 = { rule: 'SYN-1', reason: 'it never waits' };
  const baseline = (name: string, ...deviations: object[]) =>
    folder.write(name, JSON.stringify({ deviations }));
  const deviating = adapter('deviating', NEVER_WAITS);

  it('excuses what it lists, and fails once it is stale', async () => {
    const list = baseline('known.json', SYN_1);
    const json = folder.path('known-report.json');
    const known = await judge(deviating, 200, 'SYN-1', '--baseline', list, '--json', json);
    expect(known.out).toMatch(
      /conforms but for 1 known deviation\n(.*\n)*~ SYN-1 .*it never waits/,
    );
    expect(known.code).toBe(0);
    const deviation = { standing: 'known', reason: 'it never waits' };
    const [rule] = folder.report('known-report.json').rules;
    expect(rule).toMatchObject({ id: 'SYN-1', verdict: 'violated', deviation });
    const stale = await judge('reference', 200, 'SYN-1', '--baseline', list);
    expect(stale.out).toMatch(/the baseline is stale: SYN-1 holds now/);
    expect(stale.code).toBe(1);
  });

  it('no longer counts once it has expired, and says so', async () => {
    const list = baseline('expired.json', { ...SYN_1, expires: '2020-01-01' });
    const { code, out } = await judge(deviating, 200, 'SYN-1', '--baseline', list);
    expect(out).toMatch(/known until 2020-01-01, which has passed/);
    expect(code).toBe(1);
  });

  it('is refused in one sentence when it is malformed', async () => {
    const list = baseline('double.json', SYN_1, SYN_1);
    const { code, err } = await judge('reference', 1, 'SYN-1', '--baseline', list);
    expect(err).toMatch(
      /^producer-tck: --baseline \S*double.json: deviations\.1: SYN-1 is listed twice.*\n$/,
    );
    expect(code).toBe(2);
  });
});

describe('an exhaustive run', () => {
  it('says what was run, within which scope, on what assumptions', async () => {
    const scope = {
      windowSize: 2,
      sizes: [1],
      kinds: ['async'],
      operations: [],
      pauses: ['settle'],
      senders: { count: 2, messages: 1 },
    };
    const file = folder.write('scope.json', JSON.stringify(scope));
    const json = folder.path('exhaustive.json');
    const bound = ['--exhaustive', '--depth', '4', '--scope', file];
    const { code, out } = await run('run', 'reference', ...bound, '--json', json);
    expect(code).toBe(0);
    expect(out).toMatch(/^- SYN-1 .*not-applicable; outside the scope of this exhaustive run/m);
    // Send, send, then acks in either order; or an ack between the two sends.
    expect(out).toContain('9 scenarios in 3 runs');
    expect(out).toContain(
      'every scenario of up to 4 steps was run, which is 6 interleavings of the senders, and none breaks a rule',
    );
    expect(out).toContain(
      'scope: window 2 bytes; sends of 1 byte (async); 2 senders with 1 message',
    );
    expect(out).toContain('assuming that the producer does not look at who calls');
    expect(folder.report('exhaustive.json').exhaustive).toMatchObject({
      depth: 4,
      complete: true,
      runs: 3,
      scenarios: 9,
      interleavings: 6,
      scope,
    });
  });

  it('finds a violation by its shortest scenario, and says that it is minimal', async () => {
    const file = adapter('hasty', NEVER_WAITS);
    const bound = ['--exhaustive', '--depth', '2', '--html', folder.path('hasty.html')];
    const { code, out } = await run('run', file, ...bound);
    expect(code).toBe(1);
    expect(out).toContain('steps was run, and some break');
    expect(out).toContain('Minimal: no shorter one exists within this scope: no window;');
    const html = folder.read('hasty.html');
    expect(html).toContain('every scenario of up to 2 steps');
    expect(html).toContain('Minimal: no shorter one exists within this scope');
  });
});
