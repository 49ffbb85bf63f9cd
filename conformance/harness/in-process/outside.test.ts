import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { pbkdf2 } from 'node:crypto';
import { deflate } from 'node:zlib';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import { Judge } from '../../../spec/check.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import type { BrokerPort, ProducerAdapter } from '../../adapter.ts';
import reference from '../../adapters/reference.ts';
import type { Scenario, SendStep, Step } from '../../cases/step.ts';
import { runCampaign } from '../../engine/campaign.ts';
import { Crossings } from './crossings.ts';
import { InProcessHarness } from './in-process.ts';
import { VirtualSettler } from './settle.ts';
import { installVirtualTime } from './virtual-time.ts';

/** A way out of the thread and back. */
type Trip = () => Promise<unknown>;

const ECHO = `const { parentPort: port } = require('node:worker_threads'); port.on('message', (n) => port.postMessage(n));`;
const workers: Worker[] = [];
afterAll(async () => void (await Promise.all(workers.map((one) => one.terminate()))));

/** Trips over a port that gives back whatever it is given. */
function echo(port: {
  postMessage(n: number): void;
  on(event: 'message', hear: (n: number) => void): unknown;
}): Trip {
  const waiting = new Map<number, () => void>();
  let last = 0;
  port.on('message', (n) => {
    waiting.get(n)?.();
    waiting.delete(n);
  });
  return () =>
    new Promise<void>((resolve) => {
      waiting.set((last += 1), resolve);
      port.postMessage(last);
    });
}

function worker(): Trip {
  const thread = new Worker(ECHO, { eval: true });
  workers.push(thread);
  return echo(thread);
}

/** Made anew for each producer. */
function channel(): Trip {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (n: number) => port2.postMessage(n));
  for (const port of [port1, port2]) port.unref();
  return echo(port1);
}

/** A harness for producers whose trips are made while they are loaded, or for each of them. */
function harnessOf(adapterOf: (tripOfOne: () => Trip) => ProducerAdapter, make: () => () => Trip) {
  const time = installVirtualTime();
  const crossings = new Crossings().watch();
  const adapter = adapterOf(make());
  const settler = new VirtualSettler(time, adapter.lingerMs, crossings);
  return new InProcessHarness(adapter, STRICT, settler, () => time.reset(), crossings);
}

/** The reference, with answers that make a trip before they reach it. */
const withSlowAnswers = (tripOfOne: () => Trip): ProducerAdapter => ({
  ...reference,
  open(context) {
    const trip = tripOfOne();
    const { receive, lost } = context.broker;
    const broker: BrokerPort = {
      lost,
      async receive(packet) {
        const answer = receive(packet);
        await answer.catch(() => {});
        await trip();
        return answer;
      },
    };
    return reference.open({ ...context, broker });
  },
});

const zip = promisify(deflate);
const derive = promisify(pbkdf2);
const always = (trip: Trip) => () => () => trip;
const loaded = (make: () => Trip) => () => always(make())();

describe('a conforming producer is not accused, although its answers cross', () => {
  test.each<[string, () => () => Trip, boolean]>([
    ['a worker thread', loaded(worker), true],
    ['a message channel', () => channel, true],
    ['zlib, in the thread pool', always(() => zip('body')), true],
    ['a key, in the thread pool', always(() => derive('a', 'b', 1, 8, 'sha256')), true],
    ['the disk', always(() => readFile('package.json')), true],
    ['nothing but an immediate', always(() => new Promise((go) => setImmediate(go))), false],
  ])('%s', async (_, make, isOutside) => {
    const harness = harnessOf(withSlowAnswers, make);
    const { failing, results } = await runCampaign(harness, {
      rules: CATALOGUE,
      cases: 60,
      seed: 1,
      repeats: true,
    });
    expect([...failing.keys()]).toEqual([]);
    expect(harness.isOutside).toBe(isOutside);
    const verdicts = new Map(results.map(({ id, verdict }) => [id, verdict]));
    for (const id of ['ASY-5', 'CMP-1', 'SYN-4', 'WIN-3', 'WIN-4', 'WIN-8'] as const)
      expect([id, verdicts.get(id)]).toEqual([id, 'satisfied']);
  });
});

const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };

/** One send, and what follows. */
const sending = (mode: SendStep['mode'], ...steps: Step[]): Scenario => [
  { do: 'open', settings: { ...settings, destination: 'tck' }, pause: 'none' },
  { do: 'send', id: 'm1', size: 1, mode, pause: 'settle' },
  ...steps,
];

describe('a producer that waits for its acknowledgement, but must not, and crosses a thread', () => {
  /** `returns`: whether the send ends once the answer has come. */
  const waiting =
    (returns: boolean) =>
    (tripOfOne: () => Trip): ProducerAdapter => ({
      name: 'waits',
      supports: [],
      open: ({ broker: { receive } }) => ({
        async send(message) {
          await receive({ type: 'message', message });
          await (returns ? tripOfOne()() : new Promise(() => {}));
        },
        async close() {},
      }),
    });

  test.each([
    ['is proven to by its end after the answer', true],
    ['is not proven to if it never ends', false],
  ])('%s', async (_, returns) => {
    const harness = harnessOf(waiting(returns), loaded(worker));
    const { breaches, unproven } = await harness.run(sending('non-persistent'), new Judge(STRICT));
    expect(breaches.map(({ rule }) => rule)).toEqual(['ASY-1']);
    expect(unproven).toEqual(returns ? [] : breaches);
  });
});

test('a case that was accused while nobody watched is watched once more', async () => {
  let isRare = false;
  const harness = harnessOf(
    withSlowAnswers,
    () => () => () => (isRare ? zip('x') : Promise.resolve()),
  );
  await runCampaign(harness, { rules: CATALOGUE, cases: 80, seed: 1 });
  expect(harness.isOutside).toBe(false);
  isRare = true;
  const sync = sending('persistent', { do: 'ack', id: 'm1', pause: 'settle' });
  const run = async () => (await harness.run(sync, new Judge(STRICT))).breaches;
  expect(await run()).not.toEqual([]);
  expect(await harness.crosses([sync])).toBe(true);
  expect(await run()).toEqual([]);
});
