// The guides: Markdown files of the repository, in reading order.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isRuleId } from '../../spec/catalogue.ts';
import { rendered, type Resolve } from './markdown.ts';
import type { SitePage } from './site-page.ts';
import type { SourcePages } from './source-pages.ts';

/** For each file, the page that shows it. Generated files are pages too. */
const GUIDES: Readonly<Record<string, { readonly path: string; readonly section?: string }>> = {
  'docs/why.md': { path: 'index.html', section: 'Guide' },
  'docs/adapter.md': { path: 'adapter.html', section: 'Guide' },
  'docs/profiles.md': { path: 'own-profiles.html', section: 'Guide' },
  'docs/other-languages.md': { path: 'other-languages.html', section: 'Guide' },
  'docs/protocol-brokers.md': { path: 'protocol-brokers.html', section: 'Guide' },
  'docs/counterexamples.md': { path: 'counterexamples.html', section: 'Guide' },
  'docs/test-double.md': { path: 'test-double.html', section: 'Guide' },
  'docs/recorded-histories.md': { path: 'recorded-histories.html', section: 'Guide' },
  'docs/ci.md': { path: 'ci.html', section: 'Guide' },
  'docs/findings.md': { path: 'findings.html', section: 'Evidence' },
  'docs/kill-matrix.md': { path: 'kill-matrix.html', section: 'Evidence' },
  'docs/notes/README.md': { path: 'sources.html', section: 'Evidence' },
  'CHANGELOG.md': { path: 'changelog.html', section: 'Evidence' },
  'CONTRIBUTING.md': { path: 'contributing.html' },
};

/** Renders the guides. A file that a guide links to becomes a page of its own. */
export function guides(root: URL, sources: SourcePages): SitePage[] {
  const undescribed = readdirSync(new URL('docs/', root)).filter(
    (name) => name.endsWith('.md') && name !== 'rules.md' && !(`docs/${name}` in GUIDES),
  );
  if (undescribed.length > 0)
    throw new Error(
      `GUIDES in docs/book/guides.ts names no page for ${undescribed.join(', ')}: add one`,
    );
  const resolve: Resolve = (file, fragment) => {
    const at = fragment === '' ? '' : `#${fragment}`;
    if (file === 'docs/rules.md') return ruleBook(fragment);
    if (file === 'docs' || file === 'docs/') return 'index.html';
    const guide = GUIDES[file];
    if (guide) return `${guide.path}${at}`;
    return sources.pathOf(fileOf(file, root));
  };
  return Object.entries(GUIDES)
    .filter(([file]) => existsSync(new URL(file, root)))
    .map(([file, { path, section }]) => {
      const text = readFileSync(new URL(file, root), 'utf8');
      const title = /^# (.+)$/m.exec(text)?.[1] ?? file;
      const body = rendered(text, file, path, resolve);
      return {
        path,
        title: title.replaceAll('`', ''),
        body,
        ...(section !== undefined && { section }),
      };
    });
}

function ruleBook(fragment: string): string {
  const id = fragment.toUpperCase();
  return isRuleId(id) ? `rules/${id}.html` : 'rules/index.html';
}

/** A link to a folder leads to its index. */
function fileOf(file: string, root: URL): string {
  if (!statSync(new URL(file, root), { throwIfNoEntry: false })?.isDirectory()) return file;
  return `${file.replace(/\/$/, '')}/index.ts`;
}
