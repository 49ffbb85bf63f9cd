// `producer-tck check`: judges a recorded history by the same rules as a live run. Streams the file; what breaks a rule
// is in recorded-findings.ts.
import { Judge } from '../../spec/check.ts';
import { HistoryError } from '../../spec/events/history.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import { judgeFile } from '../formats/history-file.ts';
import { HistoryFormatError } from '../formats/history-format.ts';
import { InputError } from '../formats/json.ts';
import { deviationText, isExpired, type Baseline } from '../report/baseline.ts';
import { counted, visible } from '../report/event-text.ts';
import type { FindingReport, RuleReport } from '../report/report.ts';
import { profileFacts } from '../report/profile-text.ts';
import { accountOf } from '../report/text.ts';
import { verdictsOf } from '../report/verdicts.ts';
import { assertFile, readBaseline } from './input.ts';
import type { Output } from './io.ts';
import { readProfile } from './profile.ts';
import { writeReport } from './publish.ts';
import { recordedFindings } from './recorded-findings.ts';

/** The options of `check`, as commander gives them. */
export interface CheckFlags {
  /** A name, a file or JSON. */
  readonly profile: string;
  readonly baseline?: string;
  readonly html?: string;
}

/** Judges and reports; resolves to the exit code: a recording need not exercise every rule. */
export async function checkCommand(file: string, flags: CheckFlags, out: Output): Promise<number> {
  const baseline = flags.baseline === undefined ? NONE : readBaseline(flags.baseline);
  assertFile(file);
  const profile = await readProfile(flags.profile);
  const judge = new Judge(profile);
  const events = await judged(file, judge);
  const results = judge.results();
  const findings = await recordedFindings(file, judge.profile, results);
  const rules = verdictsOf(results, findings).map((rule) => withDeviation(rule, baseline));
  for (const finding of findings) out.write(`${linesOf(finding, results, rules).join('\n  ')}\n`);
  const tally = tallyOf(rules);
  out.write(`${file}: ${counted(events, 'event')}, profile ${profile.name}: ${tally}\n`);
  const exit = exitOf(rules);
  if (flags.html !== undefined) {
    const { page } = await import('../report/html/page.ts');
    const subject = {
      title: file,
      ...badgeOf(exit, rules),
      conclusion: `recorded history: ${tally}`,
      profile,
      facts: [...profileFacts(profile), ['events', events.toLocaleString('en')]] as const,
      rules,
      findings,
    };
    writeReport('html', flags.html, page(subject));
  }
  return exit;
}

const NONE: Baseline = { deviations: [] };

async function judged(file: string, judge: Judge): Promise<number> {
  try {
    const events = await judgeFile(file, judge);
    if (events === 0) throw new InputError(`${file} holds no events`);
    return events;
  } catch (error) {
    if (error instanceof HistoryError || error instanceof HistoryFormatError) {
      throw new InputError(`${file}, ${error.message}`);
    }
    throw error;
  }
}

/** One recording in which a rule happened to hold does not make a known deviation stale: a run does. */
function withDeviation(rule: RuleReport, { deviations }: Baseline): RuleReport {
  const entry = deviations.find((one) => one.rule === rule.id);
  if (!entry || rule.verdict !== 'violated') return rule;
  return { ...rule, deviation: { ...entry, standing: isExpired(entry) ? 'expired' : 'known' } };
}

function linesOf(
  finding: FindingReport,
  results: readonly RuleResult[],
  rules: readonly RuleReport[],
): string[] {
  const { rule: id, statement, explanation } = finding;
  const deviation = rules.find((rule) => rule.id === id)?.deviation;
  const sign = deviation?.standing === 'known' ? '~' : '✗';
  const line = results.find((result) => result.id === id)?.breach?.line;
  return [
    `${sign} ${id}  ${statement}`,
    `line ${line}: ${explanation}`,
    ...accountOf(finding),
    ...(deviation ? [visible(deviationText(deviation))] : []),
  ];
}

function tallyOf(rules: readonly RuleReport[]): string {
  const [held, broken] = [count(rules, 'satisfied'), count(rules, 'violated')];
  return `${counted(held, 'rule')} held, ${broken} broken, ${rules.length - held - broken} not judged`;
}

/** Exit code 0 is no claim that the producer conforms: it is one recording. */
function exitOf(rules: readonly RuleReport[]): 0 | 1 | 3 {
  const isNews = ({ verdict, level, deviation }: RuleReport) =>
    verdict === 'violated' && level === 'MUST' && deviation?.standing !== 'known';
  if (rules.some(isNews)) return 1;
  return count(rules, 'satisfied') + count(rules, 'violated') > 0 ? 0 : 3;
}

/** What the page says first. */
function badgeOf(exit: 0 | 1 | 3, rules: readonly RuleReport[]) {
  if (exit === 1) return { badge: 'violates', tone: 'bad' } as const;
  if (exit === 3) return { badge: 'nothing judged', tone: 'warn' } as const;
  const badge = count(rules, 'violated') > 0 ? 'nothing new broken' : 'no rule broken';
  return { badge, tone: 'good' } as const;
}

/** Rules with a verdict. */
function count(rules: readonly RuleReport[], verdict: RuleReport['verdict']): number {
  return rules.filter((rule) => rule.verdict === verdict).length;
}
