// Soundness: a conforming producer is never accused, however odd its habits. The odd producers are
// written from the design alone, so what is tested here is that the ledger and the rules mean the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { check } from './check.ts';
import { oddHistory, type View } from './examples/odd-application.ts';
import { HistoryError, type History } from './events/history.ts';
import { PROFILES, STRICT, type ProfileName } from './model/profile.ts';
import type { Rule } from './rule.ts';
import type { LocatedBreach } from './verdict.ts';

const SCENARIOS = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 500, size: 'max' });

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
      fc.property(SCENARIOS, (scenario) => {
        const results = check(profile, oddHistory(scenario, profile, view));
        expect(results.flatMap(({ breach }) => breach ?? [])).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('is put to every rule that applies', () => {
    const asked = new Set<string>();
    for (const scenario of fc.sample(SCENARIOS, { numRuns: 1000, seed: 1 })) {
      for (const { id, verdict } of check(profile, oddHistory(scenario, profile, view))) {
        if (verdict === 'satisfied' || verdict === 'not-applicable') asked.add(id);
      }
    }
    expect(CATALOGUE.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
  });
});

/** A history that may be unlawful, or impossible: one event is missing, doubled, or too late. */
function distort(events: History, at: number, how: 'drop' | 'repeat' | 'delay'): History {
  const place = 1 + (at % (events.length - 1));
  const event = events.slice(place, place + 1);
  const before = events.slice(0, place);
  const after = events.slice(place + 1);
  if (how === 'drop') return [...before, ...after];
  if (how === 'repeat') return [...before, ...event, ...event, ...after];
  return [...before, ...after.slice(0, 2), ...event, ...after.slice(2)];
}

function breachesOf(events: History, rules: readonly Rule[]): LocatedBreach[] | string {
  try {
    return check(STRICT, events, rules).flatMap(({ breach }) => breach ?? []);
  } catch (error) {
    if (error instanceof HistoryError) return error.message;
    throw error;
  }
}

describe('distorted histories', () => {
  const distorted = fc
    .tuple(SCENARIOS, fc.nat(), fc.constantFrom('drop', 'repeat', 'delay'))
    .map(([scenario, at, how]) => distort(oddHistory(scenario, STRICT, 'packets'), at, how));

  test('a rule that says what calls it is about accuses as if it were asked about every call', () => {
    const asked = CATALOGUE.map(({ about: _, ...rule }): Rule => rule);
    fc.assert(
      fc.property(distorted, (events) => {
        expect(breachesOf(events, CATALOGUE)).toEqual(breachesOf(events, asked));
      }),
      { numRuns: 2000 },
    );
  });

  test('are accused of most that can be broken: what accuses nobody proves nothing', () => {
    const found = new Set<string>();
    for (const events of fc.sample(distorted, { numRuns: 4000, seed: 1 })) {
      const breaches = breachesOf(events, CATALOGUE);
      if (typeof breaches === 'string') continue;
      for (const { rule } of breaches) found.add(rule);
    }
    expect(found.size).toBeGreaterThan(30);
  });
});
