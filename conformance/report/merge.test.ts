import { describe, expect, it } from 'vitest';
import type { RuleVerdict } from '../../spec/verdict.ts';
import { counterexampleOf, findingOf, reportOf, ruleReport } from '../fixtures/reports.ts';
import { mergeReports, type ShardReport } from './merge.ts';
import type { FindingReport, Report, RuleReport } from './report.ts';

function rule(verdict: RuleVerdict, exercised: number, first = 1): RuleReport {
  const counterexample = counterexampleOf('WIN-1', { case: first });
  return ruleReport('WIN-1', verdict, {
    exercised,
    ...(verdict === 'violated' && { counterexample }),
  });
}

function shard(index: number, own: RuleReport, changes: Partial<Report> = {}): ShardReport {
  const part = { cases: 50, durationMs: index, shard: { index, of: 2, cases: 100 } };
  return { file: `${index}.json`, report: reportOf([own], { ...part, ...changes }) };
}

describe('merging shards', () => {
  it.each<[RuleVerdict, RuleVerdict, RuleVerdict, Report['verdict']]>([
    ['satisfied', 'not-exercised', 'satisfied', 'conforms'],
    ['not-exercised', 'not-exercised', 'not-exercised', 'inconclusive'],
    ['satisfied', 'violated', 'violated', 'violates'],
    ['inconclusive', 'satisfied', 'inconclusive', 'inconclusive'],
    ['not-applicable', 'not-applicable', 'not-applicable', 'conforms'],
    // A shard without a case does not know what the adapter can do.
    ['not-applicable', 'not-exercised', 'not-applicable', 'conforms'],
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

  describe('the findings', () => {
    const steps = (length: number, first: number) => {
      const [open] = counterexampleOf('WIN-1').scenario;
      return counterexampleOf('WIN-1', { scenario: Array(length).fill(open), case: first });
    };
    const merged = (...shares: Partial<FindingReport>[]) =>
      mergeReports(
        shares.map((changes, at) => {
          const finding = findingOf('WIN-1', changes);
          const own = { ...rule('violated', 1), counterexample: finding.counterexample };
          return shard(at + 1, own, { findings: [finding] });
        }),
      );
    const keeps = { rule: 'WIN-9', text: 'refused messages kept their space' } as const;

    it('are one where headline and hypothesis are the same: the shortest case, the first number', () => {
      const [long, short] = [steps(9, 3), steps(4, 60)];
      const { findings, rules } = merged(
        { hypothesis: keeps, counterexample: long, alsoBroken: ['ORD-1'] },
        { hypothesis: keeps, counterexample: short },
      );
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({ hypothesis: keeps, alsoBroken: ['ORD-1'] });
      expect(findings[0]?.counterexample).toEqual({ ...short, case: 3 });
      expect(rules[0]?.counterexample).toEqual(findings[0]?.counterexample);
    });

    it('accuse no rule any more that the shorter case of the same fault does not break', () => {
      const own = { ...rule('violated', 1), counterexample: steps(9, 1) };
      const candidates = ['SYN-1', 'WIN-1'] as const;
      const ambiguous = findingOf('SYN-1', { candidates, counterexample: steps(9, 1) });
      const clear = findingOf('SYN-1', { counterexample: steps(4, 2) });
      const reports = [
        shard(1, own, { findings: [ambiguous] }),
        shard(2, rule('satisfied', 1), { findings: [clear] }),
      ];
      const [only] = mergeReports(reports).rules;
      expect(only).toMatchObject({ verdict: 'inconclusive', counterexample: steps(9, 1) });
    });

    it('are two where the hypotheses differ', () => {
      expect(merged({ hypothesis: keeps }, {}).findings).toHaveLength(2);
    });
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
      /2\.json and 1\.json are not of one run: they differ in the seed \(8, 1\)/,
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
