import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { MUTANTS } from './catalogue.ts';
import { CONFORMING, CONFORMING_CLASSIC } from './conforming/catalogue.ts';
import { clearest, median } from './score.ts';
import { Trial } from './trial.ts';

keepUncaughtErrors();

/** Seeds 1 to this; `.ci/deeper` tries more. */
const CONFORMING_SEEDS = Array.from(
  { length: Number(process.env['SEEDS'] ?? 2) },
  (_, at) => at + 1,
);
const CONFORMING_CASES = 150;

const found: number[] = [];

describe('by strict', () => {
  // That a rule it breaks is among those named, many cases show: `npm run mutants` runs them.
  test.each(MUTANTS)('$id is caught, and no rule is named that it keeps', async (mutant) => {
    const { caught, unrelated, finding, again } = await clearest(mutant, 'strict');
    expect(unrelated).toEqual([]);
    expect(again, 'replayed and recorded').toEqual(finding);
    found.push(caught);
  });
});

describe('the mutants', () => {
  test('are 197, each with a name of its own', () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
    expect(MUTANTS).toHaveLength(197);
  });

  test('are found early, the median one within 20 cases', () => {
    expect(median(found)).toBeLessThanOrEqual(20);
  });

  test('break every rule', () => {
    const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
    expect(CATALOGUE.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
  });
});

describe('a conforming producer', () => {
  test.each(CONFORMING)('$name is not accused', (adapter) => isNotAccused(adapter, 'strict'));

  test.each(CONFORMING_CLASSIC)('$name is not accused by activemq-classic', (adapter) =>
    isNotAccused(adapter, 'activemq-classic'),
  );
});

async function isNotAccused(adapter: ProducerAdapter, profile: ProfileName): Promise<void> {
  const trial = new Trial(adapter, profile);
  const [leastCases, mostCases] = [CONFORMING_CASES, CONFORMING_CASES];
  for (const seed of CONFORMING_SEEDS)
    expect((await trial.run({ seed, leastCases, mostCases })).faults).toEqual([]);
}
