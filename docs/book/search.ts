// The index of a search that works from a folder, as a script file. It needs no library: a page looks through a few
// hundred entries in less than a millisecond.
import { posix } from 'node:path';
import type { SitePage } from './site-page.ts';

/** Something that the search can find: its place, its name, and its words. */
export interface SearchEntry {
  readonly path: string;
  readonly title: string;
  /** The title of its page. Absent: the entry is the page itself. */
  readonly on?: string;
  readonly text: string;
}

/** One entry for each page, and one for each of its headings with an anchor. */
export function searchEntries(pages: readonly SitePage[]): SearchEntry[] {
  return pages.flatMap(({ path, title, body, keywords = '' }) => {
    const [lead = '', ...sections] = body.text.split(/(?=<h[23] id=")/);
    const text = `${plain(lead)} ${keywords}`;
    return [
      { path, title, text },
      ...sections.map((section) => sectionEntry(section, path, title)),
    ];
  });
}

function sectionEntry(section: string, path: string, on: string): SearchEntry {
  const [, id = '', heading = ''] =
    /^<h[23] id="([^"]*)"[^>]*>([\s\S]*?)<\/h[23]>/.exec(section) ?? [];
  return { path: `${path}#${id}`, title: plain(heading), on, text: plain(section) };
}

/** One entry for each export, from the pages that typedoc made. */
export function apiEntries(files: readonly string[]): SearchEntry[] {
  const pattern = /^api\/(functions|classes|interfaces|types|variables)\//;
  return files
    .filter((file) => pattern.test(file) && file.endsWith('.html'))
    .map((path) => {
      const name = posix.basename(path, '.html').split('.').at(-1) ?? '';
      return { path, title: name, on: 'API', text: '' };
    });
}

/** The script that holds the index. */
export function searchIndex(entries: readonly SearchEntry[]): string {
  return `globalThis.searchIndex = ${JSON.stringify(entries)};\n`;
}

function plain(html: string): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}
