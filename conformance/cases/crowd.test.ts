import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simplerScenarios } from './simplify.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from './step.ts';

const DRAWN = fc.sample(scenarios(), { seed: 1, numRuns: 1_000 });
const sendsOf = (scenario: Scenario) => scenario.filter((step) => step.do === 'send');

test('one scenario in a hundred is a crowd of sends that are alike', () => {
  const crowds = DRAWN.filter(
    (one) =>
      new Set(sendsOf(one).map(({ mode, size }) => `${mode}${size}`)).size <= 2 &&
      sendsOf(one).length >= 20,
  );
  expect(crowds.length).toBeGreaterThan(4);
  expect(crowds.length).toBeLessThan(20);
});

test('a message is sent again in some', () => {
  const twice = DRAWN.map((one) => sendsOf(one)).filter(
    (sends) => new Set(sends.map(({ id }) => id)).size < sends.length,
  );
  expect(twice.length).toBeGreaterThan(10);
});

test('a crowd shrinks to as few as show the fault, and tries each number once', () => {
  const crowd = DRAWN.find((one) => sendsOf(one).length >= 40 && one.length > 130) as Scenario;
  let [smallest, tried] = [crowd, 0];
  for (let next: Scenario | undefined = crowd; next;) {
    smallest = next;
    next = undefined;
    for (const simpler of simplerScenarios(smallest)) {
      tried += 1;
      if (sendsOf(simpler).length < 33) continue;
      next = simpler;
      break;
    }
  }
  expect(sendsOf(smallest)).toHaveLength(33);
  expect(tried).toBeLessThan(1_000);
});
