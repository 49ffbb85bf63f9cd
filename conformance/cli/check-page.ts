// The page of `producer-tck check`: what a recording breaks, drawn. The file is read a second time, and
// only the cases that break a rule are kept, since most recordings break none and may be long.
import { findRule } from '../../spec/catalogue.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import { readHistory } from '../formats/history-file.ts';
import { page, type PageSubject } from '../report/html/page.ts';
import type { Counterexample, ListedDeviation, RuleReport } from '../report/report.ts';
import { reasonOf } from '../report/verdicts.ts';

/** What was judged, and how it ended. */
export interface Checked {
  readonly file: string;
  readonly events: number;
  readonly profile: Profile;
  readonly results: readonly RuleResult[];
  readonly exit: number;
  /** What the baseline says of a rule. */
  readonly listed: (id: RuleId) => ListedDeviation | undefined;
}

/** Events after the breaking one that are kept, so that one sees how it went on. */
const SEQUEL = 12;

/** Renders the page. */
export async function checkPage(checked: Checked): Promise<string> {
  const { file, events, profile, results, exit } = checked;
  const cases = await brokenCases(file, results);
  const broken = results.filter(({ verdict }) => verdict === 'violated').length;
  const held = results.filter(({ verdict }) => verdict === 'satisfied').length;
  return page({
    title: file,
    ...badgeOf(exit, broken),
    conclusion: `recorded history: ${held} rules held, ${broken} broken, ${results.length - held - broken} not judged`,
    profile: profile.name,
    facts: [
      ['profile', profile.name],
      ['events', events.toLocaleString('en')],
    ],
    rules: results.map((result) => ruleReport(result, cases.get(result.id), checked)),
    findings: [],
  });
}

/** Exit code 0 is no claim that the producer conforms: it is one recording. */
function badgeOf(exit: number, broken: number): Pick<PageSubject, 'badge' | 'tone'> {
  if (exit === 1) return { badge: 'violates', tone: 'bad' };
  if (exit === 3) return { badge: 'nothing judged', tone: 'warn' };
  return { badge: broken > 0 ? 'nothing new broken' : 'no rule broken', tone: 'good' };
}

/** The case of each breach, from its `open` to a little beyond the breaking event. */
async function brokenCases(
  file: string,
  results: readonly RuleResult[],
): Promise<ReadonlyMap<RuleId, readonly HistoryEvent[]>> {
  const byLine = new Map<number, RuleId[]>();
  for (const { id, breach } of results) {
    if (breach) byLine.set(breach.line, [...(byLine.get(breach.line) ?? []), id]);
  }
  const last = Math.max(0, ...byLine.keys()) + SEQUEL;
  const cases = new Map<RuleId, readonly HistoryEvent[]>();
  let current: HistoryEvent[] = [];
  for await (const { event, line } of readHistory(file)) {
    if (line > last) break;
    if (event.event === 'open') current = [];
    current.push(event);
    for (const id of byLine.get(line) ?? []) cases.set(id, current);
  }
  return cases;
}

function ruleReport(
  result: RuleResult,
  history: readonly HistoryEvent[] | undefined,
  { listed }: Checked,
): RuleReport {
  const { id, verdict, exercised, breach } = result;
  const rule = findRule(id);
  if (!rule) throw new Error(`${id} was judged, but the catalogue does not hold it`);
  const { level, statement } = rule;
  const deviation = verdict === 'violated' ? listed(id) : undefined;
  const reason = breach ? `line ${breach.line}` : reasonOf(result);
  const counterexample: Counterexample | undefined = breach &&
    history && {
      scenario: [],
      history: history.slice(0, breach.at + 1 + SEQUEL),
      at: breach.at,
      explanation: breach.why,
      replay: '',
      case: 1,
      digest: '',
    };
  return {
    id,
    level,
    statement,
    verdict,
    exercised,
    ...(reason !== undefined && { reason }),
    ...(deviation && { deviation }),
    ...(counterexample && { counterexample }),
  };
}
