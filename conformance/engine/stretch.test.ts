import { expect, test } from 'vitest';
import type { Scenario } from '../cases/step.ts';
import { stretched } from './examine.ts';

const scenarioWith = (sendTimeoutMs: number): Scenario => [
  {
    do: 'open',
    settings: { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs },
    pause: 'none',
  },
  { do: 'send', id: 'm1', size: 1, mode: 'persistent', pause: 'settle' },
  { do: 'advance', ms: 9, pause: 'settle' },
];

test('a short timeout outlasts the settle points of real time, and what passes still makes it due', () => {
  const [open, send, advance] = stretched(scenarioWith(10));
  expect(open).toMatchObject({ settings: { sendTimeoutMs: 2_000 } });
  expect(send).toEqual(scenarioWith(10)[1]);
  expect(advance).toMatchObject({ ms: 2_000 });
});

test.each([0, 2_000, 30_000])('a timeout of %d ms is left as it is', (ms) => {
  expect(stretched(scenarioWith(ms))).toEqual(scenarioWith(ms));
});
