// The page of mutants: defects that shipped, and every producer that was broken on purpose, with the rules
// that must catch it. It leaves out how many cases that takes, which `npm run mutants` measures.
import { MUTANTS } from '../../conformance/mutants/catalogue.ts';
import type { Mutant } from '../../conformance/mutants/mutant.ts';
import { markup, type Content } from '../../conformance/report/markup.ts';
import type { SitePage } from './site-page.ts';

/** Every mutant, those first that model a public report. */
export function mutantsPage(): SitePage {
  const shipped = MUTANTS.filter(({ reports = [] }) => reports.length > 0);
  return {
    path: 'mutants.html',
    title: 'Mutants and defects that shipped',
    section: 'Evidence',
    body: markup`<h1>Mutants and defects that shipped</h1>
<p>A <em>mutant</em> is a producer that is broken in one way. With each of twenty seeds, the rules that a mutant breaks must catch
it, and no unrelated rule may be named. <code>npm run mutants</code> checks that for all ${MUTANTS.length} mutants, and prints
how many cases it took.</p>
<h2 id="shipped">Defects that shipped</h2>
<p>Each of these mutants models the mechanism of a public report on a real client.</p>
${table('report', shipped, reportsOf)}
<h2 id="all">Every mutant</h2>
${table('mutant', MUTANTS, ({ id }) => markup`<code>${id}</code>`)}`,
  };
}

function table(
  first: string,
  mutants: readonly Mutant[],
  cell: (mutant: Mutant) => Content,
): Content {
  const rows = mutants.map(
    (
      mutant,
    ) => markup`<tr><td>${cell(mutant)}</td><td>${mutant.what}</td><td>${rulesOf(mutant)}</td></tr>
`,
  );
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Table of mutants"><table>
<thead><tr><th scope="col">${first}</th><th scope="col">what it does</th><th scope="col">caught by</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function reportsOf({ reports = [] }: Mutant): Content {
  return reports.map(({ name, url }) => markup`<a href="${url}">${name}</a> `);
}

function rulesOf({ breaks }: Mutant): Content {
  return breaks.map((rule) => markup`<a href="rules/${rule}.html">${rule}</a> `);
}
