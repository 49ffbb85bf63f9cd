// From findings to verdicts, and what the terminal says of them.
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import { counterexampleOf, findingOf, reportOf, ruleReport } from '../fixtures/reports.ts';
import { VERSION } from '../version.ts';
import { parseReport, reportJson } from './report-format.ts';
import type { FindingReport, Report } from './report.ts';
import { reportText } from './text.ts';
import { findingReport, inOrder, verdictOf, verdictsOf, type Doubt } from './verdicts.ts';

const SHOULD = CATALOGUE.find(({ level }) => level === 'SHOULD')!.id;
const KEEPS = { rule: 'WIN-9', text: 'refused messages kept their space' } as const;

/** What becomes of rules that the law found broken, or not. */
function rulesWith(
  findings: readonly FindingReport[],
  ids: readonly RuleId[],
  doubts?: ReadonlyMap<RuleId, Doubt>,
) {
  const results = ids.map((id): RuleResult => ({ id, verdict: 'violated', exercised: 3 }));
  return verdictsOf(results, findings, doubts);
}

describe('the verdicts that follow from findings', () => {
  it('accuse the headline, each candidate, and the rule of the hypothesis', () => {
    const finding = findingOf('SYN-1', { candidates: ['SYN-1', 'SYN-5'], hypothesis: KEEPS });
    const rules = rulesWith([finding], ['WIN-9', 'SYN-1', 'SYN-5']);
    for (const { counterexample, ...rule } of rules) {
      expect(rule).toMatchObject({ verdict: 'violated', exercised: 3 });
      expect(counterexample).toBe(finding.counterexample);
    }
  });

  it('leave open what is broken only together with another rule, and show the case', () => {
    const finding = findingOf('WIN-3', { alsoBroken: ['ORD-1'] });
    const [rule] = rulesWith([finding], ['ORD-1']);
    expect(rule).toMatchObject({
      verdict: 'inconclusive',
      reason:
        'broken only together with WIN-3, whose finding explains it; run again once that is fixed',
      counterexample: finding.counterexample,
    });
    const own = findingOf('ORD-1');
    expect(rulesWith([finding, own], ['ORD-1'])[0]).toMatchObject({
      verdict: 'violated',
      counterexample: own.counterexample,
    });
  });

  it('let no broken SHOULD hide a broken MUST', () => {
    const finding = findingOf(SHOULD, { alsoBroken: ['WIN-1'] });
    const rules = rulesWith([finding], [SHOULD, 'WIN-1']);
    expect(rules.map(({ verdict }) => verdict)).toEqual(['violated', 'violated']);
    expect(verdictOf({ rules })).toBe('violates');
    expect(verdictOf({ rules: rulesWith([findingOf(SHOULD)], [SHOULD]) })).toBe('conforms');
  });

  it('keep the case of a doubt, and never call violated what no finding shows', () => {
    const doubt = { reason: 'timed out, unconfirmed', counterexample: counterexampleOf('SYN-4') };
    const rules = rulesWith([], ['SYN-4', 'WIN-1'], new Map([['SYN-4', doubt]]));
    expect(rules[0]).toMatchObject({ verdict: 'inconclusive', ...doubt });
    expect(rules[1]).toMatchObject({ verdict: 'inconclusive' });
    expect(rules[1]?.counterexample).toBeUndefined();
  });

  it('pass on what no case spoke against', () => {
    const results: RuleResult[] = [
      { id: 'WIN-1', verdict: 'satisfied', exercised: 2 },
      { id: 'CMP-1', verdict: 'not-applicable', exercised: 0, missing: 'completion' },
    ];
    expect(verdictsOf(results, []).map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['satisfied', undefined],
      ['not-applicable', 'capability "completion" is not declared'],
    ]);
  });
});

describe('findings', () => {
  it('are made of a diagnosis and its case', () => {
    const { counterexample } = findingOf('WIN-3');
    const diagnosis = { rule: 'WIN-3', why: 'it fits', at: 4, alsoBroken: [], hypothesis: KEEPS };
    expect(findingReport({ ...diagnosis, rule: 'WIN-3' }, counterexample)).toEqual({
      ...findingOf('WIN-3', { explanation: 'it fits', hypothesis: KEEPS }),
      counterexample,
    });
  });

  it('come in order: MUST before SHOULD, the clear before the ambiguous, the short before the long', () => {
    const long = counterexampleOf('WIN-1');
    const longer = { ...long, scenario: [...long.scenario, ...long.scenario] };
    const findings = [
      findingOf(SHOULD),
      findingOf('WIN-5', { candidates: ['WIN-5', 'WIN-3'] }),
      findingOf('WIN-1', { counterexample: longer }),
      findingOf('WIN-3'),
      findingOf('WIN-2'),
    ];
    expect(inOrder(findings).map(({ rule }) => rule)).toEqual([
      'WIN-2',
      'WIN-3',
      'WIN-1',
      'WIN-5',
      SHOULD,
    ]);
  });
});

/** A finding, one rule broken with it, and a rule that is open by itself. */
function fullReport(): Report {
  const finding = findingOf('WIN-1', { hypothesis: KEEPS, alsoBroken: ['ORD-1'] });
  const { counterexample } = finding;
  const open = { reason: 'timed out, unconfirmed', counterexample: counterexampleOf('SYN-1') };
  const rules = [
    ruleReport('WIN-1', 'violated', { counterexample }),
    ruleReport('ORD-1', 'inconclusive', { counterexample, reason: 'broken with WIN-1' }),
    ruleReport('SYN-1', 'inconclusive', open),
  ];
  return reportOf(rules, { kit: VERSION, findings: [finding] });
}

describe('findings on a terminal', () => {
  const text = reportText(fullReport(), { colour: false });

  it('are shown once each, and an open rule as a violated one is', () => {
    const headings = text.split('\n').filter((line) => /^(inconclusive: )?[A-Z]{3}-\d/.test(line));
    expect(headings).toEqual([
      'WIN-1  Window usage never exceeds the limit.',
      expect.stringMatching(/^inconclusive: SYN-1 {2}A persistent send/),
    ]);
    expect(text.match(/^ {2}> .*<- (WIN-1|SYN-1)$/gm)).toHaveLength(2);
    expect(text.match(/^ {2}Look here first: /gm)).toHaveLength(2);
    expect(text.match(/^ {2}Replay: /gm)).toHaveLength(2);
    expect(text).toContain('  Inconclusive: timed out, unconfirmed.\n');
  });

  it('say what explains them, and what else they break', () => {
    expect(text).toContain('  Also broken here: ORD-1.\n');
    expect(text).toContain(
      '  The producer behaves as if refused messages kept their space (WIN-9).\n',
    );
  });

  it('fit in 80 columns, but for histories, replay lines and the table', () => {
    const found = text.slice(text.indexOf('WIN-1  '), text.indexOf('\n✗ '));
    const prose = found.split('\n').filter((line) => !/^ {2,3}[> ] *\d|Replay:/.test(line));
    expect(prose.length).toBeGreaterThan(8);
    for (const line of prose) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe('a report as JSON', () => {
  it('is read as it was written', () => {
    const report: Report = {
      ...fullReport(),
      coverage: { reachable: 2, covered: 1, missed: ['a'] },
      shard: { index: 1, of: 2, cases: 3 },
      nonDeterminism: { case: 3, at: 1, first: { event: 'settle' } },
      error: { code: 'exited', message: 'it ended' },
    };
    expect(parseReport(reportJson(report), 'r')).toEqual(report);
  });

  it.each<[string, object, RegExp]>([
    ['of another version', { kit: '0.0.1' }, /written by producer-tck 0\.0\.1/],
    [
      'with an unknown rule',
      { rules: [{ id: 'WIN-99' }] },
      /rules\.0\.id: there is no rule "WIN-99"/,
    ],
    ['with a rule that lacks its verdict', { rules: [{ id: 'WIN-1' }] }, /rules\.0\.\w+: /],
    ['without findings', { findings: undefined }, /findings: /],
    ['with a misspelt key', { sead: 1 }, /sead: /],
  ])('is refused: %s', (_, changes, sentence) => {
    const json = JSON.stringify({ ...fullReport(), ...changes });
    expect(() => parseReport(json, 'r')).toThrow(sentence);
  });

  it('is refused when it is cut off', () => {
    expect(() => parseReport('{"kit":', 'r')).toThrow(/^r is not a report: invalid JSON: /);
  });
});
