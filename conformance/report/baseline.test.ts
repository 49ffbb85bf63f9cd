import { describe, expect, it } from 'vitest';
import type { RuleVerdict } from '../../spec/verdict.ts';
import { findingOf, reportOf, ruleReport } from '../fixtures/reports.ts';
import { parseBaseline, withBaseline, type Deviation } from './baseline.ts';
import { reportText } from './text.ts';
import { exitCode } from './verdicts.ts';

const TODAY = '2026-06-15';

/** The outcome of a run in which WIN-1 came to `verdict`, SYN-1 held, and WIN-1 is listed. */
function listed(verdict: RuleVerdict, entry: Partial<Deviation> = {}, exercised = 1) {
  const plain = reportOf([
    ruleReport('WIN-1', verdict, { exercised }),
    ruleReport('SYN-1', 'satisfied'),
  ]);
  const deviations = [{ rule: 'WIN-1' as const, reason: 'an old bug', ...entry }];
  const seen = withBaseline(plain, { deviations }, TODAY);
  const text = reportText(seen, { colour: false });
  return { standing: seen.rules[0]?.deviation?.standing, code: exitCode(seen), text, ...seen };
}

describe('a baseline', () => {
  it('excuses a rule that is broken, and shows the reason', () => {
    const seen = listed('violated');
    expect(seen).toMatchObject({ standing: 'known', code: 0, verdict: 'conforms' });
    expect(seen.text).toContain('a conforms but for 1 known deviation\n');
    expect(seen.text).toMatch(/~ WIN-1 .*known deviation: an old bug/);
    expect(seen.rules[0]?.verdict).toBe('violated');
  });

  it('fails the run when a listed rule holds, without a word against the producer', () => {
    const seen = listed('satisfied');
    expect(seen).toMatchObject({ standing: 'stale', code: 1, verdict: 'conforms' });
    expect(seen.text).toContain('the baseline is stale: WIN-1 holds now');
  });

  it('excuses what is inconclusive, but not what was never exercised', () => {
    expect(listed('inconclusive')).toMatchObject({ standing: 'known', code: 0 });
    const idle = listed('not-exercised', {}, 0);
    expect(idle).toMatchObject({ standing: 'undecided', code: 3 });
    expect(idle.text).toContain('but this run did not decide: run more cases');
  });

  it('does not mind an entry that is not applicable here', () => {
    expect(listed('not-applicable', {}, 0)).toMatchObject({ standing: 'idle', code: 0 });
  });

  it('counts through the day on which an entry expires, and not on the next', () => {
    expect(listed('violated', { expires: TODAY })).toMatchObject({ standing: 'known', code: 0 });
    const late = listed('violated', { expires: '2026-06-14' });
    expect(late).toMatchObject({ standing: 'expired', code: 1, verdict: 'violates' });
    expect(late.text).toMatch(/known until 2026-06-14, which has passed/);
    expect(listed('satisfied', { expires: '2026-06-14' })).toMatchObject({ code: 0 });
  });

  it('does not hide another rule, nor a failed adapter', () => {
    const both = reportOf([ruleReport('WIN-1', 'violated'), ruleReport('SYN-1', 'violated')]);
    const deviations = [{ rule: 'WIN-1' as const, reason: 'an old bug' }];
    expect(exitCode(withBaseline(both, { deviations }, TODAY))).toBe(1);
    const error = { code: 'exited' as const, message: 'it ended' };
    const crashed = { ...reportOf([ruleReport('WIN-1', 'violated')]), error };
    expect(exitCode(withBaseline(crashed, { deviations }, TODAY))).toBe(2);
  });
});

describe('a baseline and findings', () => {
  it('hides no finding that breaks a rule it does not list', () => {
    const { counterexample } = findingOf('SYN-1');
    const rules = [
      ruleReport('SYN-1', 'violated', { counterexample }),
      ruleReport('SYN-5', 'violated', { counterexample }),
    ];
    const findings = [findingOf('SYN-1', { candidates: ['SYN-1', 'SYN-5'] })];
    const text = (...ids: ('SYN-1' | 'SYN-5')[]) => {
      const deviations = ids.map((rule) => ({ rule, reason: 'old' }));
      const seen = withBaseline(reportOf(rules, { findings }), { deviations }, TODAY);
      return reportText(seen, { colour: false });
    };
    expect(text('SYN-1')).toContain('Either SYN-1 or SYN-5');
    expect(text('SYN-1', 'SYN-5')).not.toContain('Either SYN-1 or SYN-5');
  });
});

describe('the file of a baseline', () => {
  const file = (...deviations: object[]) => JSON.stringify({ deviations });

  it('is read', () => {
    const text = file({ rule: 'win-1', reason: 'r', expires: '2027-06-30' });
    const deviations = [{ rule: 'WIN-1', reason: 'r', expires: '2027-06-30' }];
    expect(parseBaseline(text, 'known.json')).toEqual({ deviations });
  });

  it.each([
    ['{', /invalid JSON/],
    ['[]', /deviations: Invalid key/],
    [file({ rule: 'WIN-99', reason: 'r' }), /deviations\.0\.rule: there is no rule "WIN-99"/],
    [file({ rule: 'WIN-1' }), /deviations\.0\.reason/],
    [file({ rule: 'WIN-1', reason: ' ' }), /deviations\.0\.reason: .*it is empty/],
    [file({ rule: 'WIN-1', reason: 'r', expire: '2027-01-01' }), /deviations\.0\.expire\b/],
    [
      file({ rule: 'WIN-1', reason: 'r', expires: '2027-02-30' }),
      /2027-02-30" is not a date of the form YYYY-MM-DD/,
    ],
    [
      file({ rule: 'WIN-1', reason: 'r', expires: 'soon' }),
      /"soon" is not a date of the form YYYY-MM-DD/,
    ],
    [file({ rule: 'WIN-1', reason: 'r' }, { rule: 'win-1', reason: 's' }), /WIN-1 is listed twice/],
  ])('is refused: %s', (text, sentence) => {
    expect(() => parseBaseline(text, 'known.json')).toThrow(sentence);
  });
});
