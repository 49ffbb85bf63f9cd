// Known deviations: rules that an adapter is known to break, each with a reason and perhaps an end. A baseline
// keeps a run green about what is known, and red about everything else, its own stale entries included. Its file is
// checked strictly: a misspelt entry would silently excuse nothing, or the wrong thing.
import * as v from 'valibot';
import { findRule } from '../../spec/catalogue.ts';
import { parseJson, RULE_ID } from '../formats/json.ts';
import type { ListedDeviation, Report, RuleReport, Standing } from './report.ts';
import { verdictOf } from './verdicts.ts';

const DEVIATION = v.strictObject({
  rule: v.pipe(
    v.string(),
    v.transform((id) => findRule(id)?.id ?? id),
    RULE_ID,
  ),
  /** Shown in reports. */
  reason: v.pipe(
    v.string(),
    v.check((text) => text.trim() !== '', 'Invalid reason: it is empty; say why'),
  ),
  /** `YYYY-MM-DD`: the last day, by UTC, on which the entry counts. Default: it never expires. */
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
const BASELINE = v.strictObject({
  deviations: v.pipe(
    v.array(DEVIATION),
    v.checkItems(
      ({ rule }, at, all) => all.findIndex((other) => other.rule === rule) === at,
      ({ input }) => `${input.rule} is listed twice; leave one entry for each rule`,
    ),
  ),
});

/** A rule that an adapter is known to break. */
export type Deviation = Readonly<v.InferOutput<typeof DEVIATION>>;

/** What `--baseline` reads. */
export interface Baseline {
  readonly deviations: readonly Deviation[];
}

/**
 * Reads a baseline, such as `{"deviations":[{"rule":"WIN-1","reason":"…","expires":"2027-06-30"}]}`. `name` stands in
 * messages for where the text came from. Throws `InputError`.
 */
export function parseBaseline(text: string, name: string): Baseline {
  return parseJson(BASELINE, text, name);
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

/** Days that exist: 2027-02-30 is refused. */
function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
