import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { MUTANTS } from './catalogue.ts';
import { CONFORMING } from './conforming/catalogue.ts';
import { Engine } from './engine.ts';
import { adapterOf } from './mutant.ts';
import { median } from './score.ts';
import { Trial } from './trial.ts';

const SEEDS = [1, 2];
const MOST_CASES = 4_000;
/** Cases for each conforming producer and seed; `npm run mutants` runs many more. */
const CASES = 150;

const found: number[] = [];

describe('a mutant', () => {
  test.each(MUTANTS)('$id breaks $breaks', async ({ id, breaks, make }) => {
    const trial = new Trial(adapterOf(id, make(Engine)));
    for (const seed of SEEDS) {
      const plan = { seed, expected: breaks, leastCases: 1, mostCases: MOST_CASES };
      const { named } = await trial.run(plan);
      expect(named.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...breaks]));
      found.push(Math.max(...named.map((naming) => naming.case)));
    }
  });
});

describe('the mutants', () => {
  test('are many, each with a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
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
  test.each(CONFORMING)('$name is not accused', async (adapter) => {
    const trial = new Trial(adapter);
    for (const seed of SEEDS) {
      const plan = { seed, expected: [], leastCases: CASES, mostCases: CASES };
      expect((await trial.run(plan)).named).toEqual([]);
    }
  });
});
