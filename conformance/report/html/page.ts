// The report as one HTML file that loads nothing: verdicts first, then every finding as a timeline, then what each
// rule came to. Its policy lets nothing run but the one script it carries.
import { createHash } from 'node:crypto';
import { HEADLINE } from '../../../spec/headline.ts';
import type { Profile } from '../../../spec/model/profile.ts';
import type { RuleVerdict } from '../../../spec/verdict.ts';
import { markup, trusted, type Content, type Markup } from '../markup.ts';
import { VERSION } from '../../version.ts';
import { deviationText } from '../baseline.ts';
import { describeScope } from '../../cases/exhaustive/small-scope.ts';
import { capitalised, counted, sentence } from '../event-text.ts';
import { profileFacts, profileIn } from '../profile-text.ts';
import type { FindingReport, Report, RuleReport } from '../report.ts';
import {
  accountOf,
  adviceOf,
  certificateText,
  conclusionText,
  coveredOf,
  headingOf,
  resultOf,
  nonDeterminismLines,
  errorLines,
} from '../text.ts';
import { evidenceFor, evidenceIn, exitCode, type Evidence } from '../verdicts.ts';
import { REPORT_STYLE } from './style.ts';
import { initTimelines, timeline } from './timeline.ts';

const SCRIPT = `'use strict';(${initTimelines.toString()})();`;

type Fact = readonly [name: string, value: string];

/** What a page is about: a run, a replay, or a recorded history. */
export interface PageSubject {
  /** The adapter's name, or the file's. */
  readonly title: string;
  /** The conclusion in a word or three, and in which colour. */
  readonly badge: string;
  readonly tone: 'good' | 'bad' | 'warn';
  /** The conclusion as the rest of a sentence that begins with the title. */
  readonly conclusion: string;
  readonly profile: Profile;
  readonly facts: readonly Fact[];
  readonly rules: readonly RuleReport[];
  readonly findings: readonly FindingReport[];
  readonly error?: string;
}

const TONE = { conforms: 'good', violates: 'bad', inconclusive: 'warn', error: 'bad' } as const;

/** The page of a run. */
export function reportPage(report: Report): string {
  const { adapter, verdict, rules, findings, error, nonDeterminism } = report;
  const isStale = exitCode(report) === 1;
  const problem =
    (error && errorLines(error).join('\n')) ??
    (nonDeterminism && nonDeterminismLines(nonDeterminism).join('\n'));
  return page({
    title: adapter,
    badge: verdict,
    tone: isStale ? 'bad' : TONE[verdict],
    conclusion: conclusionText(report),
    profile: profileIn(report),
    facts: factsOf(report),
    rules,
    findings,
    ...(problem !== undefined && { error: problem }),
  });
}

function factsOf(report: Report): Fact[] {
  const { cases, seed, coverage, exhaustive, durationMs } = report;
  const drawn: Fact[] = [
    ['cases', cases.toLocaleString('en')],
    ['seed', String(seed)],
  ];
  return [
    ...profileFacts(profileIn(report)),
    ...(exhaustive ? boundOf(exhaustive) : drawn),
    ...(coverage ? [['transitions covered', coveredOf(coverage)] as const] : []),
    ['took', `${(durationMs / 1000).toFixed(1)} s`],
  ];
}

function boundOf(exhaustive: NonNullable<Report['exhaustive']>): Fact[] {
  const { complete, depth, scope, scenarios, runs } = exhaustive;
  const which = complete ? 'every scenario' : 'some scenarios';
  return [
    ['bound', `${which} of up to ${counted(depth, 'step')}`],
    ['scenarios', `${scenarios.toLocaleString('en')} in ${counted(runs, 'run')}`],
    ['scope', describeScope(scope)],
  ];
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
${articles(subject)}
${rules.length > 0 && ruleTable(subject)}
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
<span class="sign ${rule.verdict}">${SIGN[rule.verdict]}</span> <small>${notesOf(rule)}</small></li>
`,
  );
  return markup`<ul class="promises" aria-label="The headline promises">${cards}</ul>`;
}

/** What is news first, then what the baseline knows. */
function articles(subject: PageSubject): Content {
  const all = evidenceIn(subject);
  if (all.length === 0) return undefined;
  const sorted = [...all.filter((one) => !one.isKnown), ...all.filter((one) => one.isKnown)];
  const links = sorted.map(({ finding }) => {
    const { rule, candidates = [rule] } = finding;
    return markup`<li><a href="#${anchorOf(finding, subject)}">${candidates.join(' or ')}</a></li>`;
  });
  const isOpen = all.every(({ rule }) => rule?.verdict === 'inconclusive');
  return markup`<h2>${isOpen ? 'What is not decided' : 'What it breaks'}</h2>
${sorted.length > 1 && markup`<nav aria-label="Findings"><ul class="jump">${links}</ul></nav>`}
${sorted.map((evidence) => article(evidence, subject))}`;
}

/** The headline's id; a second finding of the same headline has a number as well. */
function anchorOf({ rule, counterexample }: FindingReport, { findings: all }: PageSubject): string {
  const same = all.filter((one) => one.rule === rule);
  const at = same.findIndex((one) => one.counterexample === counterexample);
  return at > 0 ? `${rule}-${at + 1}` : rule;
}

function article({ finding, rule, isKnown }: Evidence, subject: PageSubject): Content {
  const { rule: id, level, statement, explanation, counterexample } = finding;
  const { history, at, replay, certificate } = counterexample;
  const { deviation, verdict, reason } = rule ?? {};
  const label = `${id} is broken at event ${at + 1} of ${history.length}: ${explanation}`;
  const isOpen = verdict === 'inconclusive';
  const isMild = level === 'SHOULD' || isOpen || isKnown;
  const shown = { profile: subject.profile, breach: { rule: id, at } };
  return markup`<article class="${isMild ? 'finding warning' : 'finding'}" id="${anchorOf(finding, subject)}">
<h3><span class="id">${capitalised(headingOf(finding, rule))}</span>${statement}</h3>
<p class="why">${sentence(explanation)}</p>
${isOpen && markup`<p class="deviation">Inconclusive: ${reason}.</p>`}
${accountOf(finding).map((text) => markup`<p class="account">${text}</p>`)}
${deviation && markup`<p class="deviation">${sentence(deviationText(deviation))}</p>`}
${timeline(history, label, shown)}
${adviceOf(finding).map((text) => markup`<p class="advice"><strong>Look here first.</strong> ${text}</p>`)}
${certificate && markup`<p class="advice">${certificateText(certificate)}</p>`}
${replay !== '' && markup`<div class="replay"><code>${replay}</code><button class="copy" type="button">Copy</button></div>`}
</article>
`;
}

function ruleTable(subject: PageSubject): Content {
  const { rules } = subject;
  const sorted = VERDICTS.flatMap((verdict) => rules.filter((rule) => rule.verdict === verdict));
  return markup`<h2>Every rule</h2>
<table class="rules"><thead><tr><th scope="col">rule</th><th scope="col">statement</th><th scope="col">verdict</th></tr></thead>
<tbody>${sorted.map((rule) => ruleRow(rule, subject))}</tbody></table>`;
}

function ruleRow(rule: RuleReport, subject: PageSubject): Content {
  const { id, statement, level, verdict } = rule;
  const evidence = rule.counterexample && evidenceFor(rule, subject.findings);
  const name = evidence ? markup`<a href="#${anchorOf(evidence.finding, subject)}">${id}</a>` : id;
  return markup`<tr><td class="id">${name}</td><td>${statement}${level === 'SHOULD' && ' (should)'}</td>
<td class="result"><span class="sign ${verdict}">${SIGN[verdict]}</span> <span class="count">${notesOf(rule)}</span></td></tr>
`;
}

function notesOf(rule: RuleReport): string {
  const { deviation } = rule;
  return deviation ? `${resultOf(rule)}; ${deviationText(deviation)}` : resultOf(rule);
}
