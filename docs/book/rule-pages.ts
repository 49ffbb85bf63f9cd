// One page for each rule of the catalogue, and the page that lists all rules. The texts are those of the catalogue.
import { markup, trusted, type Content, type Markup } from '../../conformance/report/markup.ts';
import { timeline } from '../../conformance/report/html/timeline.ts';
import { HEADLINE } from '../../spec/headline.ts';
import { CATALOGUE, CHAPTERS } from '../../spec/catalogue.ts';
import { check, type Rule } from '../../spec/index.ts';
import { type Chapter, needsOf } from '../../spec/rule.ts';
import { MUTANTS } from '../../conformance/mutants/catalogue.ts';
import { EXAMPLES, profileOf } from '../../spec/examples.ts';
import { CHINESE } from './chinese.ts';
import type { SitePage } from './site-page.ts';
import type { Violation } from './violations.ts';

/** The list of all rules and the page of each. */
export function rulePages(violations: ReadonlyMap<string, Violation>): SitePage[] {
  return [
    { path: 'rules/index.html', title: 'All rules', section: 'The rule book', body: ruleList() },
    ...CATALOGUE.map((rule): SitePage => {
      const violation = violations.get(rule.id);
      if (!violation) throw new Error(`${rule.id} has no violation to show`);
      return {
        path: `rules/${rule.id}.html`,
        title: `${rule.id} ${rule.statement}`,
        section: `Rules: ${CHAPTERS[chapterOf(rule)].toLowerCase()}`,
        body: rulePage(rule, violation),
      };
    }),
  ];
}

function chapterOf({ id }: Rule): Chapter {
  return id.slice(0, 3) as Chapter;
}

function ruleList(): Markup {
  const headline = new Set(HEADLINE.map(({ id }) => id));
  const chapters = Object.entries(CHAPTERS).map(([chapter, title]) => {
    const rules = CATALOGUE.filter((rule) => chapterOf(rule) === chapter);
    return markup`<h2 id="${chapter}">${title}</h2>
<ul class="rules">${rules.map(
      ({ id, statement, level }) =>
        markup`<li><a href="${id}.html"><span class="id">${id}</span> ${statement}</a>${level === 'SHOULD' && ' (should)'}
${headline.has(id) && trusted('<span class="badge">headline</span>')}<span class="zh" lang="zh">${CHINESE[id]}</span></li>
`,
    )}</ul>
`;
  });
  return markup`<h1>All rules</h1>
<p>${CATALOGUE.length} rules, generated from the code that judges. A rule judges a <em>history</em>: an ordered list of
invocations, returns, packets, answers and settle points. Each rule counts how often it applied. A rule that never applied
counts as a failure, not as a pass. Ids are permanent. Read <a href="../decision.html">Which sends wait</a> first. Under
<a href="../profiles.html">activemq-classic</a> some rules ask for less.</p>
${chapters}`;
}

function rulePage(rule: Rule, violation: Violation): Markup {
  const { id, statement, rationale, source, lookFirst } = rule;
  const { history, at, why, mutant } = violation;
  const label = `A history that breaks ${id} at event ${at + 1}: ${why}`;
  const witness = EXAMPLES[id]?.witness;
  return markup`<p class="crumb"><a href="index.html#${chapterOf(rule)}">${CHAPTERS[chapterOf(rule)]}</a></p>
<h1><span class="id">${id}</span> ${statement}</h1>
<p class="zh" lang="zh">${CHINESE[id]}</p>
${badges(rule)}
<p>${withCode(rationale)}</p>
<h2 id="violation">The smallest history that breaks it</h2>
${mutant && markup`<p>The kit caught the mutant <code>${mutant.id}</code> in case ${mutant.case}, and shrank it to this one. ${mutant.what}</p>`}
${timeline(history, label, { profile: profileOf(id), breach: { rule: id, at } })}
<p class="why"><strong>What went wrong:</strong> ${why}.</p>
<h2 id="look-first">Look here first</h2>
<p>${withCode(lookFirst)}</p>
${
  witness &&
  markup`<h2 id="witness">A history that keeps it</h2>
${timeline(witness, `A history that keeps ${id}`, { profile: profileOf(id) })}`
}
${mutantsOf(rule)}
<h2 id="source">Where it comes from</h2>
<p>${withCode(source)}. <a href="../sources.html">Where to look that up</a></p>
`;
}

/** The producers broken on purpose that this rule catches, with links to the defects that shipped. */
function mutantsOf({ id }: Rule): Content {
  const mutants = MUTANTS.filter(({ breaks }) => breaks.includes(id));
  if (mutants.length === 0) return undefined;
  const items = mutants.map(({ id: name, what, reports = [] }) => {
    const links = reports.map((report) => markup` <a href="${report.url}">${report.name}</a>`);
    const shipped = reports.length > 0 && markup` <span class="shipped">Shipped:${links}</span>`;
    return markup`<li><code>${name}</code> ${what}${shipped}</li>
`;
  });
  return markup`<h2 id="mutants">Mutants it catches</h2>
<ul>${items}</ul>`;
}

/** A drawing of the smallest violation of a rule, for guides. Throws if there is no such rule. */
export function drawingOf(id: string): Markup {
  const history = EXAMPLES[id]?.violation ?? [];
  const breach = check(profileOf(id), history).find((result) => result.id === id)?.breach;
  if (!breach) throw new Error(`there is no violation of ${id} to draw`);
  const { rule, at, why } = breach;
  const label = `A history that breaks ${id} at event ${at + 1}: ${why}`;
  return timeline(history, label, { profile: profileOf(id), breach: { rule, at } });
}

function badges(rule: Rule): Content {
  const { level, under, seesPackets } = rule;
  const needed = needsOf(rule).map((need) => markup`<li>needs <code>${need}</code></li>`);
  return markup`<ul class="badges"><li>${level}</li>${conditionsOf(under)}${needed}
${seesPackets && trusted('<li>judged only where packets are seen</li>')}</ul>`;
}

/** The choices of a profile under which a rule is judged. */
function conditionsOf(under: Rule['under']): Content {
  if (!under) return markup`<li>every profile</li>`;
  return Object.entries(under).map(
    ([name, values]) => markup`<li>judged under <code>${name}: ${values.join(' or ')}</code></li>`,
  );
}

/** The catalogue writes code between backquotes. */
export function withCode(text: string): Content {
  return text.split('`').map((part, at) => (at % 2 === 1 ? markup`<code>${part}</code>` : part));
}
