// Replaying what an earlier run found: a report, one of its counterexamples, or a bare scenario. The case
// must give the very same history again; where it does not, the replay says at which event.
import * as v from 'valibot';
import { findRule } from '../../spec/catalogue.ts';
import { diagnose } from '../../spec/diagnosis/diagnose.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import { eventText } from '../report/event-text.ts';
import { page } from '../report/html/page.ts';
import {
  digestOf,
  replayLine,
  type Counterexample,
  type FindingReport,
  type RuleReport,
} from '../report/report.ts';
import { profileFacts } from '../report/profile-text.ts';
import { counterexampleLines } from '../report/text.ts';
import { evidenceIn, findingReport } from '../report/verdicts.ts';
import { jobOf, type RunOptions } from '../engine/conform.ts';
import type { Rerun } from '../engine/job.ts';
import { supervise } from '../engine/supervise.ts';
import { SCENARIO } from '../cases/format.ts';
import { openingOf, type Scenario } from '../cases/step.ts';
import { HISTORY_EVENT } from '../formats/history-format.ts';
import { InputError, parseJson, RULE_ID } from '../formats/json.ts';
import { parseReport } from '../report/report-format.ts';
import { textOf } from './input.ts';
import type { Output } from './io.ts';
import { writeReport } from './publish.ts';

/**
 * Replays `source` (a file, `-` for standard input, or the JSON itself) and prints what came of it.
 * `html`: a page to write as well. Exit codes: 1 still broken, 0 no longer broken, 2 diverged or unreadable,
 * 3 broken by time alone, without a proof.
 */
export async function replay(
  options: RunOptions,
  source: string,
  out: Output,
  html?: string,
): Promise<number> {
  const recorded = casesIn(source);
  const reruns = await rerunEach(options, recorded);
  const outcomes = recorded.map((one, at) => {
    const rerun = reruns[at] as Rerun;
    // Over the bridge time is real, and no two histories are alike.
    const comparable = options.adapter.startsWith('exec:')
      ? { rule: one.rule, scenario: one.scenario }
      : one;
    return compare(options, comparable, rerun);
  });
  for (const { lines } of outcomes) out.write(`${lines.join('\n')}\n`);
  if (html !== undefined) writeReport('html', html, replayPage(options, outcomes));
  return Math.max(...outcomes.map(({ exit }) => exit));
}

/** Each case in a process of its own if one of them is about what producers share (ISO-1). */
async function rerunEach(options: RunOptions, recorded: readonly RecordedCase[]): Promise<Rerun[]> {
  const hasCompany = recorded.some(({ scenario }) => openingOf(scenario).company);
  const reruns: Rerun[] = [];
  for (const scenarios of hasCompany ? recorded.map((one) => [one]) : [recorded]) {
    const job = { ...jobOf(options), task: 'replay' as const, scenarios };
    const { end } = await supervise(job, { loadMs: 60_000, caseMs: 60_000 });
    if (end.type === 'fault')
      throw new InputError(`The adapter ${options.adapter} failed: ${end.message}.`);
    reruns.push(...end.reruns);
  }
  return reruns;
}

/** What came of one case: what to print, and the rule, unless the replay diverged. */
interface Outcome {
  readonly lines: readonly string[];
  readonly exit: 0 | 1 | 2 | 3;
  readonly rule?: RuleReport;
  readonly findings?: readonly FindingReport[];
}

/** What came of cases, the worst first, by the exit code that says so. */
const SUMMARY = [
  { exit: 1, text: 'still broken', tone: 'bad' },
  { exit: 2, text: 'diverged', tone: 'warn' },
  { exit: 3, text: 'unproven', tone: 'warn' },
  { exit: 0, text: 'no longer broken', tone: 'good' },
] as const;

function replayPage(options: RunOptions, outcomes: readonly Outcome[]): string {
  const { profile } = jobOf(options);
  const ending = (code: Outcome['exit']) => outcomes.filter(({ exit }) => exit === code);
  const worst = SUMMARY.find(({ exit }) => ending(exit).length > 0);
  if (!worst) throw new Error('a replay of no case has no page');
  const diverged = ending(2).flatMap(({ lines }) => lines);
  const tally = SUMMARY.map(({ exit, text }) => `${ending(exit).length} ${text}`).join(', ');
  return page({
    title: options.adapter,
    badge: worst.text,
    tone: worst.tone,
    conclusion: `replayed: ${tally}`,
    profile,
    facts: profileFacts(profile),
    rules: outcomes.flatMap(({ rule }) => rule ?? []),
    findings: outcomes.flatMap(({ findings = [] }) => findings),
    ...(diverged.length > 0 && { error: diverged.join('\n') }),
  });
}

/** A case to replay, with the rule that it breaks; without a history there is nothing to compare. */
const RECORDED_CASE = v.object({
  rule: RULE_ID,
  scenario: SCENARIO,
  history: v.exactOptional(v.array(HISTORY_EVENT)),
  digest: v.exactOptional(v.string()),
});
interface RecordedCase {
  readonly rule: RuleId;
  readonly scenario: Scenario;
  readonly history?: readonly HistoryEvent[];
  readonly digest?: string;
}
/** A report is known by its rules. */
const ANY_RULES = v.object({ rules: v.optional(v.unknown()) });

/** What to replay: each counterexample of a report, or one case. */
function casesIn(source: string): readonly RecordedCase[] {
  const name = source.length > 60 ? '--replay' : `--replay ${source}`;
  const text = textOf('--replay', source);
  if (parseJson(ANY_RULES, text, name).rules === undefined)
    return [parseJson(RECORDED_CASE, text, name)];
  const report = parseReport(text, name);
  const cases = evidenceIn(report).map(({ finding: { rule, counterexample } }) => ({
    rule,
    ...counterexample,
  }));
  if (cases.length === 0) throw new InputError(`${name}: the report has no counterexamples`);
  return cases;
}

function compare(options: RunOptions, recorded: RecordedCase, rerun: Rerun): Outcome {
  const { rule: id, scenario } = recorded;
  const finding = diagnose(jobOf(options).profile, rerun.history);
  const diagnosed = finding?.rule === id ? { ...finding, isProven: true } : undefined;
  const breach = rerun.breaches.find(({ rule }) => rule === id) ?? diagnosed;
  const divergence = divergenceOf(recorded, rerun);
  if (divergence && (breach || wasEdited(recorded)))
    return { lines: [`${id}: the replay diverged ${divergence}`], exit: 2 };
  const { level, statement } = ruleOf(id);
  const rule = { id, level, statement, exercised: 1 };
  if (!breach) {
    const since = divergence ? `; it first differs ${divergence}` : '';
    const lines = [`${id}: no longer broken by this case${since}`];
    return { lines, exit: 0, rule: { ...rule, verdict: 'satisfied' } };
  }
  const counterexample: Counterexample = {
    scenario,
    history: rerun.history,
    at: breach.at,
    explanation: breach.why,
    replay: replayLine(jobOf(options), id, scenario),
    case: 1,
    digest: digestOf(scenario, rerun.history),
  };
  const broken: RuleReport = { ...rule, verdict: 'violated', counterexample };
  const findings = finding ? [findingReport(finding, counterexample)] : [];
  const lines = counterexampleLines(broken, findings);
  if (recorded.history) lines.push('  The replay gave the recorded history, event for event.');
  if (breach.isProven) return { lines, exit: 1, rule: broken, findings };
  return {
    lines: [...lines, '  It only timed out, unconfirmed: that is no proof.'],
    exit: 3,
    rule: { ...broken, verdict: 'inconclusive' },
  };
}

function ruleOf(id: RuleId): Rule {
  const rule = findRule(id);
  if (!rule) throw new Error(`${id} was found in the catalogue when the replay was read`);
  return rule;
}

function wasEdited({ scenario, history, digest }: RecordedCase): boolean {
  return history !== undefined && digest !== undefined && digestOf(scenario, history) !== digest;
}

/** Where two histories part, in words; absent when they do not, or there is nothing to compare with. */
function divergenceOf({ history }: RecordedCase, rerun: Rerun): string | undefined {
  if (!history) return undefined;
  const length = Math.max(history.length, rerun.history.length);
  for (let at = 0; at < length; at += 1) {
    const then = history[at];
    const now = rerun.history[at];
    if (JSON.stringify(then) === JSON.stringify(now)) continue;
    const text = (event: HistoryEvent | undefined) => (event ? `"${eventText(event)}"` : 'nothing');
    return `at event ${at + 1}: recorded was ${text(then)}, now it is ${text(now)}`;
  }
  return undefined;
}
