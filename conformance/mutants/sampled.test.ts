// What `npm test` tries a sample of, and `.ci/deeper` in full: mutants of the producer that is built like the
// notes' own Java, by the profile that states what it does, and producers that nothing may be said against.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { MUTANTS } from './catalogue.ts';
import { CONFORMING, CONFORMING_CLASSIC } from './conforming/catalogue.ts';
import { brokenUnder, type Mutant } from './mutant.ts';
import { clearest } from './score.ts';
import { Trial } from './trial.ts';

keepUncaughtErrors();
// Producers fail in bulk; their stacks, which nobody reads, cost half of the time.
Error.stackTraceLimit = 0;

/** One mutant for each rule: the last, since the first ones are less usual, and take longer. */
const SAMPLE = new Set(
  CATALOGUE.map(({ id }) =>
    MUTANTS.findLast(
      (mutant) => !mutant.strictOnly && brokenUnder(mutant, 'activemq-classic').includes(id),
    ),
  ).filter((mutant): mutant is Mutant => mutant !== undefined),
);

describe('by activemq-classic', () => {
  test.each([...SAMPLE])('$id is caught, and no rule is named that it keeps', async (mutant) => {
    const { unrelated, finding, again } = await clearest(mutant, 'activemq-classic');
    expect(unrelated).toEqual([]);
    expect(again, 'replayed and recorded').toEqual(finding);
  });
});

/** Seeds 1 to this; `.ci/deeper` tries more. */
const SEEDS = Number(process.env['SEEDS'] ?? 1);
const CASES = 150;

describe('a conforming producer', () => {
  test.each(CONFORMING)('$name is not accused', (adapter) => isNotAccused(adapter, 'strict'));

  test.each(CONFORMING_CLASSIC)('$name is not accused by activemq-classic', (adapter) =>
    isNotAccused(adapter, 'activemq-classic'),
  );
});

async function isNotAccused(adapter: ProducerAdapter, profile: ProfileName): Promise<void> {
  const trial = new Trial(() => adapter, profile);
  for (let seed = 1; seed <= SEEDS; seed += 1)
    expect((await trial.run({ seed, leastCases: CASES, mostCases: CASES })).faults).toEqual([]);
}
