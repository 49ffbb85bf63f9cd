// A page of the documentation, and the frame around it: navigation, search, previous and next.
import { markup, trusted, type Content, type Markup } from '../../conformance/report/markup.ts';

/** A page, by its path within the site, such as `rules/WIN-1.html`. */
export interface SitePage {
  readonly path: string;
  /** Shown in the navigation and in search results. */
  readonly title: string;
  /** The group of the navigation that holds the page. Absent: only other pages link to the page. */
  readonly section?: string;
  readonly body: Markup;
  /** Further words that searching should find. */
  readonly keywords?: string;
}

/** The frame around one page. Links are relative, so that the site works from a folder. */
export function framed(page: SitePage, pages: readonly SitePage[]): string {
  const root = '../'.repeat(page.path.split('/').length - 1);
  const shown = pages.filter(({ section }) => section !== undefined);
  const here = shown.indexOf(page);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · producer-tck</title>
<link rel="stylesheet" href="${root}assets/site.css">
<link rel="icon" href="${root}assets/icon.svg">
</head>
<body data-root="${root}">
<a class="skip" href="#content">Skip to the text</a>
<header class="top">
<a class="brand" href="${root}index.html">producer-tck</a>
<div class="search" role="search"><input type="search" id="search" placeholder="Search (press /)" aria-label="Search"
 role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list" autocomplete="off" spellcheck="false">
<ul id="results" role="listbox" aria-label="Search results" hidden></ul></div>
<button type="button" class="menu" aria-expanded="false" aria-controls="contents">Contents</button>
</header>
<div class="layout">
<nav id="contents" aria-label="Contents">${navigation(page, shown, root)}</nav>
<main id="content" tabindex="-1">
${page.body}
${neighbours(shown[here - 1], here >= 0 ? shown[here + 1] : undefined, root)}
</main>
</div>
<script src="${root}assets/search-index.js" defer></script>
<script src="${root}assets/site.js" defer></script>
</body>
</html>
`.text;
}

function navigation(page: SitePage, shown: readonly SitePage[], root: string): Content {
  const sections = [...new Set(shown.map(({ section }) => section))];
  return sections.map((section) => {
    const own = shown.filter((one) => one.section === section);
    const items = own.map(
      (one) =>
        markup`<li><a href="${root}${one.path}"${one === page && trusted(' aria-current="page"')}>${shortTitle(one)}</a></li>
`,
    );
    const isOpen = own.includes(page) || !section?.startsWith('Rules');
    return markup`<details${isOpen && trusted(' open')}><summary>${section}</summary><ul>${items}</ul></details>
`;
  });
}

/** The full title of a rule would fill the navigation. */
function shortTitle({ title }: SitePage): Content {
  const [, id, statement] = /^([A-Z]{3}-\d+) (.*)$/.exec(title) ?? [];
  if (id === undefined) return title;
  return markup`<span class="id">${id}</span> <span class="statement">${statement}</span>`;
}

function neighbours(
  before: SitePage | undefined,
  after: SitePage | undefined,
  root: string,
): Content {
  if (!before && !after) return undefined;
  const link = (page: SitePage | undefined, rel: string, word: string) =>
    page &&
    markup`<a rel="${rel}" href="${root}${page.path}"><small>${word}</small>${page.title}</a>`;
  return markup`<nav class="neighbours" aria-label="Neighbouring pages">${link(before, 'prev', 'Previous')}
${link(after, 'next', 'Next')}</nav>`;
}
