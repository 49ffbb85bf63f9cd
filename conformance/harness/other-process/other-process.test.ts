import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { Judge } from '../../../spec/check.ts';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import type { Harness, CaseRecord } from '../harness.ts';
import { runCampaign, type CampaignPlan } from '../../engine/campaign.ts';
import { settingsOf, type SendStep, type Step, type Scenario } from '../../cases/step.ts';
import { Minimiser } from '../../engine/minimise.ts';
import { startOtherProcess, type OtherProcessOptions } from './other-process.ts';

/** A producer in plain Node that keeps the whole book, unless its first argument says otherwise. */
const PRODUCER = String.raw`
const { connect } = require('node:net');
const flaw = process.argv[2] ?? '';
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const onLines = (stream, take) => {
  let rest = '';
  stream.on('data', (chunk) => {
    rest += chunk;
    for (let end; (end = rest.indexOf('\n')) >= 0; ) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      take(JSON.parse(line));
    }
  });
};

/** Those that make a broken connection anew; the last takes what is unanswered for done. */
const reconnects = ['resends', 'resends-late', 'gives-up', 'pretends'].includes(flaw);

class Producer {
  constructor({ windowSize, destination }, broker) {
    Object.assign(this, { windowSize, destination, usage: 0, queue: [], flushes: [], unanswered: new Map(), number: 0 });
    this.dead = undefined;
    this.slowly = Promise.resolve();
    this.connect(broker, () => say({ event: 'opened' }));
  }
  connect(broker, connected) {
    const [host, port] = broker.split(':');
    const socket = connect({ host, port, noDelay: true });
    socket.on('error', () => {});
    socket.once('connect', () => {
      this.socket = socket;
      connected();
    });
    socket.once('close', () => this.broken(broker));
    onLines(socket, (answer) => this.later(() => this.answered(answer)));
  }
  broken(broker) {
    this.socket = undefined;
    if (!reconnects) return this.die('connection-lost');
    if (this.dead) return;
    if (flaw === 'gives-up') this.giveUp('connection-lost');
    if (flaw === 'pretends') for (const { op } of this.unanswered.values()) this.tell({ event: 'return', op });
    if (flaw === 'pretends') this.unanswered.clear();
    setTimeout(() => {
      this.connect(broker, () => {
        const inFlight = [...this.unanswered];
        const again = () => {
          for (const [receive, { packet }] of inFlight) this.write({ receive, packet });
        };
        setTimeout(again, flaw === 'resends-late' ? 300 : 0);
        this.pump();
      });
    }, 5);
  }
  /** As with Nagle's algorithm: what is written stays behind for a while. */
  write(line) {
    const send = () => this.socket?.write(JSON.stringify(line) + '\n');
    if (flaw === 'lingers') setTimeout(send, 100);
    else send();
  }
  tell(line) {
    if (this === producer) say(line);
  }
  /** Slow, but in order: 100 to 500 ms for every step. */
  later(step) {
    if (flaw !== 'slow') return step();
    const ms = 100 + Math.random() * 400;
    this.slowly = this.slowly.then(() => new Promise((go) => setTimeout(go, ms))).then(step);
  }
  fail({ op }, kind) {
    this.tell({ event: 'throw', op, error: { kind, message: kind } });
  }
  send({ op, message, completion }) {
    const blocks = !completion && message.deliveryMode === 'persistent';
    const send = { op, message, completion, blocks, charge: blocks ? 0 : message.size };
    this.tell({ event: 'entered', op });
    if (this.dead) return this.fail(send, this.dead);
    if (flaw === 'gives-up' && !this.socket) return this.fail(send, 'connection-lost');
    if (this.windowSize > 0 && send.charge > this.windowSize) return this.fail(send, 'too-large');
    this.queue.push(send);
    this.pump();
  }
  fits({ blocks, charge }) {
    if (this.windowSize === 0) return true;
    return blocks ? this.usage < this.windowSize : this.usage + charge <= this.windowSize;
  }
  pump() {
    while (this.queue.length > 0 && this.fits(this.queue[0])) {
      const send = this.queue.shift();
      const receive = (this.number += 1);
      this.usage += send.charge;
      const message = { destination: this.destination, ...send.message };
      const packet = { type: 'message', message };
      this.unanswered.set(receive, { ...send, packet });
      this.write({ receive, packet });
      if (!send.blocks && !flaw.startsWith('waits')) this.tell({ event: 'return', op: send.op });
    }
  }
  answered({ ack, refuse, reason }) {
    const send = this.unanswered.get(ack ?? refuse);
    this.unanswered.delete(ack ?? refuse);
    if (!send) return;
    if (ack !== undefined || flaw !== 'leaks') this.usage -= send.charge;
    const error = ack === undefined ? { kind: 'refused', message: reason } : null;
    if (send.completion) this.tell({ event: 'complete', op: send.op, error });
    else if (send.blocks && error) this.fail(send, 'refused');
    else if (send.blocks) this.tell({ event: 'return', op: send.op });
    else if (error) this.tell({ event: 'async-error', message: send.message.id, error });
    if (flaw === 'waits' && !send.blocks) this.tell({ event: 'return', op: send.op });
    if (flaw !== 'sleeps') this.pump();
    this.flushed();
  }
  flush({ op }) {
    this.flushes.push(op);
    this.flushed();
  }
  flushed() {
    const isDone = flaw === 'flushes-early' ? this.queue.length === 0 : this.unanswered.size === 0;
    if (isDone) for (const op of this.flushes.splice(0)) this.tell({ event: 'return', op });
  }
  die(kind) {
    if (this.dead) return;
    this.dead = kind;
    this.giveUp(kind);
  }
  giveUp(kind) {
    this.usage = 0;
    for (const send of this.queue.splice(0)) this.fail(send, kind);
    for (const send of this.unanswered.values()) {
      if (send.blocks) this.fail(send, kind);
      else if (send.completion) {
        this.tell({ event: 'complete', op: send.op, error: { kind, message: kind } });
      }
    }
    this.unanswered.clear();
    this.flushed();
  }
  close({ op }) {
    this.die('closed');
    this.tell({ event: 'return', op });
    setTimeout(() => this.socket?.end(), flaw === 'lingers' ? 150 : 0);
  }
}

let producer;
onLines(process.stdin, (call) => {
  switch (call.call) {
    case 'hello':
      return say({ event: 'hello', name: 'plain\u2028node', reconnects, supports: [
        'window', 'completion', 'async-errors', 'usage', ...(reconnects ? [] : ['connection-loss']),
        ...(flaw.startsWith('flushes') ? ['flush'] : []),
      ] });
    case 'ping':
      return say({ event: 'pong', n: call.n });
    case 'open':
      if (flaw === 'elsewhere') return say({ event: 'opened' });
      producer = new Producer(call.settings, call.broker);
      return;
    case 'usage':
      return say({ event: 'usage', bytes: producer?.usage ?? 0 });
    case 'send':
      if (flaw === 'crashes') process.exit(7);
      return producer?.later(() => producer.send(call));
    case 'flush':
      return producer.flush(call);
    case 'close':
      if (!producer) return say({ event: 'return', op: call.op });
      return producer.later(() => producer.close(call));
  }
});
process.stdin.on('end', () => process.exit(0));
`;

/** The destination to which the broker of these tests refuses everything. */
const REFUSED = 'refused';

let folder: string;
let broker: Server;
let brokerAddress: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'producer-tck-test-'));
  writeFileSync(join(folder, 'producer.cjs'), PRODUCER);
  broker = createServer(answerEverything);
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  brokerAddress = `127.0.0.1:${(broker.address() as AddressInfo).port}`;
});
afterAll(() => {
  broker.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A real broker, as far as the gate can tell: it answers every packet at once. */
function answerEverything(socket: Socket): void {
  let rest = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { receive, packet } = JSON.parse(line) as {
        receive: number;
        packet: { message: { destination: string } };
      };
      const refuses = packet.message.destination === REFUSED;
      const answer = refuses ? { refuse: receive, reason: 'not here' } : { ack: receive };
      socket.write(`${JSON.stringify(answer)}\n`);
    }
  });
}

/** What a broken producer of these tests leaves out never comes, however long it is waited for. */
const waits = { graceMs: 200, releaseMs: 300, timesTheLongest: 2 };

/** A harness that is disposed of when its test is over: tests run at the same time, and wait a lot. */
async function openHarness(
  context: TestContext,
  flaw = '',
  options: OtherProcessOptions = {},
): Promise<Harness> {
  const refusedDestinations = options.broker === undefined ? [] : [REFUSED];
  const command = `"${process.execPath}" ${join(folder, 'producer.cjs')} ${flaw}`;
  const harness = await startOtherProcess(command, STRICT, { refusedDestinations, ...options });
  context.onTestFinished(() => harness.dispose());
  return harness;
}

function scenario(windowSize: number, ...steps: Step[]): Scenario {
  const settings = {
    windowSize,
    useAsyncSend: false,
    alwaysSyncSend: false,
    sendTimeoutMs: 0,
    destination: 'tck',
  };
  return [{ do: 'open', settings, pause: 'none' }, ...steps];
}

/** A scenario whose producer is bound to no destination. */
function unbound(windowSize: number, ...steps: Step[]): Scenario {
  const { destination: _, ...settings } = settingsOf(scenario(windowSize));
  return [{ do: 'open', settings, pause: 'none' }, ...steps];
}

let messages = 0;
const send = (mode: 'persistent' | 'non-persistent', size = 1): SendStep => ({
  do: 'send',
  id: `m${(messages += 1)}`,
  size,
  mode,
  pause: 'settle',
});
const callback = (): SendStep => ({ ...send('persistent'), completion: true });
const lose: Step = { do: 'lose', pause: 'settle' };
const close: Step = { do: 'close', pause: 'settle' };
const flush: Step = { do: 'flush', pause: 'settle' };
const everything: Step = { do: 'ack', pause: 'settle' };

function play(harness: Harness, steps: Scenario): Promise<CaseRecord> {
  return harness.run(steps, new Judge(STRICT));
}

/** Runs a campaign, which must find nothing. Returns the verdicts of the rules. */
async function judged(harness: Harness, plan: Omit<CampaignPlan, 'rules'>) {
  const { results, failing } = await runCampaign(harness, { rules: CATALOGUE, ...plan });
  expect([...failing.keys()]).toEqual([]);
  return (id: string) => results.find((result) => result.id === id)?.verdict;
}

const rulesOf = (breaches: CaseRecord['breaches']) => breaches.map(({ rule }) => rule);

describe.concurrent('a conforming producer', () => {
  test('is satisfied over the JSON-lines broker, refusals and losses included', async (context) => {
    const harness = await openHarness(context);
    expect(harness.adapter).toBe('plain\u2028node');
    const refused = send('persistent');
    const kinds = [refused, send('non-persistent'), callback()];
    const first = [
      scenario(10, ...kinds, { do: 'refuse', id: refused.id, pause: 'settle' }, lose),
      scenario(1, send('non-persistent'), send('non-persistent'), close),
    ];
    const verdictOf = await judged(harness, { first, cases: 16, seed: 1 });
    const seen = ['WIN-1', 'SYN-1', 'ASY-1', 'SYN-5', 'CMP-1', 'ORD-1', 'ERR-1', 'LIF-2'];
    expect(seen.filter((id) => verdictOf(id) !== 'satisfied')).toEqual([]);
  });

  test('is satisfied through the gate, where packets are unobserved', async (context) => {
    const harness = await openHarness(context, '', { broker: brokerAddress });
    expect(harness.scope).toMatchObject({ answers: 'gate', realTime: true });
    const kinds = [send('persistent'), send('non-persistent'), callback()];
    const refused = kinds.map((one) => ({ ...one, destination: REFUSED }));
    const first = [
      unbound(10, ...refused, everything),
      unbound(10, { ...send('non-persistent'), destination: 'tck' }, lose),
    ];
    const verdictOf = await judged(harness, { first, cases: 12, seed: 2 });
    const seen = ['WIN-1', 'SYN-1', 'ASY-1', 'SYN-5', 'ASY-5', 'ASY-6', 'CMP-3', 'ERR-1', 'ERR-5'];
    expect(seen.filter((id) => verdictOf(id) !== 'satisfied')).toEqual([]);
    expect(verdictOf('ORD-1')).toBe('not-applicable');
  });

  test.for(['resends', 'resends-late', 'gives-up'])(
    'that makes a cut connection anew, and %s what was unanswered, is not accused',
    async (build, context) => {
      const harness = await openHarness(context, build, { broker: brokerAddress });
      const cut = { do: 'cut', pause: 'settle' } as const;
      const restore = { do: 'restore', pause: 'settle' } as const;
      const sends = [send('persistent'), send('non-persistent', 6)];
      const late = [send('non-persistent', 6), send('persistent')];
      const again = [send('persistent'), everything, send('non-persistent', 6)];
      const steps = [...sends, cut, ...late, restore, ...again, cut, restore];
      const { breaches, history } = await play(harness, scenario(10, ...steps));
      expect(breaches).toEqual([]);
      const of = (event: string) => history.filter((one) => one.event === event).length;
      expect([of('cut'), of('restore')]).toEqual([2, 2]);
      expect(of('return') + of('throw')).toBeGreaterThanOrEqual(4);
      await judged(harness, { cases: 10, seed: 3 });
    },
  );

  test('that flushes is judged by it', async (context) => {
    const harness = await openHarness(context, 'flushes');
    const sent = send('non-persistent');
    const first = [
      scenario(0, sent, flush, { do: 'ack', id: sent.id, pause: 'settle' }, flush),
      scenario(0, send('non-persistent'), flush, lose),
    ];
    const verdictOf = await judged(harness, { first, cases: 8, seed: 4 });
    expect(['FLU-1', 'FLU-2', 'FLU-3'].map(verdictOf)).toEqual(Array(3).fill('satisfied'));
  });

  test('whose packets come later than the return of its close is not accused', async (context) => {
    const harness = await openHarness(context, 'lingers');
    const atOnce = { ...send('persistent'), pause: 'none' } as const;
    const { breaches, history } = await play(harness, scenario(0, atOnce, close, everything));
    expect(breaches).toEqual([]);
    const closed = history.findIndex(({ event }) => event === 'return');
    expect(history.findIndex(({ event }) => event === 'receive')).toBeGreaterThan(closed);
  });

  test('that takes 100 to 500 ms for every step is not accused', async (context) => {
    const steps = [send('non-persistent', 2), send('persistent'), send('non-persistent', 9)];
    const harness = await openHarness(context, 'slow', { broker: brokerAddress });
    const { breaches, history } = await play(harness, scenario(10, ...steps, everything));
    expect(breaches).toEqual([]);
    expect(history.filter(({ event }) => event === 'return')).toHaveLength(3);
  });
});

describe.concurrent('a send that waits for its acknowledgement, but must not', () => {
  test.for(['over the JSON-lines broker', 'through the gate'])(
    'is proven to, %s, by its end after the answer',
    async (how, context) => {
      const address = how === 'through the gate' ? brokerAddress : undefined;
      const harness = await openHarness(context, 'waits', { broker: address, waits });
      const { breaches, unproven, history } = await play(
        harness,
        scenario(0, send('non-persistent')),
      );
      expect(rulesOf(breaches)).toEqual(['ASY-1']);
      expect(unproven).toEqual([]);
      const events = history.map(({ event }) => event);
      const at = breaches[0]?.at ?? 0;
      expect(events[at]).toBe('settle');
      expect(events.slice(at + 1)).toEqual(['ack', 'return']);
    },
  );

  test('is not proven to if it never ends', async (context) => {
    const harness = await openHarness(context, 'waits-for-ever', { broker: brokerAddress, waits });
    const { breaches, unproven } = await play(harness, scenario(0, send('non-persistent')));
    expect(rulesOf(breaches)).toEqual(['ASY-1']);
    expect(unproven).toEqual(breaches);
  });
});

test.concurrent('success in an outage is a breach, and needs no release to be proven', async (context) => {
  const harness = await openHarness(context, 'pretends', { broker: brokerAddress, waits });
  const steps = [send('persistent'), { do: 'cut', pause: 'settle' }] as const;
  const { breaches, unproven } = await play(harness, scenario(0, ...steps));
  expect([rulesOf(breaches), unproven]).toEqual([['SYN-1'], []]);
});

test.concurrent('a flush that does not wait is its own proof', async (context) => {
  const harness = await openHarness(context, 'flushes-early');
  const { breaches, unproven } = await play(harness, scenario(0, send('non-persistent'), flush));
  expect([rulesOf(breaches), unproven]).toEqual([['FLU-1'], []]);
});

test.concurrent('space kept after a refusal is proven by what waits for it', async (context) => {
  const harness = await openHarness(context, 'leaks', { broker: brokerAddress, waits });
  const to = (destination: string, size: number) => ({
    ...send('non-persistent', size),
    destination,
  });
  const steps = unbound(10, to(REFUSED, 6), everything, to('tck', 4), to('tck', 1));
  const { breaches, unproven } = await play(harness, steps);
  expect(rulesOf(breaches)).toEqual(expect.arrayContaining(['WIN-3', 'WIN-4']));
  expect(rulesOf(unproven)).toContain('WIN-4');
  expect(rulesOf(unproven)).not.toContain('WIN-3');
});

test.concurrent('space kept after a refusal that nothing waits for is not proven', async (context) => {
  const harness = await openHarness(context, 'leaks', { broker: brokerAddress, waits });
  const refused = { ...send('non-persistent', 6), destination: REFUSED };
  const fits = { ...send('persistent'), destination: 'tck' };
  const { breaches, unproven } = await play(harness, unbound(10, refused, everything, fits));
  expect(rulesOf(breaches)).toContain('WIN-4');
  expect(unproven).toEqual(breaches);
});

test.concurrent('a lost wake-up is not proven: nothing the kit can do ends it', async (context) => {
  const harness = await openHarness(context, 'sleeps', { waits });
  const first = send('non-persistent', 10);
  const second = send('non-persistent', 10);
  const ack: Step = { do: 'ack', id: `m${messages - 1}`, pause: 'settle' };
  const { breaches, unproven } = await play(harness, scenario(10, first, second, ack));
  expect(rulesOf(unproven)).toEqual(['WIN-3']);
  expect(unproven).toEqual(breaches);
});

describe.concurrent('what nothing that the kit can send would end', () => {
  const space = [send('non-persistent', 10), send('non-persistent', 10)];
  const answered = (what: 'ack' | 'refuse'): Step => ({
    do: what,
    id: space[0]?.id ?? '',
    pause: 'settle',
  });
  test.for([
    ['leaks', answered('refuse'), 'WIN-4', /; with an ack in place of each refusal that is not so/],
    ['sleeps', answered('ack'), 'WIN-3', /; with its send made after the answers that is not so/],
  ] as const)('is proven by a control: %s', async ([flaw, answer, rule, why], context) => {
    const harness = await openHarness(context, flaw, { waits });
    const minimiser = new Minimiser(harness, CATALOGUE);
    const found = await minimiser.prove('WIN-3', scenario(10, ...space, answer), 0);
    expect(found).toMatchObject({ rule, why: expect.stringMatching(why) });
    expect(found.unproven).toBeUndefined();
  });

  test('is not proven if it waits in any case', async (context) => {
    const harness = await openHarness(context, 'waits-for-ever', { waits });
    const minimiser = new Minimiser(harness, CATALOGUE);
    const found = await minimiser.prove('ASY-1', scenario(0, send('non-persistent')), 0);
    expect(found).toMatchObject({ rule: 'ASY-1', unproven: true });
  });
});

describe.concurrent('nothing can be judged when', () => {
  test('the producer never comes to the broker it was told of', async (context) => {
    const harness = await openHarness(context, 'elsewhere');
    await expect(play(harness, scenario(0, close))).resolves.toBeDefined();
    await play(harness, scenario(0, close));
    await expect(play(harness, scenario(0, close))).rejects.toMatchObject({
      code: 'no-broker',
      message: expect.stringMatching(/^it never connected .* pass --broker HOST:PORT/),
    });
  });

  test('its process ends in the middle of a case', async (context) => {
    const harness = await openHarness(context, 'crashes');
    await expect(play(harness, scenario(0, send('persistent')))).rejects.toMatchObject({
      code: 'exited',
      message: 'its process ended with code 7',
    });
  });

  test('no broker answers at the address given', async (context) => {
    await expect(openHarness(context, '', { broker: '127.0.0.1:1' })).rejects.toMatchObject({
      code: 'no-broker',
    });
  });
});
