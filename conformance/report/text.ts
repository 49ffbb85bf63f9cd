// The report as text: the verdict first, then every violation, then what each rule came to.
import pc from 'picocolors';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { findRule } from '../../spec/catalogue.ts';
import { HEADLINE } from '../../spec/headline.ts';
import type { RuleVerdict } from '../../spec/verdict.ts';
import { eventText, visible } from './event-text.ts';
import { deviationText } from './baseline.ts';
import { boundText, certificateText } from './bound.ts';
import {
  exitCode,
  listed,
  type CoverageReport,
  type Report,
  type ReportVerdict,
  type RuleReport,
} from './report.ts';

type Paint = (text: string) => string;

/** How a report is shown. */
export interface TextOptions {
  readonly colour: boolean;
}

const SIGN: Readonly<Record<RuleVerdict, string>> = {
  satisfied: '✓',
  violated: '✗',
  inconclusive: '?',
  'not-exercised': '!',
  'not-applicable': '-',
};

const SENTENCE: Readonly<Record<ReportVerdict, string>> = {
  conforms: 'conforms: every applicable rule was exercised and held',
  violates: 'violates the specification',
  inconclusive: 'is inconclusive: some rules were not proven either way, or never exercised',
  error: 'could not be judged',
};

const NOTHING_BROKEN = 'broke no rule in this shard';
const UNCONTROLLED = 'is not under control: the same case gave two histories';

/** The whole report, ending in a newline. */
export function reportText(report: Report, options: TextOptions): string {
  const colours = pc.createColors(options.colour);
  const paint: Paint = exitCode(report) === 0 ? colours.green : colours.red;
  const lines = [
    paint(colours.bold(`${visible(report.adapter)} ${conclusionText(report)}`)),
    `${extentOf(report)}, profile ${report.profile}, ${seconds(report)}`,
    ...(report.coverage ? [coverageText(report.coverage)] : []),
    ...(report.exhaustive ? boundText(report.exhaustive, brokenIn(report)) : []),
  ];
  if (report.error) lines.push('', colours.red(visible(report.error.message)));
  if (report.uncontrolled) lines.push('', ...uncontrolledLines(report.uncontrolled));
  for (const rule of report.rules) {
    const isNews = rule.deviation?.standing !== 'known';
    if (rule.counterexample && isNews) lines.push('', ...counterexampleLines(rule, colours));
  }
  if (report.rules.length > 0) lines.push('', ...ruleLines(report.rules, colours));
  return `${lines.join('\n')}\n`;
}

/** `412 of 1,009`. */
export function coveredOf({ covered, reachable }: CoverageReport): string {
  return `${covered.toLocaleString('en')} of ${reachable.toLocaleString('en')}`;
}

/** How much of what the specification allows the scenarios led through. */
function coverageText(coverage: CoverageReport): string {
  return `${coveredOf(coverage)} reachable transitions covered (what is done to the producer, by the state it is in)`;
}

function brokenIn({ rules }: Report): number {
  return rules.filter(({ verdict }) => verdict === 'violated').length;
}

function extentOf(report: Report): string {
  const { exhaustive, seed } = report;
  if (!exhaustive) return `${casesText(report)}, seed ${seed}`;
  const scenarios = exhaustive.scenarios.toLocaleString('en');
  return `${scenarios} scenarios in ${exhaustive.runs.toLocaleString('en')} runs`;
}

/** What a case that was repeated gave, and what to do. */
export function uncontrolledLines({
  case: number,
  at,
  first,
  second,
}: NonNullable<Report['uncontrolled']>): string[] {
  const text = (event: HistoryEvent | undefined) => (event ? eventText(event) : '(nothing more)');
  return [
    `Case ${number} was run twice, and at event ${at + 1} it differed:`,
    `  first:  ${text(first)}`,
    `  second: ${text(second)}`,
    '  That a rule held in one run says nothing of the next. Look for what the kit does not control: threads, files',
    '  and sockets, randomness other than Math.random, state that outlives a producer.',
  ];
}

/** The conclusion in words, and what the baseline changes in it; to be put after the adapter's name. */
export function conclusionText(report: Report): string {
  const [known, stale] = [listed(report, 'known').length, listed(report, 'stale')];
  const plain = SENTENCE[report.verdict];
  const deviations = known === 1 ? '1 known deviation' : `${known} known deviations`;
  const but = `conforms but for ${deviations}`;
  const sentence = report.verdict === 'conforms' && known > 0 ? but : plain;
  if (report.uncontrolled && report.verdict === 'inconclusive') return UNCONTROLLED;
  if (report.shard && report.verdict === 'conforms') return NOTHING_BROKEN;
  if (stale.length === 0) return sentence;
  const ids = stale.map(({ id }) => id).join(', ');
  return `${sentence}; the baseline is stale: ${ids} ${stale.length === 1 ? 'holds' : 'hold'} now`;
}

/** One counterexample: the rule, the numbered history with the breaking event marked, and what to do. */
export function counterexampleLines(rule: RuleReport, colours = pc.createColors(false)): string[] {
  const found = rule.counterexample;
  if (!found) return [];
  const heading = rule.level === 'SHOULD' ? 'warning: ' : '';
  const width = String(found.history.length).length;
  const history = found.history.map((event, at) => {
    const line = `${String(at + 1).padStart(width)}  ${eventText(event)}`;
    return at === found.at ? colours.red(`  > ${line}   <- ${rule.id}`) : `    ${line}`;
  });
  return [
    colours.bold(`${heading}${rule.id}  ${rule.statement}`),
    ...history,
    `  ${visible(found.explanation)}.`,
    `  Look here first: ${findRule(rule.id)?.lookFirst ?? ''}`,
    ...(found.certificate ? [`  ${certificateText(found.certificate)}`] : []),
    `  Replay: ${found.replay}`,
  ];
}

function ruleLines(
  rules: readonly RuleReport[],
  colours: ReturnType<typeof pc.createColors>,
): string[] {
  const headline = new Set(HEADLINE.map(({ id }) => id));
  const first = rules.filter(({ id }) => headline.has(id));
  const rest = rules.filter(({ id }) => !headline.has(id));
  return [...first, ...rest].map((rule) => {
    const paint = paintOf(rule, colours);
    const count =
      rule.reason ?? (rule.exercised > 0 ? `exercised ${rule.exercised} times` : 'never exercised');
    const { deviation } = rule;
    const notes = [rule.verdict, count, ...(deviation ? [deviationText(deviation)] : [])];
    const what = `${signOf(rule)} ${rule.id.padEnd(6)} ${rule.statement}`;
    return `${paint(what)} ${colours.dim(`(${visible(notes.join('; '))})`)}`;
  });
}

function signOf({ verdict, deviation }: RuleReport): string {
  return deviation?.standing === 'known' ? '~' : SIGN[verdict];
}

function paintOf(rule: RuleReport, colours: ReturnType<typeof pc.createColors>): Paint {
  if (rule.deviation?.standing === 'known') return colours.yellow;
  if (rule.deviation?.standing === 'stale') return colours.red;
  if (rule.verdict === 'satisfied') return colours.green;
  if (rule.verdict === 'not-applicable') return colours.dim;
  return rule.verdict === 'violated' && rule.level === 'MUST' ? colours.red : colours.yellow;
}

function casesText({ cases, shard }: Report): string {
  if (!shard) return `${cases} cases`;
  const share = `${cases} of ${shard.cases} cases, shard ${shard.index} of ${shard.of}`;
  return `${share} (producer-tck merge gives the verdict on all)`;
}

function seconds({ durationMs }: Report): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
