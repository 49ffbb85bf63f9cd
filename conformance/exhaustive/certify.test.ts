import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import type { Rule } from '../../spec/rule.ts';
import { STRICT } from '../../spec/profile.ts';
import { InProcessBench } from '../bench/in-process.ts';
import { VirtualSettler } from '../bench/settle.ts';
import { installVirtualTime, type Time } from '../bench/virtual-time.ts';
import { racyWindow } from '../fixtures/racy-window.ts';
import type { Stimulus, Tape } from '../tape/stimulus.ts';
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
const send = (id: string, gap: Stimulus['gap']): Stimulus => ({
  do: 'send',
  id,
  size: 2,
  mode: 'non-persistent',
  gap,
});
const opened = (...steps: Stimulus[]): Tape => [{ do: 'open', settings, gap: 'none' }, ...steps];

function certifyTape(tape: Tape, budgetMs = 10_000) {
  const bench = new InProcessBench(racyWindow, STRICT, new VirtualSettler(time), () =>
    time.reset(),
  );
  return certify(bench, tape, WIN_1, { budgetMs, rules: CATALOGUE });
}

describe('a shrunk case', () => {
  test('is minimal when nothing shorter of the same parts breaks the rule', async () => {
    const { certificate, shorter } = await certifyTape(
      opened(send('m1', 'none'), send('m2', 'settle')),
    );
    expect(shorter).toBeUndefined();
    expect(certificate).toMatchObject({ tried: 1, minimal: true });
  });

  test('is replaced by a shorter one where there is one', async () => {
    const ack: Stimulus = { do: 'ack', id: 'm1', gap: 'settle' };
    const long = opened(send('m1', 'settle'), ack, send('m2', 'none'), send('m3', 'settle'));
    const { shorter, certificate } = await certifyTape(long);
    expect(shorter?.slice(1)).toMatchObject([{ do: 'send' }, { do: 'send' }]);
    expect(certificate).toMatchObject({ tried: 1, minimal: true });
  });

  test('is not called minimal when the time was up', async () => {
    const { certificate } = await certifyTape(opened(send('m1', 'none'), send('m2', 'settle')), 0);
    expect(certificate).toMatchObject({ tried: -1, minimal: false });
  });

  test('cannot be certified when a scope cannot say what it is made of', () => {
    const plain = send('m1', 'settle');
    const nested = { id: 'm2', size: 1, mode: 'persistent' } as const;
    expect(isExpressible(opened(plain))).toBe(true);
    expect(isExpressible(opened({ ...plain, nested } as Stimulus))).toBe(false);
    expect(isExpressible(opened({ ...plain, destination: null } as Stimulus))).toBe(false);
  });

  test('has a scope of its own parts', () => {
    const tape = opened(send('m1', 'none'), { do: 'lose', gap: 3 }, send('m2', 'settle'));
    expect(partsOf(tape)).toEqual({
      windowSize: 2,
      useAsyncSend: false,
      alwaysSyncSend: false,
      sendTimeoutMs: 0,
      sizes: [2],
      kinds: ['async'],
      operations: ['lose'],
      gaps: ['none', 3, 'settle'],
    });
  });
});
