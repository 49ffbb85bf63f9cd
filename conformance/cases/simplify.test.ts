import { expect, test } from 'vitest';
import { simplerScenarios } from './simplify.ts';
import { settingsOf, type SendStep, type Scenario } from './step.ts';

function opened(windowSize: number, ...sizes: number[]): Scenario {
  const plain = { useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
  const sends = sizes.map((size, at): SendStep => ({
    do: 'send',
    id: `m${at + 1}`,
    size,
    mode: 'persistent',
    pause: 'settle',
  }));
  const settings = { ...plain, windowSize, destination: 'tck' };
  return [{ do: 'open', settings, pause: 'none' }, ...sends];
}

/** Takes the first simpler scenario that still has the fault, for as long as there is one. */
function shrunk(scenario: Scenario, hasFault: (one: Scenario) => boolean): Scenario {
  let simplest = scenario;
  for (let rounds = 0; rounds < 1000; rounds += 1) {
    const simpler = [...simplerScenarios(simplest)].find(hasFault);
    if (!simpler) return simplest;
    simplest = simpler;
  }
  throw new Error('shrinking does not end');
}

const sizesOf = (scenario: Scenario) =>
  scenario.flatMap((step) => (step.do === 'send' ? step.size : []));

test.each([
  ['one byte where the size is nothing to the fault', 700, () => true, 1],
  ['one byte in place of none', 0, () => true, 1],
  ['none where one byte is too much', 700, (size: number) => size === 0 || size > 90, 0],
  ['the least that shows the fault', 700, (size: number) => size > 90, 91],
])('a size shrinks to %s', (_, size, hasFault, plainest) => {
  const isFaulty = (one: Scenario) => sizesOf(one).length === 1 && sizesOf(one).every(hasFault);
  expect(sizesOf(shrunk(opened(0, size), isFaulty))).toEqual([plainest]);
});

test.each([
  [1, () => true],
  [10_000, (windowSize: number) => windowSize > 1024],
])('a huge window shrinks to %d bytes where that shows the fault as well', (plainest, hasFault) => {
  const windowOf = (one: Scenario) => settingsOf(one).windowSize;
  const isFaulty = (one: Scenario) => windowOf(one) > 0 && hasFault(windowOf(one));
  expect(windowOf(shrunk(opened(3 * 2 ** 30, 1), isFaulty))).toBe(plainest);
});

test('every scenario shrinks to its opening, if nothing else is to the fault', () => {
  expect(shrunk(opened(100, 1, 50, 101), () => true)).toHaveLength(1);
});
