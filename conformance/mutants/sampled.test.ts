// What `npm test` tries a sample of, and CI in full, by `npm run mutants` and `.ci/deeper`: what is said of mutants,
// those of the producer that is built like the notes' own Java by the profile that states what it does, and producers
// that nothing may be said against.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { ProducerAdapter } from '../adapter.ts';
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { MUTANTS } from './catalogue.ts';
import { CONFORMING, CONFORMING_CLASSIC } from './conforming/catalogue.ts';
import { brokenUnder, type Mutant } from './mutant.ts';
import { clearest, firstCaught } from './score.ts';
import { Trial } from './trial.ts';

keepUncaughtErrors();
// Producers fail in bulk; their stacks, which nobody reads, cost half of the time.
Error.stackTraceLimit = 0;

/** One mutant for each rule: the last, since the first ones are less usual, and take longer. */
function sampleOf(profile: ProfileName): readonly Mutant[] {
  const isTried = (mutant: Mutant) => profile === 'strict' || !mutant.strictOnly;
  const sample = CATALOGUE.map(({ id }) =>
    MUTANTS.findLast((mutant) => isTried(mutant) && brokenUnder(mutant, profile).includes(id)),
  );
  return [...new Set(sample)].filter((mutant): mutant is Mutant => mutant !== undefined);
}

test.each(sampleOf('strict'))('no rule is named that $id keeps', async (mutant) => {
  const { unrelated, finding, again } = await clearest(mutant, 'strict');
  expect(unrelated).toEqual([]);
  expect(again, 'replayed and recorded').toEqual(finding);
});

test.each(sampleOf('activemq-classic'))('$id is caught by activemq-classic', async (mutant) => {
  expect(await firstCaught(mutant, 'activemq-classic')).toBeLessThan(Number.POSITIVE_INFINITY);
});

/** Seeds 1 to this, and cases of each; `.ci/deeper` tries more. */
const SEEDS = Number(process.env['SEEDS'] ?? 1);
const CASES = Number(process.env['CASES'] ?? 60);

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
