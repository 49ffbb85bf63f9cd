// Every command but `run`, called as a function: mistakes of every kind, exit codes, and what is printed.
import { afterAll, describe, expect, it, vi } from 'vitest';
import { EXAMPLES } from '../../spec/examples.ts';
import { open, PERSISTENT, send } from '../../spec/examples/builder.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { Folder, NEVER_WAITS, producer, run } from '../fixtures/command-line.ts';

vi.mock('../engine/worker-process.ts', () => import('../fixtures/worker-in-process.ts'));
const folder = new Folder();
afterAll(() => folder.remove());

const OPEN = JSON.stringify(open());
const SEND = JSON.stringify(send(1, 'm1', PERSISTENT));
const SCOPE = '{"windowSize":2,"sizes":[1],"kinds":["async"],"operations":[],"pauses":["settle"]}';
const exhaustive = (...args: string[]) => ['run', 'reference', '--exhaustive', ...args];

describe('the command line', () => {
  it.each<[string[], RegExp]>([
    [['run'], /missing required argument 'adapter'/],
    [['run', 'reference', '--casess', '3'], /unknown option '--casess'.*\n.*--cases/],
    [['run', 'reference', '--cases', 'many'], /--cases many is not a whole number of at least 1/],
    [['run', 'reference', '--seed', '1e30'], /--seed 1e30 is not a whole number from -2147483648/],
    [['run', 'reference', '--workers', '999'], /--workers 999 is not a whole number from 1 to 64/],
    [['run', 'reference', '--rule', 'WIN-99'], /there is no such rule/],
    [
      ['run', 'reference', '--profile', 'lax'],
      /there is no profile lax: choose strict, activemq-classic/,
    ],
    [['run', 'reference', '--broker', 'x:1'], /--broker is for exec: adapters/],
    [['run', 'exec:true', '--broker', 'x'], /--broker x is not HOST:PORT/],
    [['run', 'reference', '--speaks', 'stomp'], /--speaks is for exec: adapters/],
    [['doctor', 'exec:true', '--speaks', 'stomp', '--broker', 'x:1'], /leave one of them out/],
    [
      ['run', 'exec:true', '--speaks', 'smtp'],
      /Allowed choices are amqp-0-9-1, amqp-1.0, mqtt, nats, openwire, stomp, stomp-activemq/,
    ],
    [['run', 'exec:cat', '--workers', '2'], /--workers is not for exec: adapters/],
    [['run', 'reference', '--refused-destination', 'q'], /--refused-destination needs --broker/],
    [['run', 'reference', '--baseline', './none.json'], /--baseline: there is no file/],
    [['run', 'reference', '--shard', '3/2', '--seed', '1'], /--shard 3\/2 is not I\/N/],
    [['run', 'reference', '--shard', '1/2'], /--shard 1\/2 needs --seed/],
    [['run', 'reference', '--replay', './none.json'], /--replay: there is no file/],
    [['run', 'reference', '--replay', '{"rule":'], /--replay.*: invalid JSON/],
    [['run', 'reference', '--replay', '{}'], /--replay {}: rule: /],
    [['run', 'reference', '--replay', '{"rules":[]}'], /is not a report: kit: /],
    [
      ['run', 'reference', '--replay', '{"rule":"LIF-99","scenario":[]}'],
      /: rule: there is no rule "LIF-99"/,
    ],
    [
      ['run', 'reference', '--replay', '{"rule":"LIF-1","scenario":[{"do":"send"}]}'],
      /: scenario\.0\.do: /,
    ],
    [['run', 'reference', '--replay', '{}', '--seed', '3'], /--seed has no meaning with --replay/],
    [['run', 'reference', '--depth', '3'], /--depth is for --exhaustive runs/],
    [['run', 'reference', '--scope', SCOPE], /--scope is for --exhaustive runs/],
    [['run', 'exec:true', '--exhaustive', '--depth', '2'], /--exhaustive is for adapters in proc/],
    [exhaustive(), /--exhaustive needs --depth N/],
    [exhaustive('--depth', '0'), /--depth 0 is not a whole number from 1 to 100/],
    [exhaustive('--depth', '99999999999'), /is not a whole number from 1 to 100/],
    [exhaustive('--depth', '2', '--cases', '9'), /--cases has no meaning with --exhaustive/],
    [exhaustive('--depth', '2', '--scope', 'none.json'), /--scope: there is no file none\.json/],
    [exhaustive('--depth', '2', '--scope', '{'), /--scope: invalid JSON/],
    [exhaustive('--depth', '2', '--scope', '[]'), /--scope: windowSize: /],
    [exhaustive('--depth', '2', '--scope', '{"windowSize":-1}'), /--scope: windowSize: /],
    [['explain', 'WIN-99'], /there is no rule WIN-99/],
    [['check', './none.jsonl'], /there is no file/],
    [['merge', './none.json'], /there is no file \.\/none\.json/],
    [['merge', './package.json'], /package\.json is not a report: kit: /],
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
    const { out, code } = await run('explain', 'win-1');
    expect(out).toContain('A minimal violation:');
    expect(out).toMatch(/> +\d+ {2}receive/);
    expect(code).toBe(0);
  });

  it('prints its help, and 0', async () => {
    const { code, out } = await run('run', '--help');
    expect(out).toContain('--refused-destination <name>');
    expect(code).toBe(0);
  });
});

describe('check', () => {
  const check = (...lines: string[]) =>
    run('check', folder.write('history.jsonl', lines.join('\n')));

  it('judges a recorded history', async () => {
    const { code, out } = await check(OPEN, SEND, '', '{"event":"return","op":1}');
    expect(out).toContain('line 4: the send of m1 returned before its acknowledgement');
    expect(code).toBe(1);
  });

  it.each<[string[], RegExp]>([
    [[OPEN, SEND, '{"event":"return"}'], /history\.jsonl, line 3: op: Invalid key/],
    [[OPEN, '{"event":'], /line 2: invalid JSON/],
    [[OPEN, '{"event":"return","op":9}'], /line 2: operation 9 was never invoked/],
    [[SEND], /line 1: invoke before any open/],
    [[''], /holds no events/],
  ])('names the line of what is malformed or impossible in %j', async (lines, sentence) => {
    const { code, err } = await check(...lines);
    expect(err).toMatch(sentence);
    expect(code).toBe(2);
  });

  it('heeds a baseline', async () => {
    const history = folder.write('b.jsonl', `${OPEN}\n${SEND}\n{"event":"return","op":1}`);
    const deviations = [{ rule: 'SYN-1', reason: 'it never waits' }];
    const list = folder.write('b.json', JSON.stringify({ deviations }));
    const { code, out } = await run('check', history, '--baseline', list);
    expect(out).toMatch(/~ SYN-1 .*\n.*line 3.*\n.*known deviation: it never waits/);
    expect(code).toBe(0);
  });

  it('draws the case that breaks a rule, though others stand before and after it', async () => {
    const events = [...witness('WIN-2'), ...violation('WIN-1'), ...witness('WIN-2')];
    const file = write('three.jsonl', events);
    const { code, out } = await run('check', file, '--html', path('3.html'));
    expect(code).toBe(1);
    expect(out).toContain(`line ${witness('WIN-2').length + 5}: `);
    const html = folder.read('3.html');
    expect(html).toContain('three.jsonl</h1>');
    expect(html.match(/<article/g)).toHaveLength(1);
    expect(html).toContain('m2 admitted, 12 bytes are unanswered, the limit is 10.');
    expect(html).toMatch(/class="number broken"[^>]*>5</);
    expect(html).not.toContain('class="replay"');
  });

  it('says on the page that nothing is broken, or which file cannot be written', async () => {
    const good = write('good.jsonl', witness('SYN-1'));
    expect((await run('check', good, '--html', path('good.html'))).code).toBe(0);
    expect(folder.read('good.html')).toContain('class="verdict good">no rule broken<');
    expect(folder.read('good.html')).not.toContain('<article');
    const { code, err } = await run('check', good, '--html', path('no/such.html'));
    expect(err).toMatch(/--html \S*no\/such\.html could not be written/);
    expect(code).toBe(2);
  });

  const violation = (id: string) => EXAMPLES[id]?.violation ?? [];
  const witness = (id: string) => EXAMPLES[id]?.witness ?? [];
  const path = (name: string) => folder.path(name);
  const write = (name: string, events: readonly HistoryEvent[]) =>
    folder.write(name, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
});

describe('the doctor', () => {
  it('finds the reference sound, says so check by check, and 0', async () => {
    const { code, out } = await run('doctor', 'reference');
    expect(out).toContain('✓ a persistent send whose answer is held stays pending\n');
    expect(out).toContain('reference is sound');
    expect(code).toBe(0);
  });

  it('has a sentence for an adapter that does too little', async () => {
    const { code, out } = await run('doctor', folder.write('ill.mjs', NEVER_WAITS));
    expect(out).toMatch(
      /✗ a persistent send whose answer is held stays pending — it returned at once/,
    );
    expect(out).toMatch(/What to do:\n {2}.*\n\n.* has 1 problem\. Fix it first/);
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

describe('merge', () => {
  it('gives what one machine would have said, and names a shard that is missing', async () => {
    const file = folder.write('in-parts.mjs', producer(BREAKS_LATE));
    const judge = async (name: string, ...args: string[]) => {
      const rules = ['--rule', 'SYN-1', '--rule', 'LIF-2'];
      const plan = ['--cases', '120', '--seed', '5', ...rules, ...args];
      const { code } = await run('run', file, ...plan, '--json', folder.path(name));
      const { durationMs: _, ...report } = folder.report(name);
      return { code, report, file: folder.path(name) };
    };
    const one = await judge('one.json', '--workers', '1');
    expect(one.report).toMatchObject({ verdict: 'violates', cases: 120 });
    const three = await judge('three.json', '--workers', '3');
    expect(three).toMatchObject({ code: one.code, report: one.report });
    const shards = [
      await judge('a.json', '--shard', '1/2'),
      await judge('b.json', '--shard', '2/2'),
    ].map((shard) => shard.file);
    expect(await run('merge', folder.path('a.json'))).toMatchObject({
      code: 2,
      err: 'producer-tck: shard 2 is missing: the run has 2 of them\n',
    });
    const { code, out } = await run('merge', ...shards, '--json', folder.path('merged.json'));
    expect(code).toBe(1);
    expect(out).toContain('fixture violates the specification\n120 cases, seed 5');
    const plain = ({ rules }: Pick<typeof one.report, 'rules'>) =>
      rules.map(({ id, verdict, exercised, counterexample }) => [
        id,
        verdict,
        exercised,
        counterexample?.case,
      ]);
    expect(plain(folder.report('merged.json'))).toEqual(plain(one.report));
  });

  it('tells apart what a shard alone can say, and what only the merge can', async () => {
    const plan = ['run', 'reference', '--cases', '10', '--seed', '1'];
    const shard = (index: number) =>
      run(...plan, '--shard', `${index}/2`, '--json', folder.path(`reference-${index}.json`));
    const { code, out } = await shard(1);
    expect(out).toContain('reference broke no rule in this shard\n10 of 10 cases, shard 1 of 2');
    expect(code).toBe(0);
    await shard(2);
    const files = [1, 2].map((index) => folder.path(`reference-${index}.json`));
    const whole = await run(...plan);
    expect(whole.code).toBe(3);
    expect(await run('merge', ...files)).toMatchObject({ code: 3 });
  });

  it('names the file, the place and the fault of a report that was edited', async () => {
    const plan = ['run', 'reference', '--cases', '1', '--seed', '1', '--shard', '1/2'];
    await run(...plan, '--json', folder.path('edited.json'));
    const text = folder.read('edited.json').replace('"satisfied"', '"fine"');
    expect((await run('run', 'reference', '--replay', folder.path('edited.json'))).err).toMatch(
      /edited\.json: the report has no counterexamples/,
    );
    const { err } = await run('merge', folder.write('edited.json', text));
    expect(err).toMatch(/edited\.json is not a report: rules\.\d+\.verdict: .*received "fine"/i);
  });

  const BREAKS_LATE = `let sends = 0;
    producer.send = async (message) => {
      const answer = context.broker.receive({ type: "message", message });
      if (message.deliveryMode === "persistent" && (sends += 1) < 4) await answer;
    };`;
});
