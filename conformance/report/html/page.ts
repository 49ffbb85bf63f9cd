// The report as one HTML file that loads nothing: verdicts first, then every violation as a timeline,
// then what each rule came to. Its policy lets nothing run but the one script it carries.
import { createHash } from 'node:crypto';
import { findRule } from '../../../spec/catalogue.ts';
import { HEADLINE } from '../../../spec/headline.ts';
import { PROFILES, type ProfileName } from '../../../spec/model/profile.ts';
import type { RuleVerdict } from '../../../spec/verdict.ts';
import { markup, trusted, type Content, type Markup } from '../markup.ts';
import { VERSION } from '../../version.ts';
import { deviationText } from '../baseline.ts';
import { boundFacts, certificateText } from '../bound.ts';
import { exitCode, type Report, type RuleReport } from '../report.ts';
import { conclusionText, coveredOf, uncontrolledLines } from '../text.ts';
import { REPORT_STYLE } from './report-style.ts';
import { enliven } from './stepper.ts';
import { timeline } from './timeline.ts';

const SCRIPT = `'use strict';(${enliven.toString()})();`;

/** What a page is about: a run, a replay, or a recorded history. */
export interface PageSubject {
  /** The adapter's name, or the file's. */
  readonly title: string;
  /** The conclusion in a word or three, and in which colour. */
  readonly badge: string;
  readonly tone: 'good' | 'bad' | 'warn';
  /** The conclusion as the rest of a sentence that begins with the title. */
  readonly conclusion: string;
  readonly profile: ProfileName;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly rules: readonly RuleReport[];
  readonly error?: string;
}

const TONE = { conforms: 'good', violates: 'bad', inconclusive: 'warn', error: 'bad' } as const;

/** The page of a run. */
export function reportPage(report: Report): string {
  const { adapter, cases, seed, profile, durationMs, verdict, rules, error } = report;
  const { exhaustive, uncontrolled, coverage } = report;
  const isStale = exitCode(report) === 1;
  return page({
    title: adapter,
    badge: verdict,
    tone: isStale ? 'bad' : TONE[verdict],
    conclusion: conclusionText(report),
    profile,
    facts: [
      ['profile', profile],
      ...(exhaustive
        ? boundFacts(exhaustive)
        : ([
            ['cases', cases.toLocaleString('en')],
            ['seed', String(seed)],
          ] as const)),
      ...(coverage ? [['transitions covered', coveredOf(coverage)] as const] : []),
      ['took', `${(durationMs / 1000).toFixed(1)} s`],
    ],
    rules,
    ...(error
      ? { error: error.message }
      : uncontrolled && { error: uncontrolledLines(uncontrolled).join(' ') }),
  });
}

/** In the order in which a reader wants them. */
const VERDICTS: readonly RuleVerdict[] = [
  'violated',
  'inconclusive',
  'not-exercised',
  'satisfied',
  'not-applicable',
];

const SIGN: Readonly<Record<RuleVerdict, string>> = {
  violated: '✗ violated',
  inconclusive: '? inconclusive',
  'not-exercised': '! not exercised',
  satisfied: '✓ satisfied',
  'not-applicable': '– not applicable',
};

/** The whole file. */
export function page(subject: PageSubject): string {
  const { title, badge, rules, error } = subject;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}: ${badge} (producer-tck)</title>
<style>${trusted(REPORT_STYLE)}</style>
</head>
<body>
<main>
${heading(subject)}
${error !== undefined && markup`<p class="fault" role="alert">${error}</p>`}
${rules.length > 0 && [tally(rules), promises(rules)]}
${violations(subject)}
${rules.length > 0 && ruleTable(rules)}
<footer>producer-tck ${VERSION}. The history is what was observed, in order; <em>settle</em> marks the points
where nothing more would happen without a new step.</footer>
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** Nothing may be loaded, and nothing may run but our own style and script, known by their hashes. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const sources = `style-src ${hash(REPORT_STYLE)}; script-src ${hash(SCRIPT)}`;
  return `default-src 'none'; ${sources}; base-uri 'none'; form-action 'none'`;
}

function heading({ title, badge, tone, conclusion, facts }: PageSubject): Markup {
  const list = facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return markup`<header>
<span class="verdict ${tone}">${badge}</span>
<h1>${title}</h1>
<p>${conclusion}.</p>
<dl class="facts">${list}</dl>
</header>`;
}

function tally(rules: readonly RuleReport[]): Content {
  let x = 0;
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: rules.filter((rule) => rule.verdict === verdict).length,
  })).filter(({ count }) => count > 0);
  const parts = counts.map(({ verdict, count }) => {
    const part = markup`<rect class="${verdict}" x="${x}" width="${count}" height="1"/>`;
    x += count;
    return part;
  });
  return markup`<svg class="tally" viewBox="0 0 ${rules.length} 1" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
<ul class="counts">${counts.map(({ verdict, count }) => markup`<li><strong>${count}</strong> <span class="sign ${verdict}">${SIGN[verdict]}</span></li>`)}</ul>`;
}

/** The three headline invariants, which are four rules. */
function promises(rules: readonly RuleReport[]): Content {
  const found = HEADLINE.flatMap(({ id }) => rules.find((rule) => rule.id === id) ?? []);
  if (found.length === 0) return undefined;
  const cards = found.map(
    (rule) =>
      markup`<li class="${rule.verdict}"><small>${rule.id}</small><strong>${rule.statement}</strong>
<span class="sign ${rule.verdict}">${SIGN[rule.verdict]}</span> <small>${resultOf(rule)}</small></li>
`,
  );
  return markup`<ul class="promises" aria-label="The headline promises">${cards}</ul>`;
}

/** What is news first, then what the baseline knows. */
function violations({ rules, profile }: PageSubject): Content {
  const broken = rules.filter(({ counterexample }) => counterexample);
  if (broken.length === 0) return undefined;
  const isKnown = ({ deviation }: RuleReport) => deviation?.standing === 'known';
  const found = [...broken.filter((rule) => !isKnown(rule)), ...broken.filter(isKnown)];
  const links = found.map(({ id }) => markup`<li><a href="#${id}">${id}</a></li>`);
  return markup`<h2>What it breaks</h2>
${found.length > 1 && markup`<nav aria-label="Violations"><ul class="jump">${links}</ul></nav>`}
${found.map((rule) => finding(rule, profile))}`;
}

function finding(rule: RuleReport, profile: ProfileName): Content {
  const { id, level, statement, counterexample, deviation } = rule;
  if (!counterexample) return undefined;
  const { history, at, explanation, replay, certificate } = counterexample;
  const label = `${id} is broken at event ${at + 1} of ${history.length}: ${explanation}`;
  const isMild = level === 'SHOULD' || deviation?.standing === 'known';
  return markup`<article class="${isMild ? 'finding warning' : 'finding'}" id="${id}">
<h3><span class="id">${level === 'MUST' ? id : `Warning: ${id}`}</span>${statement}</h3>
<p class="why">${sentence(explanation)}</p>
${deviation && markup`<p class="deviation">${sentence(deviationText(deviation))}</p>`}
${timeline(history, label, { profile: PROFILES[profile], breach: { rule: id, at } })}
<p class="advice"><strong>Look here first.</strong> ${findRule(id)?.lookFirst}</p>
${certificate && markup`<p class="advice">${certificateText(certificate)}</p>`}
${replay !== '' && markup`<div class="replay"><code>${replay}</code><button class="copy" type="button">Copy</button></div>`}
</article>
`;
}

function ruleTable(rules: readonly RuleReport[]): Content {
  const sorted = VERDICTS.flatMap((verdict) => rules.filter((rule) => rule.verdict === verdict));
  return markup`<h2>Every rule</h2>
<table class="rules"><thead><tr><th scope="col">rule</th><th scope="col">statement</th><th scope="col">verdict</th></tr></thead>
<tbody>${sorted.map(ruleRow)}</tbody></table>`;
}

function ruleRow(rule: RuleReport): Content {
  const id = rule.counterexample ? markup`<a href="#${rule.id}">${rule.id}</a>` : rule.id;
  return markup`<tr><td class="id">${id}</td><td>${rule.statement}${rule.level === 'SHOULD' && ' (should)'}</td>
<td class="result"><span class="sign ${rule.verdict}">${SIGN[rule.verdict]}</span> <span class="count">${resultOf(rule)}</span></td></tr>
`;
}

function resultOf({ reason, exercised, deviation }: RuleReport): string {
  const times = exercised === 1 ? 'once' : `${exercised.toLocaleString('en')} times`;
  const result = reason ?? (exercised > 0 ? `exercised ${times}` : 'never exercised');
  return deviation ? `${result}; ${deviationText(deviation)}` : result;
}

/** Capitalised, unless it begins with a name. */
function sentence(text: string): string {
  return `${text.replace(/^[a-z]+(?= )/, (word) => word.charAt(0).toUpperCase() + word.slice(1))}.`;
}
