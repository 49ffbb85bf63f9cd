import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE, findRule } from '../../../spec/catalogue.ts';
import type { Rule } from '../../../spec/rule.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import { InProcessHarness } from '../../harness/in-process/in-process.ts';
import { VirtualSettler } from '../../harness/in-process/settle.ts';
import { installVirtualTime, type Time } from '../../harness/in-process/virtual-time.ts';
import { racyWindow } from '../../fixtures/racy-window.ts';
import type { Step, Scenario } from '../step.ts';
import { certify, isExpressible, partsOf } from './certify.ts';

let time: Time;
beforeAll(() => {
  time = installVirtualTime();
});

const WIN_1 = findRule('WIN-1') as Rule;
const settings = {
  windowSize: 2,
  useAsyncSend: false,
  alwaysSyncSend: false,
  sendTimeoutMs: 0,
  destination: 'tck',
};
const send = (id: string, pause: Step['pause']): Step => ({
  do: 'send',
  id,
  size: 2,
  mode: 'non-persistent',
  pause,
});
const opened = (...steps: Step[]): Scenario => [{ do: 'open', settings, pause: 'none' }, ...steps];

function certifyScenario(scenario: Scenario, budgetMs = 10_000) {
  const harness = new InProcessHarness(racyWindow, STRICT, new VirtualSettler(time), () =>
    time.reset(),
  );
  return certify(harness, scenario, WIN_1, { budgetMs, rules: CATALOGUE });
}

describe('a shrunk case', () => {
  test('is minimal when nothing shorter of the same parts breaks the rule', async () => {
    const { certificate, shorter } = await certifyScenario(
      opened(send('m1', 'none'), send('m2', 'settle')),
    );
    expect(shorter).toBeUndefined();
    expect(certificate).toMatchObject({ tried: 1, minimal: true });
  });

  test('is replaced by a shorter one where there is one', async () => {
    const ack: Step = { do: 'ack', id: 'm1', pause: 'settle' };
    const long = opened(send('m1', 'settle'), ack, send('m2', 'none'), send('m3', 'settle'));
    const { shorter, certificate } = await certifyScenario(long);
    expect(shorter?.slice(1)).toMatchObject([{ do: 'send' }, { do: 'send' }]);
    expect(certificate).toMatchObject({ tried: 1, minimal: true });
  });

  test('is not called minimal when the time was up', async () => {
    const { certificate } = await certifyScenario(
      opened(send('m1', 'none'), send('m2', 'settle')),
      0,
    );
    expect(certificate).toMatchObject({ tried: -1, minimal: false });
  });

  test('cannot be certified when a scope cannot say what it is made of', () => {
    const plain = send('m1', 'settle');
    const nested = { id: 'm2', size: 1, mode: 'persistent' } as const;
    expect(isExpressible(opened(plain))).toBe(true);
    expect(isExpressible(opened({ ...plain, nested } as Step))).toBe(false);
    expect(isExpressible(opened({ ...plain, destination: null } as Step))).toBe(false);
  });

  test('has a scope of its own parts', () => {
    const scenario = opened(send('m1', 'none'), { do: 'lose', pause: 3 }, send('m2', 'settle'));
    expect(partsOf(scenario)).toEqual({
      windowSize: 2,
      useAsyncSend: false,
      alwaysSyncSend: false,
      sendTimeoutMs: 0,
      sizes: [2],
      kinds: ['async'],
      operations: ['lose'],
      pauses: ['none', 3, 'settle'],
    });
  });
});
