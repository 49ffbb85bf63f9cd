// Known deviations: rules that an adapter is known to break, each with a reason and perhaps an end. A baseline
// keeps a run green about what is known, and red about everything else, its own stale entries included.
import { verdictOf, type Report, type RuleReport } from './report.ts';
import type { RuleId } from '../../spec/rule.ts';

/** A rule that an adapter is known to break. */
export interface Deviation {
  readonly rule: RuleId;
  /** Shown in reports. */
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day, by UTC, on which the entry counts. Default: for ever. */
  readonly expires?: string;
}

/** What `--baseline` reads. */
export interface Baseline {
  readonly deviations: readonly Deviation[];
}

/**
 * What a run made of an entry. `known`: the rule is broken, or no proof was found that it holds, and neither
 * fails the run. `stale`: the rule holds now, which fails the run until the entry is taken out. `expired`: its
 * day has passed, the rule is judged as if it were not listed. `undecided`: the rule was not exercised, which is as
 * red as without the entry, or held in one shard of several. `idle`: the rule is not applicable here, which is no fault.
 */
export type Standing = 'known' | 'stale' | 'expired' | 'undecided' | 'idle';

/** An entry of the baseline beside the rule it is about. */
export interface ListedDeviation extends Omit<Deviation, 'rule'> {
  readonly standing: Standing;
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

/** Whether an entry counts no more on a day. */
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
      return 'the baseline lists it as broken, but it held: take the entry out';
    case 'expired':
      return `the baseline listed it as known${until}, which has passed: the entry counts no more`;
    case 'undecided':
      return 'the baseline lists it as broken, which was not settled here: more cases may tell';
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
