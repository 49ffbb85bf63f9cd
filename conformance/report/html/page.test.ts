// The page of a report as text: its policy, its escaping, its order. How it looks and behaves is tried in
// a real browser by page.browser.test.ts.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../spec/examples.ts';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import type { Report, RuleReport } from '../report.ts';
import { reportPage } from './page.ts';

const HOSTILE = `</title><script>globalThis.ran = 1</script><img src=x onerror="ran=1">\u202e'`;

function reportOf(changes: Partial<Report> = {}, said = HOSTILE): Report {
  const rules = CATALOGUE.slice(0, 5).map(({ id, level, statement }): RuleReport => {
    const history = EXAMPLES[id]?.violation ?? [];
    const at = history.length - 1;
    const counterexample = {
      scenario: [],
      history,
      at,
      explanation: said,
      replay: `npx ${said}`,
      case: 1,
      digest: '',
    };
    return { id, level, statement, verdict: 'violated', exercised: 1, counterexample };
  });
  const verdict = 'violates' as const;
  const run = { kit: '0', profile: 'strict' as const, seed: 1, cases: 1, durationMs: 1 };
  return { ...run, adapter: said, verdict, rules, ...changes };
}

/** The content of every element of a name. */
function contents(page: string, element: string): string[] {
  const pattern = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, 'g');
  return [...page.matchAll(pattern)].map(([, content]) => content ?? '');
}

describe('the page of a report', () => {
  it('lets nothing run but its own style and script, known by their hashes', () => {
    const page = reportPage(reportOf());
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
    const markupOnly = reportPage(reportOf({}, 'plain'))
      .replace(/<script>[\s\S]*?<\/script>/, '')
      .replace(/<style>[\s\S]*?<\/style>/, '');
    expect(markupOnly).not.toMatch(/<[^>]*\s(src|style|on\w+)=/);
    expect(markupOnly).not.toMatch(/href="(?!#)/);
  });

  it('escapes names, messages and command lines, and shows what cannot be seen', () => {
    const page = reportPage(reportOf());
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('\\u202e&#39;');
  });

  it('puts the verdict before the violations, and known deviations last among these', () => {
    const [first, ...rest] = reportOf().rules as [RuleReport, ...RuleReport[]];
    const known = { ...first, deviation: { standing: 'known' as const, reason: 'see the notes' } };
    const page = reportPage(reportOf({ rules: [known, ...rest] }));
    const order = [...page.matchAll(/<article[^>]* id="([^"]+)"/g)].map(([, id]) => id);
    expect(order).toEqual([...rest.map(({ id }) => id), known.id]);
    expect(page).toContain('Known deviation: see the notes.');
    expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('<article'));
  });

  it('says why an adapter could not be judged', () => {
    const error = { code: 'stray-error' as const, message: 'The adapter x failed: no licence.' };
    const page = reportPage(reportOf({ rules: [], verdict: 'error', error }));
    expect(page).toContain('role="alert">The adapter x failed: no licence.<');
    expect(page).toContain('Could not be judged'.toLowerCase());
  });
});
