import { expect, test } from 'vitest';
import type { Tape } from '../tape/stimulus.ts';
import { stretched } from './stretch.ts';

const tapeWith = (sendTimeoutMs: number): Tape => [
  {
    do: 'open',
    settings: { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs },
    gap: 'none',
  },
  { do: 'send', id: 'm1', size: 1, mode: 'persistent', gap: 'settle' },
  { do: 'advance', ms: 9, gap: 'settle' },
];

test('a short timeout outlasts the settle points of real time, and what passes still makes it due', () => {
  const [open, send, advance] = stretched(tapeWith(10));
  expect(open).toMatchObject({ settings: { sendTimeoutMs: 2_000 } });
  expect(send).toEqual(tapeWith(10)[1]);
  expect(advance).toMatchObject({ ms: 2_000 });
});

test.each([0, 2_000, 30_000])('a timeout of %d ms is left as it is', (ms) => {
  expect(stretched(tapeWith(ms))).toEqual(tapeWith(ms));
});
