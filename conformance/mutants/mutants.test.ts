import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { watchStrays } from '../harness/in-process/surroundings.ts';
import { MUTANTS } from './catalogue.ts';
import { CONFORMING } from './conforming/catalogue.ts';
import { adapterOf, brokenUnder, type Mutant } from './mutant.ts';
import { ENGINES, median } from './score.ts';
import { Trial, type Naming } from './trial.ts';

watchStrays();

/** `npm run mutants` runs many more seeds. */
const SEED = 1;
const MOST_CASES = 2_000;
/** Seeds 1 to this; `.ci/deeper` tries more. */
const CONFORMING_SEEDS = Array.from(
  { length: Number(process.env['SEEDS'] ?? 2) },
  (_, at) => at + 1,
);
const CONFORMING_CASES = 150;

const found: number[] = [];

describe('a mutant', () => {
  test.each(MUTANTS)(
    '$id breaks $breaks, and no rule is named that it does not',
    async (mutant) => {
      const { breaks, also = {} } = mutant;
      const named = await namedBy(mutant, 'strict');
      const rules = named.map(({ rule }) => rule);
      expect(rules).toEqual(expect.arrayContaining([...breaks]));
      expect(rules.filter((rule) => !breaks.includes(rule) && !also[rule])).toEqual([]);
      const own = named.filter(({ rule }) => breaks.includes(rule));
      found.push(Math.max(...own.map((naming) => naming.case)));
    },
  );

  const classic = MUTANTS.filter(({ strictOnly }) => !strictOnly).filter((_, at) => at % 5 === 0);

  test.each(classic)('$id is caught under activemq-classic', async (mutant) => {
    const named = await namedBy(mutant, 'activemq-classic');
    const rules = named.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining([...brokenUnder(mutant, 'activemq-classic')]));
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
    for (const seed of CONFORMING_SEEDS) {
      const [leastCases, mostCases] = [CONFORMING_CASES, CONFORMING_CASES];
      expect((await trial.run({ seed, expected: [], leastCases, mostCases })).named).toEqual([]);
    }
  });
});

async function namedBy(mutant: Mutant, profile: keyof typeof ENGINES): Promise<readonly Naming[]> {
  const trial = new Trial(adapterOf(mutant.id, mutant.make(ENGINES[profile])), profile);
  const expected = brokenUnder(mutant, profile);
  const plan = { seed: SEED, expected, leastCases: 1, mostCases: MOST_CASES };
  return (await trial.run(plan)).named;
}
