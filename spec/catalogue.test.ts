// The book as a whole: it opens on the three promises, and every rule is complete.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, CHAPTERS, findRule, isRuleId } from './catalogue.ts';
import { EXAMPLES } from './examples.ts';
import { HEADLINE } from './headline.ts';
import * as spec from './index.ts';
import { ACTIVEMQ_CLASSIC, STRICT, type Profile } from './model/profile.ts';
import { excludingChoice } from './verdict.ts';

/** How many rules the rule book numbers in each chapter. */
const NUMBERED = {
  SND: 1,
  WIN: 14,
  SYN: 8,
  ASY: 6,
  CMP: 7,
  ORD: 6,
  TXN: 7,
  ERR: 5,
  LIF: 8,
  DST: 4,
  FLU: 3,
  RSD: 3,
  ISO: 1,
};

const NOT_STRICT = ['WIN-14', 'CMP-7', 'LIF-8'];
const STRICT_ONLY = ['WIN-5', 'WIN-6', 'SYN-8', 'ORD-2', 'TXN-4'];

const ids = CATALOGUE.map(({ id }) => id);

const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

describe('the headline', () => {
  test('is the three promises, in their order', () => {
    expect(HEADLINE.map(({ id, statement }) => `${id}: ${statement}`)).toEqual([
      'WIN-1: Window usage never exceeds the limit.',
      'SYN-1: A persistent send outside a transaction blocks until it is acked.',
      'ASY-1: A non-persistent send never waits for an acknowledgement.',
      'ASY-2: A transacted send never waits for an acknowledgement.',
    ]);
  });

  test('is made of rules of the catalogue, a MUST in both profiles', () => {
    for (const rule of HEADLINE) {
      expect(CATALOGUE).toContain(rule);
      expect(rule).toMatchObject({ level: 'MUST' });
      expect(rule.under).toBeUndefined();
    }
  });

  test('is the first thing that spec/index.ts exports', () => {
    expect(source('./index.ts').match(/from '(.*)';/)?.[1]).toBe('./headline.ts');
    expect(spec.HEADLINE).toBe(HEADLINE);
  });

  test('spec/index.ts and spec/headline.ts open with the three promises', () => {
    for (const name of ['./index.ts', './headline.ts']) {
      const opening = source(name)
        .split('\n')
        .filter((line) => /^\/\/ {3}\d\. /.test(line));
      expect(opening.map((line) => line.slice(5, 30))).toEqual([
        '1. Window usage never exc',
        '2. Sync sends block until',
        '3. Non-persistent or tran',
      ]);
    }
  });
});

describe('the catalogue', () => {
  test('holds every numbered rule, and no other', () => {
    const numbered = Object.entries(NUMBERED).flatMap(([chapter, count]) =>
      Array.from({ length: count }, (_, at) => `${chapter}-${at + 1}`),
    );
    expect(ids).toEqual(numbered);
  });

  test('has a title for each chapter, and lists the chapters in the order of the book', () => {
    expect(Object.keys(CHAPTERS)).toEqual(Object.keys(NUMBERED));
    const chapters = [...new Set(ids.map((id) => id.slice(0, 3)))];
    expect(chapters).toEqual(Object.keys(CHAPTERS));
  });

  test('says the same thing in no two rules', () => {
    const statements = CATALOGUE.map(({ statement }) => statement);
    expect(new Set(statements).size).toBe(statements.length);
  });

  test('asks only of the strict profile what activemq-classic does otherwise', () => {
    const excluded = (profile: Profile) =>
      CATALOGUE.filter((rule) => excludingChoice(rule, profile)).map(({ id }) => id);
    expect(excluded(STRICT)).toEqual(NOT_STRICT);
    expect(excluded(ACTIVEMQ_CLASSIC).filter((id) => !excluded(STRICT).includes(id))).toEqual(
      STRICT_ONLY,
    );
  });

  test('finds a rule by its id, whatever the case of its letters', () => {
    expect(findRule('win-1')).toBe(CATALOGUE.find(({ id }) => id === 'WIN-1'));
    expect(findRule('WIN-99')).toBeUndefined();
    expect(isRuleId('win-1')).toBe(false);
  });

  test('has examples of its rules and of nothing else', () => {
    expect(Object.keys(EXAMPLES).toSorted()).toEqual(ids.toSorted());
  });
});

describe.each(CATALOGUE)('$id', (rule) => {
  test('states one thing, in a sentence', () => {
    expect(rule.statement).toMatch(/^[A-Z][^\n]{15,}[^.]\.$/);
  });

  test('says why, from where, and where to look first', () => {
    expect(rule.rationale).toMatch(/^[A-Z].{20,}[.]$/);
    expect(rule.source.length).toBeGreaterThan(10);
    expect(rule.lookFirst).toMatch(/^[A-Z].{20,}[.?]$/);
  });

  test('names each need once, and judges something', () => {
    expect(new Set(rule.needs).size).toBe(rule.needs.length);
    expect(Object.keys(rule.judges)).not.toEqual([]);
  });
});

describe('needs', () => {
  const needsOf = (id: string) => findRule(id)?.needs;

  test('ERR-5 and DST-4 need a window beside the capability of their chapter', () => {
    expect(needsOf('ERR-5')).toEqual(
      expect.arrayContaining(['connection-loss', 'window', 'usage']),
    );
    expect(needsOf('DST-4')).toEqual(expect.arrayContaining(['destinations', 'window']));
  });

  test.each([
    ['WIN', 'window', ['WIN-8']],
    ['CMP', 'completion', []],
    ['TXN', 'transactions', []],
    ['ERR', 'connection-loss', []],
    ['DST', 'destinations', []],
    ['FLU', 'flush', []],
  ])('every rule of chapter %s needs %s, save %j', (chapter, capability, except) => {
    const without = CATALOGUE.filter(
      ({ id, needs }) => id.startsWith(chapter) && !needs.some((need) => need === capability),
    );
    expect(without.map(({ id }) => id)).toEqual(except);
  });

  test('a producer that declares nothing is still judged on what every producer promises', () => {
    const bare = CATALOGUE.filter(({ needs }) => needs.length === 0).map(({ id }) => id);
    expect(bare).toEqual(expect.arrayContaining(['SND-1', 'SYN-1', 'ASY-1', 'ORD-1', 'LIF-1']));
  });
});
