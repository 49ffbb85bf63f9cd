// Replaying what an earlier run found: a report, one of its counterexamples, or a bare scenario. The case
// must give the very same history again; where it does not, the replay says at which event.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { findRule } from '../../spec/catalogue.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import { eventText } from '../report/event-text.ts';
import { page } from '../report/html/page.ts';
import { digestOf, replayLine, type Counterexample, type RuleReport } from '../report/report.ts';
import { counterexampleLines } from '../report/text.ts';
import { SCENARIO } from '../cases/format.ts';
import type { Scenario } from '../cases/step.ts';
import { jobOf, type RunOptions } from '../engine/conform.ts';
import type { Rerun } from '../engine/job.ts';
import { supervise } from '../engine/supervise.ts';
import { writeReport } from './publish.ts';
import { UsageError } from './usage.ts';

/** A case to replay; without a history there is nothing to compare. */
interface Recorded {
  readonly rule: RuleId;
  readonly scenario: Scenario;
  readonly history?: readonly HistoryEvent[];
  readonly digest?: string;
}

const RECORDED = v.object({
  rule: v.string(),
  scenario: SCENARIO,
  history: v.optional(v.array(v.looseObject({ event: v.string() }))),
  digest: v.optional(v.string()),
});
const REPORT = v.looseObject({
  rules: v.array(
    v.looseObject({ id: v.string(), counterexample: v.optional(v.omit(RECORDED, ['rule'])) }),
  ),
});

/**
 * Replays `source` (a file, `-` for standard input, or the JSON itself) and prints what came of it.
 * `html`: a page to write as well. Exit codes: 1 still broken, 0 no longer broken, 2 diverged or unreadable,
 * 3 broken by time alone, without a proof.
 */
export async function replay(
  options: RunOptions,
  source: string,
  out: NodeJS.WriteStream,
  html?: string,
): Promise<number> {
  const recorded = parse(read(source), source);
  const job = { ...jobOf(options), task: 'replay' as const, scenarios: recorded };
  const { end } = await supervise(job, { loadMs: 60_000, caseMs: 60_000 });
  if (end.type === 'fault')
    throw new UsageError(`The adapter ${options.adapter} failed: ${end.message}.`);
  const outcomes = recorded.map((one, at) => {
    const rerun = end.reruns[at] as Rerun;
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

/** What came of one case: what to print, and the rule, unless the replay diverged. */
interface Outcome {
  readonly lines: readonly string[];
  readonly exit: 0 | 1 | 2 | 3;
  readonly rule?: RuleReport;
}

function replayPage(options: RunOptions, outcomes: readonly Outcome[]): string {
  const count = (code: Outcome['exit']) => outcomes.filter(({ exit }) => exit === code).length;
  const { profile } = jobOf(options);
  const diverged = outcomes.filter(({ exit }) => exit === 2).flatMap(({ lines }) => lines);
  const tally = `${count(1)} still broken, ${count(0)} not broken any more, ${count(2)} diverged, ${count(3)} unproven`;
  const isBroken = count(1) > 0;
  return page({
    title: options.adapter,
    badge: isBroken
      ? 'still broken'
      : count(2) > 0
        ? 'diverged'
        : count(3) > 0
          ? 'unproven'
          : 'not broken any more',
    tone: isBroken ? 'bad' : count(2) + count(3) > 0 ? 'warn' : 'good',
    conclusion: `replayed: ${tally}`,
    profile,
    facts: [['profile', profile]],
    rules: outcomes.flatMap(({ rule }) => rule ?? []),
    findings: [],
    ...(diverged.length > 0 && { error: diverged.join('\n') }),
  });
}

function read(source: string): string {
  if (/^\s*[[{]/.test(source)) return source;
  if (source === '-') return readFileSync(0, 'utf8');
  if (!statSync(source, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`--replay ${source}: there is no such file`);
  return readFileSync(source, 'utf8');
}

function parse(text: string, source: string): Recorded[] {
  const name = source.length > 60 ? 'the replay' : source;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message;
    throw new UsageError(
      `the replay diverged before its first event: ${name} is cut off or edited (${why})`,
    );
  }
  const report = v.safeParse(REPORT, json);
  const entries = report.success
    ? report.output.rules.flatMap(({ id, counterexample }) =>
        counterexample ? [{ rule: id, ...counterexample }] : [],
      )
    : [json];
  if (entries.length === 0) throw new UsageError(`${name} is a report without counterexamples`);
  return entries.map((entry) => recordedOf(entry, name));
}

function recordedOf(entry: unknown, name: string): Recorded {
  const result = v.safeParse(RECORDED, entry);
  if (!result.success) {
    const issue = result.issues[0];
    const where = v.getDotPath(issue) ?? 'its top level';
    throw new UsageError(
      `the replay diverged before its first event: ${name}, at ${where}: ${issue.message}`,
    );
  }
  const recorded = result.output as unknown as Recorded;
  const rule = findRule(recorded.rule);
  if (!rule) throw new UsageError(`${name} names the rule ${recorded.rule}, which does not exist`);
  return { ...recorded, rule: rule.id };
}

const UNPROVEN = 'Only time speaks against it: this is no proof.';

function compare(options: RunOptions, recorded: Recorded, rerun: Rerun): Outcome {
  const { rule, scenario } = recorded;
  const { level, statement } = ruleOf(rule);
  const breach = rerun.breaches.find((one) => one.rule === rule);
  const divergence = divergenceOf(recorded, rerun);
  if (divergence && (breach || wasEdited(recorded))) {
    return { lines: [`${rule}: the replay diverged ${divergence}`], exit: 2 };
  }
  if (!breach) {
    const since = divergence ? `; it first differs ${divergence}` : '';
    const held = { id: rule, level, statement, verdict: 'satisfied' as const, exercised: 1 };
    return { lines: [`${rule}: not broken any more by this case${since}`], exit: 0, rule: held };
  }
  const counterexample: Counterexample = {
    scenario,
    history: rerun.history,
    at: breach.at,
    explanation: breach.why,
    replay: replayLine(jobOf(options), rule, scenario),
    case: 1,
    digest: digestOf(scenario, rerun.history),
  };
  const shown = {
    id: rule,
    level,
    statement,
    verdict: 'violated' as const,
    exercised: 1,
    counterexample,
  };
  const same = recorded.history ? 'The replay gave the recorded history, event for event.' : '';
  const lines = [...counterexampleLines(shown), ...(same ? [`  ${same}`] : [])];
  if (!breach.isProven) {
    const unproven = { ...shown, verdict: 'inconclusive' as const };
    return { lines: [...lines, `  ${UNPROVEN}`], exit: 3, rule: unproven };
  }
  return { lines, exit: 1, rule: shown };
}

function ruleOf(id: RuleId): Rule {
  const rule = findRule(id);
  if (!rule) throw new Error(`${id} was found in the catalogue when the replay was read`);
  return rule;
}

function wasEdited({ scenario, history, digest }: Recorded): boolean {
  return history !== undefined && digest !== undefined && digestOf(scenario, history) !== digest;
}

/** Where two histories part, in words; absent when they do not, or there is nothing to compare with. */
function divergenceOf({ history }: Recorded, rerun: Rerun): string | undefined {
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
