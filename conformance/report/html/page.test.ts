// The page of a report as text: its policy, its escaping, its order. How it looks and behaves is tried in
// a real browser by page.browser.test.ts.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import { counterexampleOf, findingOf, reportOf, ruleReport } from '../../fixtures/reports.ts';
import type { Report, RuleReport } from '../report.ts';
import { reportPage } from './page.ts';

const HOSTILE = `</title><script>globalThis.ran = 1</script><img src=x onerror="ran=1">\u202e'`;

/** Every rule is broken, by an adapter that says `said` wherever it can. */
function broken(changes: Partial<Report> = {}, said = HOSTILE): Report {
  const rules = CATALOGUE.slice(0, 5).map(({ id }): RuleReport => {
    const counterexample = counterexampleOf(id, { explanation: said, replay: `npx ${said}` });
    return ruleReport(id, 'violated', { counterexample });
  });
  return reportOf(rules, { adapter: said, ...changes });
}

/** The content of every element of a name. */
function contents(page: string, element: string): string[] {
  const pattern = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, 'g');
  return [...page.matchAll(pattern)].map(([, content]) => content ?? '');
}

describe('the page of a report', () => {
  it('lets nothing run but its own style and script, known by their hashes', () => {
    const page = reportPage(broken());
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const allowed = policy.replaceAll('&#39;', "'");
    expect(allowed).toMatch(/^default-src 'none'; /);
    expect(allowed).not.toContain('unsafe');
    for (const element of ['style', 'script']) {
      const [text, ...others] = contents(page, element);
      expect(others).toEqual([]);
      const hash = createHash('sha256')
        .update(text ?? '')
        .digest('base64');
      expect(allowed).toContain(`${element}-src 'sha256-${hash}'`);
    }
  });

  it('carries no address, no inline style and no handler', () => {
    const markupOnly = reportPage(broken({}, 'plain'))
      .replace(/<script>[\s\S]*?<\/script>/, '')
      .replace(/<style>[\s\S]*?<\/style>/, '');
    expect(markupOnly).not.toMatch(/<[^>]*\s(src|style|on\w+)=/);
    expect(markupOnly).not.toMatch(/href="(?!#)/);
  });

  it('escapes names, messages and command lines, and shows what cannot be seen', () => {
    const page = reportPage(broken());
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('\\u202e&#39;');
  });

  it('puts the verdict before the violations, and known deviations last among these', () => {
    const [first, ...rest] = broken().rules as [RuleReport, ...RuleReport[]];
    const known = { ...first, deviation: { standing: 'known' as const, reason: 'see the notes' } };
    const page = reportPage(broken({ rules: [known, ...rest] }));
    const order = [...page.matchAll(/<article[^>]* id="([^"]+)"/g)].map(([, id]) => id);
    expect(order).toEqual([...rest.map(({ id }) => id), known.id]);
    expect(page).toContain('Known deviation: see the notes.');
    expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('<article'));
  });

  it('says why an adapter could not be judged', () => {
    const error = { code: 'stray-error' as const, message: 'The adapter x failed: no licence.' };
    const page = reportPage(broken({ rules: [], verdict: 'error', error }));
    expect(page).toContain('role="alert">The adapter x failed: no licence.<');
    expect(page).toContain('could not be judged');
  });

  it('shows one article for each finding, and leads to it from every rule that it concerns', () => {
    const counterexample = counterexampleOf('SYN-1');
    const open = { reason: 'timed out, unconfirmed', counterexample: counterexampleOf('TXN-7') };
    const rules = [
      ruleReport('SYN-1', 'violated', { counterexample }),
      ruleReport('SYN-5', 'violated', { counterexample }),
      ruleReport('ORD-1', 'inconclusive', { counterexample, reason: 'broken with SYN-1' }),
      ruleReport('TXN-7', 'inconclusive', open),
    ];
    const hypothesis = { rule: 'WIN-9', text: 'refused messages kept their space' } as const;
    const other = counterexampleOf('SYN-1', { digest: 'other' });
    const findings = [
      findingOf('SYN-1', { candidates: ['SYN-1', 'SYN-5'], alsoBroken: ['ORD-1'], counterexample }),
      findingOf('SYN-1', { hypothesis, counterexample: other }),
    ];
    const page = reportPage(reportOf(rules, { findings }));
    expect([...page.matchAll(/<article[^>]* id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'SYN-1',
      'SYN-1-2',
      'TXN-7',
    ]);
    expect(page).toContain('Either SYN-1 or SYN-5: this case does not tell them apart.');
    expect(page).toContain('Also broken here: ORD-1.');
    expect(page).toContain('The producer behaves as if refused messages kept their space (WIN-9).');
    expect(page).toContain('Inconclusive: timed out, unconfirmed.');
    expect(page).toContain('<h2>What it breaks</h2>');
    const undecided = reportPage(reportOf(rules.slice(3)));
    expect(undecided).toContain('<h2>What is not decided</h2>');
    const links = [...page.matchAll(/<td class="id"><a href="#([^"]+)">([^<]+)</g)];
    expect(links.map(([, to, id]) => [id, to])).toEqual([
      ['SYN-1', 'SYN-1'],
      ['SYN-5', 'SYN-1'],
      ['ORD-1', 'SYN-1'],
      ['TXN-7', 'TXN-7'],
    ]);
  });
});
