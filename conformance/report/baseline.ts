// Known deviations: rules that an adapter is known to break, each with a reason and perhaps an end. A baseline
// keeps a run green about what is known, and red about everything else, its own stale entries included. Its file is
// checked strictly: a misspelt entry would silently excuse nothing, or the wrong thing.
import * as v from 'valibot';
import { findRule } from '../../spec/catalogue.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { ListedDeviation, Report, RuleReport, Standing } from './report.ts';
import { verdictOf } from './verdicts.ts';

/** A rule that an adapter is known to break. */
export interface Deviation {
  readonly rule: RuleId;
  /** Shown in reports. */
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day, by UTC, on which the entry counts. Default: it never expires. */
  readonly expires?: string;
}

/** What `--baseline` reads. */
export interface Baseline {
  readonly deviations: readonly Deviation[];
}

/** The text is not a baseline. The message says where, and what to do. */
export class BaselineFormatError extends Error {
  override readonly name = 'BaselineFormatError';
}

/** The report in the light of a baseline. `today` is `YYYY-MM-DD`, by UTC. */
export function withBaseline(
  report: Report,
  baseline: Baseline,
  today: string = todayByUtc(),
): Report {
  const listed = new Map(baseline.deviations.map((entry) => [entry.rule, entry]));
  const rules = report.rules.map((rule) => {
    const entry = listed.get(rule.id);
    if (!entry) return rule;
    const { rule: _, ...rest } = entry;
    return { ...rule, deviation: { ...rest, standing: standingOf(report, rule, entry, today) } };
  });
  return { ...report, rules, verdict: verdictOf({ ...report, rules }) };
}

/** Whether an entry no longer counts on a day. */
export function isExpired(
  { expires }: Pick<Deviation, 'expires'>,
  today: string = todayByUtc(),
): boolean {
  return expires !== undefined && expires < today;
}

/** What to say of an entry, beside its rule; no full stop. */
export function deviationText({ standing, reason, expires }: ListedDeviation): string {
  const until = expires === undefined ? '' : ` until ${expires}`;
  switch (standing) {
    case 'known':
      return `known deviation${until}: ${reason}`;
    case 'stale':
      return 'the baseline lists it as broken, but it held: remove the entry';
    case 'expired':
      return `the baseline listed it as known${until}, which has passed: the entry no longer counts`;
    case 'undecided':
      return 'the baseline lists it as broken, but this run did not decide: run more cases';
    case 'idle':
      return 'the baseline lists it, but it is not applicable';
  }
}

function todayByUtc(): string {
  return new Date().toISOString().slice(0, 10);
}

function standingOf(
  { shard }: Report,
  rule: RuleReport,
  entry: Deviation,
  today: string,
): Standing {
  if (isExpired(entry, today)) return 'expired';
  switch (rule.verdict) {
    case 'violated':
      return 'known';
    case 'inconclusive':
      // Not exercised and yet inconclusive: the adapter failed before anything was judged.
      return rule.exercised > 0 ? 'known' : 'undecided';
    case 'satisfied':
      // Another shard may have broken it.
      return shard ? 'undecided' : 'stale';
    case 'not-exercised':
      return 'undecided';
    case 'not-applicable':
      return 'idle';
  }
}

const DEVIATION = v.strictObject({
  rule: v.string(),
  reason: v.pipe(
    v.string(),
    v.check((text) => text.trim() !== '', 'Invalid reason: it is empty; say why'),
  ),
  expires: v.exactOptional(
    v.pipe(
      v.string(),
      v.check(
        isDay,
        (issue) => `Invalid date: "${issue.input}" is not a date of the form YYYY-MM-DD`,
      ),
    ),
  ),
});
const BASELINE = v.strictObject({ deviations: v.array(DEVIATION) });

/** Reads a baseline, such as `{"deviations":[{"rule":"WIN-1","reason":"…","expires":"2027-06-30"}]}`. */
export function parseBaseline(text: string): Baseline {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BaselineFormatError(`invalid JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(BASELINE, json);
  if (!result.success) {
    const [issue] = result.issues;
    throw new BaselineFormatError(`${v.getDotPath(issue) ?? 'its top level'}: ${issue.message}`);
  }
  const seen = new Set<string>();
  const deviations = result.output.deviations.map((entry): Deviation => {
    const rule = findRule(entry.rule)?.id;
    if (!rule)
      throw new BaselineFormatError(`there is no rule ${entry.rule}; see producer-tck rules`);
    if (seen.has(rule))
      throw new BaselineFormatError(`${rule} is listed twice; leave one entry for each rule`);
    seen.add(rule);
    return { ...entry, rule };
  });
  return { deviations };
}

/** Days that exist: 2027-02-30 is refused. */
function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
