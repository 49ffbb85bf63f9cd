// The profiles that come with the kit beside strict and activemq-classic: what they allow is not accused, what is
// wrong by them is, and strict says of what they allow that it is not strict.
import { describe, expect, test } from 'vitest';
import { type ProfileName, PROFILES, STRICT } from '../../../spec/model/profile.ts';
import { check } from '../../../spec/check.ts';
import { keepUncaughtErrors } from '../../harness/in-process/determinism.ts';
import { clearest } from '../score.ts';
import { Trial } from '../trial.ts';
import { CONFORMING_TO } from './conforming.ts';
import { PROFILE_MUTANTS } from './mutants.ts';

keepUncaughtErrors();
Error.stackTraceLimit = 0;

/** Seeds 1 to this; `.ci/deeper` tries more. */
const SEEDS = Number(process.env['SEEDS'] ?? 1);
const CASES = 100;

const BY_PROFILE = Object.entries(CONFORMING_TO) as [
  ProfileName,
  NonNullable<(typeof CONFORMING_TO)[ProfileName]>,
][];

describe.each(BY_PROFILE)('by %s', (profile, adapters) => {
  test.each(adapters)('$name is not accused', async (adapter) => {
    const trial = new Trial(() => adapter, profile);
    for (let seed = 1; seed <= SEEDS; seed += 1)
      expect((await trial.run({ seed, leastCases: CASES, mostCases: CASES })).faults).toEqual([]);
  });

  test.each(PROFILE_MUTANTS.filter((mutant) => mutant.profile === profile))(
    '$id is caught, and no rule is named that it keeps',
    async (mutant) => {
      const { unrelated, finding, again } = await clearest(mutant, profile);
      expect(unrelated).toEqual([]);
      expect(again, 'replayed and recorded').toEqual(finding);
    },
  );

  test('what it allows, strict does not', async () => {
    const trial = new Trial(() => adapters.at(0)!);
    const { faults } = await trial.run({ seed: 1, leastCases: CASES, mostCases: CASES });
    expect(faults).not.toEqual([]);
  });
});

test('a rule that a profile excludes is not applicable, and names the choice', () => {
  const reasons = check(PROFILES['fail-fast'], [
    { event: 'open', settings: { ...SETTINGS, windowSize: 1 } },
  ]).flatMap(({ id, missing }) => (missing?.includes(': ') ? `${id}: ${missing}` : []));
  expect(reasons).toContain('WIN-2: whenFull: fail');
  expect(check(STRICT, []).length).toBe(check(PROFILES.jakarta, []).length);
});

const SETTINGS = { useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
