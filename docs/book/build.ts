// Builds the documentation site into docs/site, beside the API pages that typedoc has put into docs/site/api:
// guides, rule book, evidence, search. All links are relative, so the site works from a folder. `npm run docs`
// runs this file, which fails if a link leads nowhere.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initTimelines } from '../../conformance/report/html/timeline.ts';
import { markup } from '../../conformance/report/markup.ts';
import { decisions, menu, search } from './browser.ts';
import { decisionPage, profilesPage } from './decision-page.ts';
import { guides } from './guides.ts';
import { badLinks } from './links.ts';
import { mutantsPage } from './mutants-page.ts';
import { rulePages } from './rule-pages.ts';
import { apiEntries, searchEntries, searchIndex } from './search.ts';
import { framed, type SitePage } from './site-page.ts';
import { SITE_STYLE } from './site-style.ts';
import { SourcePages } from './source-pages.ts';
import { violations } from './violations.ts';

const root = new URL('../../', import.meta.url);
const site = new URL('docs/site/', root);

const SCRIPT = `'use strict';\n${[initTimelines, search, menu, decisions].map((run) => `(${run.toString()})();`).join('\n')}\n`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1849c6"/><path d="M3 5h7M6 11h7" stroke="#fff" stroke-width="2.4"/><path d="M12 2.5v11" stroke="#ffb3b3" stroke-width="1.2"/></svg>`;

const sources = new SourcePages();
const texts = guides(root, sources);
const inSection = (name: string | undefined) => texts.filter(({ section }) => section === name);
const pages: SitePage[] = [
  ...inSection('Guide'),
  decisionPage(),
  profilesPage(),
  ...rulePages(await violations()),
  mutantsPage(),
  ...inSection('Evidence'),
  apiPage(),
  ...inSection(undefined),
];
pages.push(...sources.pages(root));

const api = filesIn('api').map((file) => `api/${file}`);
for (const page of pages) write(page.path, framed(page, pages));
write('assets/site.css', SITE_STYLE);
write('assets/site.js', SCRIPT);
write('assets/icon.svg', ICON);
write('assets/search-index.js', searchIndex([...searchEntries(pages), ...apiEntries(api)]));
copyFileSync(new URL('docs/history.schema.json', root), new URL('history.schema.json', site));
wayBackFrom(api);
complain();

function filesIn(folder: string): string[] {
  const all = readdirSync(new URL(`${folder}/`, site), { recursive: true, withFileTypes: true });
  const base = fileURLToPath(new URL(`${folder}/`, site));
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(base.length).replace(/^\//, ''));
}

function write(path: string, text: string): void {
  const file = new URL(path, site);
  mkdirSync(dirname(fileURLToPath(file)), { recursive: true });
  writeFileSync(file, text);
}

function apiPage(): SitePage {
  const entry = (module: string, name: string, what: string) =>
    markup`<li><a href="api/modules/${module}.html"><code>${name}</code></a> ${what}</li>
`;
  return {
    path: 'api.html',
    title: 'The API',
    section: 'Evidence',
    body: markup`<h1>The API</h1>
<p>Every export with its documentation, made by typedoc. The search finds exports by name.</p>
<ul>${entry('conformance', 'producer-tck', 'adapters, runs and reports, scenarios for your own properties')}
${entry('conformance_vitest', 'producer-tck/vitest', 'one test for each rule, in your own vitest')}
${entry('reference', 'producer-tck/reference', 'the reference producer and its in-memory broker')}
${entry('spec', 'producer-tck/spec', 'the rules, the ledger, and check, which judges a history')}
</ul>`,
  };
}

/** typedoc cannot write relative links to our pages, so its configuration holds a placeholder. */
function wayBackFrom(files: readonly string[]): void {
  for (const file of files.filter((name) => name.endsWith('.html'))) {
    const back = '../'.repeat(file.split('/').length - 1);
    const html = readFileSync(new URL(file, site), 'utf8');
    writeFileSync(
      new URL(file, site),
      html.replaceAll('https://guide.invalid/', `${back}index.html`),
    );
  }
}

function complain(): void {
  const all = [...pages.map(({ path }) => path), ...api.filter((file) => file.endsWith('.html'))];
  const bad = badLinks(fileURLToPath(site), all);
  for (const { page, target, why } of bad) process.stderr.write(`${page}: ${target}: ${why}\n`);
  if (bad.length > 0) process.exitCode = 1;
  else process.stdout.write(`docs/site: ${all.length} pages, every link leads somewhere\n`);
}
