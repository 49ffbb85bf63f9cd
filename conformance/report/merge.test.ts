import { describe, expect, it } from 'vitest';
import { findRule } from '../../spec/catalogue.ts';
import type { RuleVerdict } from '../../spec/verdict.ts';
import { mergeReports, type ShardReport } from './merge.ts';
import type { Report, RuleReport } from './report.ts';

function rule(verdict: RuleVerdict, exercised: number, first = 0): RuleReport {
  const { id, level, statement } = findRule('WIN-1')!;
  const counterexample = {
    scenario: [],
    history: [],
    at: 0,
    explanation: '',
    replay: '',
    case: first,
    digest: '',
  };
  return {
    id,
    level,
    statement,
    verdict,
    exercised,
    ...(verdict === 'violated' && { counterexample }),
  };
}

function shard(index: number, own: RuleReport, changes: Partial<Report> = {}): ShardReport {
  const report: Report = {
    kit: '1',
    adapter: 'a',
    profile: 'strict',
    seed: 7,
    cases: 50,
    verdict: 'conforms',
    rules: [own],
    durationMs: index,
    shard: { index, of: 2, cases: 100 },
    ...changes,
  };
  return { file: `${index}.json`, report };
}

describe('merging shards', () => {
  it.each<[RuleVerdict, RuleVerdict, RuleVerdict, Report['verdict']]>([
    ['satisfied', 'not-exercised', 'satisfied', 'conforms'],
    ['not-exercised', 'not-exercised', 'not-exercised', 'inconclusive'],
    ['satisfied', 'violated', 'violated', 'violates'],
    ['inconclusive', 'satisfied', 'inconclusive', 'inconclusive'],
    ['not-applicable', 'not-applicable', 'not-applicable', 'conforms'],
    ['not-applicable', 'not-exercised', 'not-exercised', 'inconclusive'],
  ])('makes of %s and %s: %s, and %s on the whole', (one, other, verdict, overall) => {
    const merged = mergeReports([shard(2, rule(other, 2, 9)), shard(1, rule(one, 1, 60))]);
    expect(merged).toMatchObject({ cases: 100, verdict: overall, durationMs: 2 });
    expect(merged.rules[0]).toMatchObject({ verdict, exercised: 3 });
    expect(merged.shard).toBeUndefined();
  });

  it('misses only the transitions that every shard missed', () => {
    const one = { coverage: { reachable: 3, covered: 1, missed: ['a', 'b'] } };
    const other = { coverage: { reachable: 3, covered: 1, missed: ['b', 'c'] } };
    const own = rule('satisfied', 1);
    expect(mergeReports([shard(1, own, one), shard(2, own, other)]).coverage).toEqual({
      reachable: 3,
      covered: 2,
      missed: ['b'],
    });
    expect(mergeReports([shard(1, own), shard(2, own)]).coverage).toBeUndefined();
  });

  it('numbers a counterexample by the first case that broke the rule on any machine', () => {
    const merged = mergeReports([
      shard(1, rule('violated', 1, 60)),
      shard(2, rule('violated', 1, 9)),
    ]);
    expect(merged.rules[0]?.counterexample?.case).toBe(9);
  });

  it('keeps the error of a shard, and says whose it is', () => {
    const error = { code: 'exited' as const, message: 'it ended.' };
    const merged = mergeReports([
      shard(1, rule('satisfied', 1)),
      shard(2, rule('inconclusive', 0), { error }),
    ]);
    expect(merged).toMatchObject({ verdict: 'error', error: { message: 'Shard 2: it ended.' } });
  });

  const ok = rule('satisfied', 1);
  it.each<[string, ShardReport[], RegExp]>([
    ['a missing shard', [shard(2, ok)], /shard 1 is missing: the run has 2/],
    ['a repeated shard', [shard(1, ok), shard(1, ok)], /shard 1 is given twice: 1.json and 1.json/],
    [
      'another seed',
      [shard(1, ok), shard(2, ok, { seed: 8 })],
      /2\.json and 1\.json are not of one run: they differ in the seed \(8, 7\)/,
    ],
    ['another kit', [shard(1, ok), shard(2, ok, { kit: '2' })], /version of producer-tck/],
    ['another adapter', [shard(1, ok), shard(2, ok, { adapter: 'b' })], /in the adapter \(b, a\)/],
    ['another profile', [shard(1, ok), shard(2, ok, { profile: 'activemq-classic' })], /profile/],
    [
      'another number of cases',
      [shard(1, ok), shard(2, ok, { shard: { index: 2, of: 2, cases: 101 } })],
      /number of cases \(101, 100\)/,
    ],
    [
      'another number of shards',
      [shard(1, ok), shard(2, ok, { shard: { index: 2, of: 3, cases: 100 } })],
      /number of shards \(3, 2\)/,
    ],
    ['other rules', [shard(1, ok), shard(2, ok, { rules: [] })], /choice of rules/],
  ])('refuses %s', (_, shards, sentence) => {
    expect(() => mergeReports(shards)).toThrow(sentence);
  });

  it('refuses a report that is of no shard', () => {
    const { shard: _, ...whole } = shard(1, ok).report;
    expect(() => mergeReports([{ file: 'w.json', report: whole }])).toThrow(
      /w\.json is the report of no shard: it was run without --shard/,
    );
  });
});
