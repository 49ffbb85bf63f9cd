// A page for each file of the repository that a guide links to: its text, in colour.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { markup, trusted } from '../../conformance/report/markup.ts';
import { codeOf } from './markdown.ts';
import type { SitePage } from './site-page.ts';

const LANGUAGE: Readonly<Record<string, string>> = {
  '.ts': 'typescript',
  '.json': 'json',
  '.java': 'java',
  '.py': 'python',
  '.sh': 'bash',
};

/** Collects the files that guides link to while they are rendered. */
export class SourcePages {
  readonly #files = new Set<string>();

  /** The path of the page of a file. */
  pathOf(file: string): string {
    this.#files.add(file);
    return `source/${file}.html`;
  }

  /** All pages asked for so far. Throws an error that names the file if a file does not exist. */
  pages(root: URL): SitePage[] {
    return [...this.#files].map((file) => {
      const text = readFileSync(new URL(file, root), 'utf8');
      const code = trusted(codeOf(text, LANGUAGE[posix.extname(file)] ?? ''));
      return {
        path: this.pathOf(file),
        title: file,
        body: markup`<h1 class="file">${file}</h1><pre tabindex="0"><code>${code}</code></pre>`,
      };
    });
  }
}
