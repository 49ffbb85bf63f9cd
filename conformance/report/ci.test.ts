import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import { counterexampleOf, findingOf, reportOf, ruleReport } from '../fixtures/reports.ts';
import { withBaseline } from './baseline.ts';
import { annotations, reportJunit } from './ci.ts';
import type { Report, RuleReport } from './report.ts';

const HOSTILE = '</testcase>]]>&"\'<x>\u0000\ud800\ufffe 100%,:';

/** One rule for each verdict; the violated one is named and explained by a hostile adapter. */
function report(changes: Partial<Report> = {}): Report {
  const verdicts: readonly RuleReport['verdict'][] = [
    'violated',
    'satisfied',
    'inconclusive',
    'not-exercised',
    'not-applicable',
  ];
  const rules = CATALOGUE.slice(0, 5).map(({ id }, at): RuleReport => {
    const verdict = verdicts[at] ?? 'satisfied';
    if (verdict !== 'violated') return ruleReport(id, verdict, { reason: 'a reason' });
    const explanation = `it said ${HOSTILE}\nand more`;
    return ruleReport(id, verdict, { counterexample: counterexampleOf(id, { explanation }) });
  });
  return reportOf(rules, { adapter: HOSTILE, durationMs: 1_234_567, ...changes });
}

/** The elements of a document in order of their start, which throws unless they are well nested. */
function elements(xml: string): { name: string; attributes: Record<string, string> }[] {
  const all: { name: string; attributes: Record<string, string> }[] = [];
  const open: string[] = [];
  const text = xml.replace(/^<\?xml[^>]*\?>/, '');
  for (const [whole, close, name = '', inner = '', empty] of text.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)(\/?)>/g,
  )) {
    if (close) expect(open.pop(), whole).toBe(name);
    else {
      const found = [...inner.matchAll(/([\w-]+)="([^"]*)"/g)];
      all.push({
        name,
        attributes: Object.fromEntries(found.map(([, key, value]) => [key, value])),
      });
      if (!empty) open.push(name);
    }
  }
  expect(open).toEqual([]);
  const rest = text.replaceAll(/<\/?[\w-]+(?:\s+[\w-]+="[^"<]*")*\/?>/g, '');
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  return all;
}

describe('a report as JUnit', () => {
  it('is well formed and counts right, whatever an adapter says', () => {
    const error = { code: 'exited', message: `it ended: ${HOSTILE}` } as const;
    const all = elements(reportJunit(report({ error, nonDeterminism: { case: 3, at: 0 } })));
    const count = (name: string) => all.filter((one) => one.name === name).length;
    expect(count('testcase')).toBe(7);
    const suite = all.find(({ name }) => name === 'testsuite')?.attributes;
    expect(suite).toMatchObject({
      tests: '7',
      failures: '1',
      errors: '4',
      skipped: '1',
      time: '1234.567',
    });
    expect([count('failure'), count('error'), count('skipped')]).toEqual([1, 4, 1]);
  });

  it('holds nothing that XML forbids', () => {
    expect(reportJunit(report())).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|\p{Surrogate}/u,
    );
  });

  it('shows a known deviation as skipped, and a stale one as a failure', () => {
    const deviations = report()
      .rules.slice(0, 2)
      .map(({ id }) => ({ rule: id, reason: 'old' }));
    const xml = reportJunit(withBaseline(report(), { deviations }, '2026-01-01'));
    expect(xml).toMatch(/<skipped message="known deviation: old"/);
    expect(xml).toMatch(/<failure message="the baseline lists it as broken, but it held/);
  });

  it('does not call an error what a shard alone did not exercise', () => {
    const xml = reportJunit(report({ shard: { index: 1, of: 2, cases: 10 } }));
    expect(xml).toContain('<skipped message="not exercised in this shard"');
  });
});

describe('findings as JUnit', () => {
  it('are shown in full at every rule that they concern', () => {
    const counterexample = counterexampleOf('SYN-1');
    const rules = [
      ruleReport('SYN-1', 'violated', { counterexample }),
      ruleReport('SYN-5', 'violated', { counterexample }),
      ruleReport('ORD-1', 'inconclusive', { counterexample, reason: 'with SYN-1' }),
    ];
    const findings = [
      findingOf('SYN-1', { candidates: ['SYN-1', 'SYN-5'], alsoBroken: ['ORD-1'] }),
    ];
    const xml = reportJunit(reportOf(rules, { findings }));
    expect(xml.match(/<failure /g)).toHaveLength(2);
    expect(xml.match(/Either SYN-1 or SYN-5: this case does not tell them apart/g)).toHaveLength(3);
    expect(xml).toContain('<error message="inconclusive: with SYN-1" type="error">SYN-1 ');
  });
});

describe('a report as annotations', () => {
  it('is one line for each thing to act on, whatever an adapter says', () => {
    const lines = annotations(report(), 'a,b:c.ts').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac\.ts,title=[^,:]*%2C%3A breaks SND-1::SND-1 /);
    expect(lines[0]).toContain('%0A  Look here first:');
    expect(lines[0]).toContain('100%25,:');
    expect(lines[1]).toMatch(
      /^::warning .*2 rules not decided::WIN-2: inconclusive%0AWIN-3: not-exercised$/,
    );
  });

  it('is one error for a finding, however many rules it breaks, and a warning for an open case', () => {
    const open = { reason: 'timed out, unconfirmed', counterexample: counterexampleOf('ORD-1') };
    const rules = [
      ruleReport('WIN-1', 'violated'),
      ruleReport('WIN-3', 'inconclusive', { counterexample: counterexampleOf('WIN-1') }),
      ruleReport('ORD-1', 'inconclusive', open),
    ];
    const findings = [findingOf('WIN-1', { alsoBroken: ['WIN-3'] })];
    const lines = annotations(reportOf(rules, { findings })).trimEnd().split('\n');
    expect(lines.map((line) => /^::(.*?)::/.exec(line)?.[1])).toEqual([
      'error title=a breaks WIN-1',
      'warning title=a may break ORD-1',
      'warning title=a%3A 2 rules not decided',
    ]);
    expect(lines[0]).toContain('%0A  Also broken here: WIN-3.');
    expect(lines[1]).toContain('%0A  Inconclusive: timed out, unconfirmed.');
  });

  it('says nothing of a producer that conforms', () => {
    expect(annotations(report({ rules: [] }))).toBe('');
  });
});
