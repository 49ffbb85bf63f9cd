// Every mutant by strict; what is sampled of the rest is in sampled.test.ts.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { MUTANTS } from './catalogue.ts';
import { PROFILE_MUTANTS } from './profiles/mutants.ts';
import { clearest, median } from './score.ts';

keepUncaughtErrors();
// Producers fail in bulk; their stacks, which nobody reads, cost half of the time.
Error.stackTraceLimit = 0;

const found: number[] = [];

// That a rule it breaks is among those named, many cases show: `npm run mutants` runs them.
test.each(MUTANTS)('$id is caught, and no rule is named that it keeps', async (mutant) => {
  const { caught, unrelated, finding, again } = await clearest(mutant, 'strict');
  expect(unrelated).toEqual([]);
  expect(again, 'replayed and recorded').toEqual(finding);
  found.push(caught);
});

describe('the mutants', () => {
  test('have ids of their own', () => {
    const ids = [...MUTANTS, ...PROFILE_MUTANTS].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are found early, the median one within 20 cases', () => {
    expect(median(found)).toBeLessThanOrEqual(20);
  });

  test('break every rule', () => {
    const broken = new Set([...MUTANTS, ...PROFILE_MUTANTS].flatMap(({ breaks }) => breaks));
    expect(CATALOGUE.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
  });
});
