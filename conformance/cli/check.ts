// `producer-tck check`: judges a recorded history by the same rules as a live run. Streams the file.
import { Judge } from '../../spec/check.ts';
import { findRule } from '../../spec/catalogue.ts';
import { HistoryError } from '../../spec/events/history.ts';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import { judgeFile } from '../formats/history-file.ts';
import { HistoryFormatError } from '../formats/history-format.ts';
import { visible } from '../report/event-text.ts';
import { deviationText, isExpired, type Baseline } from '../report/baseline.ts';
import type { ListedDeviation } from '../report/report.ts';
import type { RuleId } from '../../spec/rule.ts';
import { assertFile, readBaseline, UsageError } from './input.ts';
import type { Output } from './io.ts';
import { writeReport } from './publish.ts';

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
  const exit = print(judge, file, events, baseline, out);
  if (flags.html !== undefined) {
    const { checkPage } = await import('./check-page.ts');
    const listed = (id: RuleId) => listedIn(baseline, id);
    const { profile } = judge;
    const checked = { file, events, profile, results: judge.results(), exit, listed };
    writeReport('html', flags.html, await checkPage(checked));
  }
  return exit;
}

const NONE: Baseline = { deviations: [] };

/** One recording in which a rule happened to hold does not make a known deviation stale: a run does. */
function print(
  judge: Judge,
  file: string,
  events: number,
  baseline: Baseline,
  out: Output,
): number {
  const results = judge.results();
  const held = results.filter(({ verdict }) => verdict === 'satisfied').length;
  const broken = results.filter(({ verdict }) => verdict === 'violated');
  const news = broken.filter(({ id, breach }) => {
    const listed = listedIn(baseline, id);
    const sign = listed?.standing === 'known' ? '~' : '✗';
    const lines = [
      `${sign} ${id}  ${findRule(id)?.statement}`,
      `line ${breach?.line}: ${breach?.why}`,
    ];
    if (listed) lines.push(visible(deviationText(listed)));
    out.write(`${lines.join('\n  ')}\n`);
    return listed?.standing !== 'known';
  });
  const rules = `${held} rules held, ${broken.length} broken, ${results.length - held - broken.length} not judged`;
  out.write(`${file}: ${events} events, profile ${judge.profile.name}: ${rules}\n`);
  if (news.some(({ id }) => findRule(id)?.level === 'MUST')) return 1;
  return held + broken.length > 0 ? 0 : 3;
}

function listedIn({ deviations }: Baseline, id: RuleId): ListedDeviation | undefined {
  const entry = deviations.find(({ rule }) => rule === id);
  return entry && { ...entry, standing: isExpired(entry) ? 'expired' : 'known' };
}
