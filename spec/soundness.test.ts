// Soundness: a conforming producer is never accused, however odd its habits.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { check, Judge } from './check.ts';
import { oddHistory } from './examples/odd-application.ts';
import { PROFILES, STRICT } from './profile.ts';

const TAPES = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 600, size: 'max' });

describe('a conforming producer with odd habits', () => {
  test('breaks no rule', () => {
    fc.assert(
      fc.property(TAPES, (tape) => {
        const broken = check(STRICT, oddHistory(tape, 'packets')).flatMap(({ breach }) => breach ?? []);
        expect(broken).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('breaks no rule where packets are unseen', () => {
    fc.assert(
      fc.property(TAPES, (tape) => {
        const broken = check(STRICT, oddHistory(tape, 'calls')).flatMap(({ breach }) => breach ?? []);
        expect(broken).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
