// Every mutant by strict: it is caught. What is said of it, of a sample, is in sampled.test.ts, and of all of them
// `npm run mutants` asks it.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { MUTANTS } from './catalogue.ts';
import { PROFILE_MUTANTS } from './profiles/mutants.ts';
import { firstCaught, median } from './score.ts';

keepUncaughtErrors();
// Producers fail in bulk; their stacks, which nobody reads, cost half of the time.
Error.stackTraceLimit = 0;

const found: number[] = [];

test.each(MUTANTS)('$id is caught', async (mutant) => {
  const caught = await firstCaught(mutant, 'strict');
  expect(caught).toBeLessThan(Number.POSITIVE_INFINITY);
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
