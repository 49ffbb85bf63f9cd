// Markdown to HTML: headings with anchors, code in colour, and links to files of the repository turned into links to
// pages of the site. The drawing of a rule's example replaces a block noted `drawing:WIN-1`.
import { posix } from 'node:path';
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import java from 'highlight.js/lib/languages/java';
import yaml from 'highlight.js/lib/languages/yaml';
import MarkdownIt from 'markdown-it';
import { markup, trusted, type Markup } from '../../conformance/report/markup.ts';
import { drawingOf } from './rule-pages.ts';

const LANGUAGES = { bash, sh: bash, json, python, typescript, ts: typescript, java, yaml };
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** The path within the site, with its fragment, that shows a file of the repository. */
export type Resolve = (file: string, fragment: string) => string;

/** Renders the Markdown of `file` in the repository for the page `path` of the site. */
export function rendered(source: string, file: string, path: string, resolve: Resolve): Markup {
  const markdown = new MarkdownIt({ html: false, typographer: false });
  const { rules } = markdown.renderer;
  const seen = new Map<string, number>();
  rules['heading_open'] = (tokens, index, options, _env, self) => {
    const slug = slugOf(tokens[index + 1]?.content ?? '');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    tokens[index]?.attrSet('id', count === 0 ? slug : `${slug}-${count}`);
    return self.renderToken(tokens, index, options);
  };
  rules['link_open'] = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const target = token?.attrGet('href') ?? '';
    if (!/^([a-z]+:|#)/.test(target)) {
      const [to = '', fragment = ''] = target.split('#');
      const known = resolve(posix.normalize(posix.join(posix.dirname(file), to)), fragment);
      token?.attrSet('href', relative(path, known));
    }
    return self.renderToken(tokens, index, options);
  };
  rules['fence'] = (tokens, index) => {
    const token = tokens[index];
    if (!token) return '';
    const [language = '', note = ''] = token.info.split(' ');
    const [, rule] = /^drawing:(\S+)$/.exec(note) ?? [];
    if (rule !== undefined) return drawingOf(rule).text;
    return `<pre tabindex="0"><code>${codeOf(token.content, language)}</code></pre>\n`;
  };
  rules['table_open'] = () =>
    '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>';
  rules['table_close'] = () => '</table></div>';
  return trusted(markdown.render(source));
}

/** Code as markup, in colour if its language is known. */
export function codeOf(code: string, language: string): string {
  if (!(language in LANGUAGES)) return markup`${code}`.text;
  return hljs.highlight(code, { language }).value;
}

/** The link from one page of the site to another. */
export function relative(from: string, to: string): string {
  const [path = '', fragment = ''] = to.split('#');
  const way = posix.relative(posix.dirname(from), path);
  return fragment === '' ? way : `${way}#${fragment}`;
}

/** The fragment of a heading, as the usual hosts of Markdown form it. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[`*_]/g, '')
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');
}
