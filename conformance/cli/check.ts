// `producer-tck check`: judges a recorded history by the same rules as a live run. Streams the file.
import { Judge } from '../../spec/check.ts';
import { HistoryError } from '../../spec/events/history.ts';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import { judgeFile } from '../formats/history-file.ts';
import { HistoryFormatError } from '../formats/history-format.ts';
import { counted, visible } from '../report/event-text.ts';
import { deviationText, isExpired, type Baseline } from '../report/baseline.ts';
import type { FindingReport, RuleReport } from '../report/report.ts';
import { accountOf } from '../report/text.ts';
import { verdictsOf } from '../report/verdicts.ts';
import { assertFile, readBaseline, UsageError } from './input.ts';
import type { Output } from './io.ts';
import { writeReport } from './publish.ts';
import { count, recordedFindings, type Checked } from './recorded-findings.ts';

/** The options of `check`, as commander gives them. */
export interface CheckFlags {
  readonly profile: ProfileName;
  readonly baseline?: string;
  readonly html?: string;
}

/** Judges and reports; resolves to the exit code: a recording need not exercise every rule. */
export async function checkCommand(file: string, flags: CheckFlags, out: Output): Promise<number> {
  const baseline = flags.baseline === undefined ? NONE : readBaseline(flags.baseline);
  assertFile(file);
  const judge = new Judge(PROFILES[flags.profile]);
  let events: number;
  try {
    events = await judgeFile(file, judge);
  } catch (error) {
    if (error instanceof HistoryError || error instanceof HistoryFormatError) {
      throw new UsageError(`${file}, ${error.message}`);
    }
    throw error;
  }
  if (events === 0) throw new UsageError(`${file} holds no events`);
  const { profile } = judge;
  const results = judge.results();
  const findings = await recordedFindings(file, profile, results);
  const rules = verdictsOf(results, findings).map((rule) => withDeviation(rule, baseline));
  const checked: Checked = { file, events, profile, results, rules, findings };
  const exit = print(checked, out);
  if (flags.html !== undefined) {
    const { checkPage } = await import('./check-page.ts');
    writeReport('html', flags.html, checkPage(checked, exit));
  }
  return exit;
}

const NONE: Baseline = { deviations: [] };

/** One recording in which a rule happened to hold does not make a known deviation stale: a run does. */
function print({ file, events, profile, results, rules, findings }: Checked, out: Output): number {
  for (const finding of findings) out.write(`${linesOf(finding, results, rules).join('\n  ')}\n`);
  const [held, broken] = [count(rules, 'satisfied'), count(rules, 'violated')];
  const rest = rules.length - held - broken;
  const tally = `${counted(held, 'rule')} held, ${broken} broken, ${rest} not judged`;
  out.write(`${file}: ${counted(events, 'event')}, profile ${profile.name}: ${tally}\n`);
  const isNews = ({ verdict, level, deviation }: RuleReport) =>
    verdict === 'violated' && level === 'MUST' && deviation?.standing !== 'known';
  if (rules.some(isNews)) return 1;
  return held + broken > 0 ? 0 : 3;
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

function withDeviation(rule: RuleReport, { deviations }: Baseline): RuleReport {
  const entry = deviations.find((one) => one.rule === rule.id);
  if (!entry || rule.verdict !== 'violated') return rule;
  return { ...rule, deviation: { ...entry, standing: isExpired(entry) ? 'expired' : 'known' } };
}
