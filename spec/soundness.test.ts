// Soundness: a conforming producer is never accused, however odd its habits. The odd producers are
// written from the design alone, so what is tested here is that the ledger and the rules mean the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { check } from './check.ts';
import { oddHistory, type View } from './examples/odd-application.ts';
import { PROFILES, type ProfileName } from './profile.ts';

const TAPES = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 500, size: 'max' });

const CASES: readonly [ProfileName, View][] = [
  ['strict', 'packets'],
  ['strict', 'calls'],
  ['activemq-classic', 'packets'],
  ['activemq-classic', 'calls'],
];

describe.each(CASES)('a conforming producer with odd habits, %s, seen by its %s', (name, view) => {
  const profile = PROFILES[name];

  test('breaks no rule', () => {
    fc.assert(
      fc.property(TAPES, (tape) => {
        const results = check(profile, oddHistory(tape, profile, view));
        expect(results.flatMap(({ breach }) => breach ?? [])).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('is put to every rule that applies', () => {
    const asked = new Set<string>();
    for (const tape of fc.sample(TAPES, { numRuns: 1000, seed: 1 })) {
      for (const { id, verdict } of check(profile, oddHistory(tape, profile, view))) {
        if (verdict === 'satisfied' || verdict === 'not-applicable') asked.add(id);
      }
    }
    expect(CATALOGUE.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
  });
});
