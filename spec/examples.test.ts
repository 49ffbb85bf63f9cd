// The examples are shown to people, and they are tests of the rules: a witness that is accused shows an
// unsound rule, a violation that is not shows a toothless one.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { check, Judge } from './check.ts';
import { diagnose, type Finding } from './diagnosis/diagnose.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { HistoryError, type History } from './events/history.ts';
import { STRICT, type Profile } from './model/profile.ts';
import type { RuleId } from './rule.ts';
import type { LocatedBreach } from './verdict.ts';

/** The law never finds them broken: what breaks is another rule, and diagnosis names them. */
const DIAGNOSES = new Set('WIN-7 WIN-9 WIN-10 WIN-11 WIN-12 SYN-7 CMP-5 LIF-6 ISO-1'.split(' '));

function exampleOf(id: string): Example {
  const example = EXAMPLES[id];
  if (!example) throw new Error(`${id} has no example`);
  return example;
}

/** What the law finds; undefined when the history cannot have happened. */
function breachesOf(history: History, profile: Profile): readonly LocatedBreach[] | undefined {
  const judge = new Judge(profile);
  try {
    for (const event of history) judge.next(event);
    return judge.breaches;
  } catch (error) {
    if (error instanceof HistoryError) return undefined;
    throw error;
  }
}

/** The rule is the headline of the finding, and no other is as likely; or it is the mistake behind it. */
function isNamedBy(finding: Finding | undefined, rule: RuleId): boolean {
  if (finding?.hypothesis?.rule === rule) return true;
  return finding?.rule === rule && !finding.candidates;
}

/** All histories that leave out one event or more. The `open` stays: without it nothing can be judged. */
function* partsOf([open, ...events]: History): Generator<History> {
  const all = 2 ** events.length - 1;
  for (let kept = 0; open && kept < all; kept += 1) {
    yield [open, ...events.filter((_, at) => (kept >> at) & 1)];
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
  const { witness, violation, alsoBreaks = [], profile = STRICT } = exampleOf(rule.id);
  const allowed = DIAGNOSES.has(rule.id) ? alsoBreaks : [rule.id, ...alsoBreaks];

  test('its witness exercises it, and breaks nothing', () => {
    const results = check(profile, witness);
    expect(results.flatMap(({ breach }) => breach ?? [])).toEqual([]);
    expect(results.find(({ id }) => id === rule.id)?.verdict).toBe('satisfied');
  });

  test('its violation breaks it, and nothing that it need not break, by the last event', () => {
    const breaches = breachesOf(violation, profile) ?? [];
    expect(breaches.map((breach) => breach.rule).toSorted()).toEqual(allowed.toSorted());
    for (const { at, line } of breaches) {
      expect({ at, line }).toEqual({ at: violation.length - 1, line: violation.length });
    }
  });

  test('it is what is found wrong with its violation', () => {
    const finding = diagnose(profile, violation);
    expect(finding).toSatisfy((found: Finding) => isNamedBy(found, rule.id));
  });

  test('nothing can be left out of its violation', () => {
    const smaller = [...partsOf(violation)].filter((part) => {
      const broken = breachesOf(part, profile);
      if (!broken?.length || broken.some((breach) => !allowed.includes(breach.rule))) return false;
      return isNamedBy(diagnose(profile, part), rule.id);
    });
    expect(smaller).toEqual([]);
  });

  test('its violation says of whom it speaks', () => {
    for (const { why, op } of breachesOf(violation, profile) ?? []) {
      expect(why.split(' ').length).toBeGreaterThan(4);
      expect(why).not.toMatch(/undefined|NaN|\[object|[.]$/);
      expect(why).toContain(op === undefined ? 'the ' : nameOf(op, violation));
    }
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
    const breaches = breachesOf(exampleOf(id).violation, STRICT);
    expect(breaches?.find(({ rule }) => rule === id)?.why).toContain(phrase);
  });
});
