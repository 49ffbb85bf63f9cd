// The report as text: the verdict first, then every finding, then what each rule came to. Prose is broken at 80
// columns; a line of a history, or of a rule, stays one line, so that it can be searched for.
import pc from 'picocolors';
import { findRule } from '../../spec/catalogue.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { HEADLINE } from '../../spec/headline.ts';
import type { RuleVerdict } from '../../spec/verdict.ts';
import { type Certificate, describeScope } from '../cases/exhaustive/small-scope.ts';
import { deviationText } from './baseline.ts';
import { companyText } from './company-text.ts';
import { counted, eventText, sentence, visible } from './event-text.ts';
import { choicesText, profileIn } from './profile-text.ts';
import type { FindingReport, Report, ReportedError, ReportVerdict, RuleReport } from './report.ts';
import { type Evidence, evidenceFor, evidenceIn, exitCode, listed } from './verdicts.ts';

type Colours = ReturnType<typeof pc.createColors>;
const PLAIN = pc.createColors(false);
const WIDTH = 80;

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

/** The whole report, ending in a newline. */
export function reportText(report: Report, options: TextOptions): string {
  const colours = pc.createColors(options.colour);
  const { adapter, profile, durationMs, coverage, error, nonDeterminism, rules } = report;
  const choices = choicesText(profileIn(report));
  const paint = exitCode(report) === 0 ? colours.green : colours.red;
  const lines = [
    paint(colours.bold(`${visible(adapter)} ${conclusionText(report)}`)),
    `${extentOf(report)}, profile ${profile}, ${(durationMs / 1000).toFixed(1)} s`,
    ...(choices === '' ? [] : [`unlike strict: ${choices}`]),
    ...(coverage ? [`${coveredOf(coverage)} reachable transitions covered`] : []),
    ...boundLines(report),
  ];
  if (error) lines.push('', ...errorLines(error, colours));
  if (nonDeterminism) lines.push('', ...nonDeterminismLines(nonDeterminism));
  for (const evidence of evidenceIn(report)) {
    if (!evidence.isKnown) lines.push('', ...findingLines(evidence, colours));
  }
  if (rules.length > 0) lines.push('', ...ruleLines(rules, colours));
  return `${lines.join('\n')}\n`;
}

/** Why there is no verdict, and the case that shows it. */
export function errorLines({ message, shown }: ReportedError, colours = PLAIN): string[] {
  if (!shown) return [colours.red(visible(message))];
  const { history, replay, isCutShort } = shown;
  const last = isCutShort ? history.length - 1 : -1;
  const events = numbered(history, (line, at) =>
    at === last ? colours.red(`  > ${line}   <- nothing came after this`) : `    ${line}`,
  );
  return [colours.red(visible(message)), ...events, `  Replay: ${replay}`];
}

/** A history, an event a line. */
function numbered(
  history: readonly HistoryEvent[],
  marked: (line: string, at: number) => string,
): string[] {
  const width = String(history.length).length;
  return history.map((event, at) =>
    marked(`${String(at + 1).padStart(width)}  ${eventText(event)}`, at),
  );
}

/** The conclusion in words, and what the baseline changes in it; to be put after the adapter's name. */
export function conclusionText(report: Report): string {
  const { verdict, nonDeterminism, shard } = report;
  const [known, stale] = [listed(report, 'known').length, listed(report, 'stale')];
  if (nonDeterminism && verdict === 'inconclusive')
    return 'is non-deterministic: the same case gave two histories';
  if (shard && verdict === 'conforms') return 'broke no rule in this shard';
  const excused = known > 0 && verdict === 'conforms';
  const plain = excused
    ? `conforms but for ${counted(known, 'known deviation')}`
    : SENTENCE[verdict];
  if (stale.length === 0) return plain;
  const ids = stale.map(({ id }) => id).join(', ');
  return `${plain}; the baseline is stale: ${ids} ${stale.length === 1 ? 'holds' : 'hold'} now`;
}

/** `412 of 1,009`. */
export function coveredOf({ covered, reachable }: NonNullable<Report['coverage']>): string {
  return `${covered.toLocaleString('en')} of ${reachable.toLocaleString('en')}`;
}

function extentOf({ exhaustive, seed, cases, shard }: Report): string {
  if (exhaustive)
    return `${counted(exhaustive.scenarios, 'scenario')} in ${counted(exhaustive.runs, 'run')}`;
  if (!shard) return `${counted(cases, 'case')}, seed ${seed}`;
  const { index, of, cases: all } = shard;
  const share = `${cases} of ${counted(all, 'case')}, shard ${index} of ${of}`;
  return `${share} (producer-tck merge gives the verdict on all), seed ${seed}`;
}

/** Of an exhaustive run: how far its verdict reaches. */
function boundLines({ exhaustive, rules }: Report): string[] {
  if (!exhaustive) return [];
  const { complete, depth, scope, interleavings, assumptions } = exhaustive;
  const broken = rules.filter(({ verdict }) => verdict === 'violated').length;
  const which = complete ? 'every scenario' : 'some scenarios, but not all,';
  const ways = interleavings
    ? `, which is ${counted(interleavings, 'interleaving')} of the senders`
    : '';
  const outcome = broken === 0 ? 'none breaks a rule' : `some break ${counted(broken, 'rule')}`;
  return [
    `the verdict is bounded: ${which} of up to ${counted(depth, 'step')} was run${ways}, and ${outcome}`,
    'longer scenarios, and everything outside the scope, were not judged',
    `scope: ${describeScope(scope)}`,
    ...assumptions.map((assumption) => `assuming that ${assumption}`),
  ];
}

/** What a case that was repeated gave, and what to do. */
export function nonDeterminismLines(divergence: NonNullable<Report['nonDeterminism']>): string[] {
  const { case: number, at, first, second } = divergence;
  const text = (event: HistoryEvent | undefined) => (event ? eventText(event) : '(nothing more)');
  return [
    `Case ${number} was run twice, and at event ${at + 1} it differed:`,
    `  first:  ${text(first)}`,
    `  second: ${text(second)}`,
    '  A rule that held in one run may be broken in the next. Look for what the kit',
    '  does not control: threads, files and sockets, randomness other than',
    '  Math.random, state that outlives a producer.',
  ];
}

/** What a finding says beyond its headline, a sentence each. */
export function accountOf(finding: FindingReport): string[] {
  const { candidates, hypothesis, alsoBroken, counterexample } = finding;
  const company = companyText(counterexample.scenario);
  const either = new Intl.ListFormat('en', { type: 'disjunction' });
  return [
    ...(company === undefined ? [] : [company]),
    ...(hypothesis ? [`The producer behaves as if ${hypothesis.text} (${hypothesis.rule}).`] : []),
    ...(candidates
      ? [`Either ${either.format(candidates)}: this case does not tell them apart.`]
      : []),
    ...(alsoBroken.length > 0 ? [`Also broken here: ${alsoBroken.join(', ')}.`] : []),
  ];
}

/** Where to look first: one piece of advice for each rule that may be the broken one. */
export function adviceOf({ rule, candidates, hypothesis }: FindingReport): string[] {
  const rules = hypothesis ? [hypothesis.rule] : (candidates ?? [rule]);
  return rules.map((id) => {
    const advice = findRule(id)?.lookFirst ?? '';
    return rules.length === 1 ? advice : `(${id}) ${advice}`;
  });
}

/** Whether a shorter counterexample exists, as a sentence. */
export function certificateText({ scope, tried, minimal }: Certificate): string {
  const within = describeScope(scope);
  if (minimal) return `Minimal: no shorter one exists within this scope: ${within}.`;
  const how = tried < 0 ? 'none was run' : `only those of up to ${counted(tried, 'step')} were run`;
  return `Perhaps not minimal: of the shorter ones within this scope ${how}: ${within}.`;
}

/** What is to be shown of one rule, a line each; nothing without a case. */
export function counterexampleLines(
  rule: RuleReport,
  findings: readonly FindingReport[] = [],
): string[] {
  const evidence = evidenceFor(rule, findings);
  return evidence ? findingLines(evidence) : [];
}

/** One finding: what is broken, the numbered history with the breaking event marked, and what to do. */
export function findingLines({ finding, rule }: Evidence, colours = PLAIN): string[] {
  const { counterexample, explanation } = finding;
  const { history, at, certificate, replay } = counterexample;
  const events = numbered(history, (line, index) =>
    index === at ? colours.red(`  > ${line}   <- ${finding.rule}`) : `    ${line}`,
  );
  const heading = wrapped(`${headingOf(finding, rule)}  ${finding.statement}`, '', '  ');
  return [
    ...heading.map((line) => colours.bold(line)),
    ...wrapped(visible(sentence(explanation)), '  '),
    ...(rule?.verdict === 'inconclusive' ? wrapped(`Inconclusive: ${rule.reason}.`, '  ') : []),
    ...accountOf(finding).flatMap((text) => wrapped(text, '  ')),
    ...events,
    ...adviceOf(finding).flatMap((text) => wrapped(`Look here first: ${text}`, '  ')),
    ...(certificate ? wrapped(certificateText(certificate), '  ') : []),
    `  Replay: ${replay}`,
  ];
}

/** The id of the headline; before it, how much weight it has if it is no plain violation. */
export function headingOf(
  { rule: id, level }: FindingReport,
  rule: RuleReport | undefined,
): string {
  if (rule?.verdict === 'inconclusive') return `inconclusive: ${id}`;
  return level === 'SHOULD' ? `warning: ${id}` : id;
}

/** A line for each rule; one for all, if they share a reason for which none of them could be judged. */
function ruleLines(rules: readonly RuleReport[], colours: Colours): string[] {
  const [first] = rules;
  const isAlike = ({ verdict, reason, counterexample }: RuleReport) =>
    verdict === 'inconclusive' && reason === first?.reason && !counterexample;
  if (first?.reason !== undefined && rules.length > 1 && rules.every(isAlike))
    return [colours.red(`? ${counted(rules.length, 'rule')}: inconclusive; ${first.reason}`)];
  return rulesInOrder(rules).map((rule) => ruleLine(rule, colours));
}

/** The headline promises come first. */
function rulesInOrder(rules: readonly RuleReport[]): RuleReport[] {
  const headline = new Set(HEADLINE.map(({ id }) => id));
  return [...rules].toSorted((a, b) => Number(headline.has(b.id)) - Number(headline.has(a.id)));
}

function ruleLine(rule: RuleReport, colours: Colours): string {
  const { id, statement, verdict, deviation } = rule;
  const notes = [verdict, resultOf(rule), ...(deviation ? [deviationText(deviation)] : [])];
  const sign = deviation?.standing === 'known' ? '~' : SIGN[verdict];
  const what = `${sign} ${id.padEnd(6)} ${statement}`;
  return `${paintOf(rule, colours)(what)} ${colours.dim(`(${visible(notes.join('; '))})`)}`;
}

/** Why there is no verdict, or how often the rule was exercised. */
export function resultOf({ reason, exercised }: RuleReport): string {
  if (reason !== undefined) return reason;
  if (exercised === 0) return 'never exercised';
  return `exercised ${exercised === 1 ? 'once' : counted(exercised, 'time')}`;
}

function paintOf({ verdict, level, deviation }: RuleReport, colours: Colours) {
  if (deviation?.standing === 'known') return colours.yellow;
  if (deviation?.standing === 'stale') return colours.red;
  if (verdict === 'satisfied') return colours.green;
  if (verdict === 'not-applicable') return colours.dim;
  return verdict === 'violated' && level === 'MUST' ? colours.red : colours.yellow;
}

/** Prose as lines of at most 80 columns; a word that is longer has a line of its own. */
function wrapped(text: string, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isEmpty = line === first || line === rest;
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest + word;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line];
}
