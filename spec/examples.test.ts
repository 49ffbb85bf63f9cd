// The examples are shown to people, and they are tests of the rules: a witness that is accused shows an
// unsound rule, a violation that is not shows a toothless one.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { check } from './check.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { HistoryError, type History } from './events/history.ts';
import { STRICT } from './model/profile.ts';
import type { RuleId } from './rule.ts';
import type { LocatedBreach } from './verdict.ts';

function exampleOf(id: string): Example {
  const example = EXAMPLES[id];
  if (!example) throw new Error(`${id} has no example`);
  return example;
}

function breachesOf(history: History): LocatedBreach[] {
  return check(STRICT, history).flatMap(({ breach }) => breach ?? []);
}

/** The rules a history breaks; undefined when it cannot have happened. */
function brokenBy(history: History): RuleId[] | undefined {
  try {
    return breachesOf(history).map(({ rule }) => rule);
  } catch (error) {
    if (error instanceof HistoryError) return undefined;
    throw error;
  }
}

/** All histories that leave out one event or more. */
function* partsOf(history: History): Generator<History> {
  const all = 2 ** history.length - 1;
  for (let kept = 0; kept < all; kept += 1) {
    yield history.filter((_, at) => (kept >> at) & 1);
  }
}

/** The call a breach is about, as an error message should name it. */
function nameOf(op: number, history: History): string {
  for (const event of history) {
    if (event.event === 'invoke' && event.op === op) return event.message?.id ?? event.action;
  }
  throw new Error(`operation ${op} is not in the history`);
}

describe.each(CATALOGUE)('$id', (rule) => {
  const { witness, violation, alsoBreaks = [] } = exampleOf(rule.id);
  const allowed = [rule.id, ...alsoBreaks];

  test('its witness exercises it, and breaks nothing', () => {
    const results = check(STRICT, witness);
    expect(results.flatMap(({ breach }) => breach ?? [])).toEqual([]);
    expect(results.find(({ id }) => id === rule.id)?.verdict).toBe('satisfied');
  });

  test('its violation breaks it, and nothing that it need not break, by the last event', () => {
    const breaches = breachesOf(violation);
    expect(breaches.map((breach) => breach.rule).toSorted()).toEqual(allowed.toSorted());
    for (const { at, line } of breaches) {
      expect({ at, line }).toEqual({ at: violation.length - 1, line: violation.length });
    }
  });

  test('nothing can be left out of its violation', () => {
    const smaller = [...partsOf(violation)].filter((part) => {
      const broken = brokenBy(part);
      return broken?.includes(rule.id) && broken.every((id) => allowed.includes(id));
    });
    expect(smaller).toEqual([]);
  });

  test('its violation says of whom it speaks', () => {
    const breach = breachesOf(violation).find((one) => one.rule === rule.id);
    const why = breach?.why ?? '';
    expect(why.split(' ').length).toBeGreaterThan(4);
    expect(why).not.toMatch(/undefined|NaN|\[object|[.]$/);
    expect(why).toContain(breach?.op === undefined ? 'the ' : nameOf(breach.op, violation));
  });

  test('its examples are plain data', () => {
    for (const history of [witness, violation]) {
      expect(JSON.parse(JSON.stringify(history))).toEqual(history);
    }
  });
});

describe('what a violation says', () => {
  test.each([
    ['WIN-1', 'with m2 admitted, 12 bytes are unanswered, the limit is 10'],
    ['SYN-1', 'the send of m1 returned before its acknowledgement'],
    ['ASY-1', 'a send of this kind waits for no acknowledgement'],
    ['ASY-2', 'a send of this kind waits for no acknowledgement'],
    ['WIN-2', '6 of 10 bytes in use, 6 bytes wanted'],
    ['WIN-5', 'm2 went out while the earlier m1 waits'],
    ['SYN-6', 'after 0 of 100 ms'],
    ['ORD-5', 'another priority'],
    ['DST-3', 'although the producer is bound elsewhere'],
  ])('%s: %s', (id, phrase) => {
    const { violation } = exampleOf(id);
    expect(breachesOf(violation).find(({ rule }) => rule === id)?.why).toContain(phrase);
  });
});
