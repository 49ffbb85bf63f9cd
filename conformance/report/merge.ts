// Merging the reports of shards into one: each rule's verdict from all that the shards saw of it. Shards that do
// not belong together, or are not all there, are refused.
import type { RuleVerdict } from '../../spec/verdict.ts';
import { verdictOf, type Counterexample, type Report, type RuleReport } from './report.ts';

/** A shard's report, and the name of the file that it came from. */
export interface ShardReport {
  readonly file: string;
  readonly report: Report;
}

/** The reports are not the shards of one run. The message says which file, and why. */
export class MergeError extends Error {
  override readonly name = 'MergeError';
}

/** One report from all shards of a run. Its duration is that of the slowest. Throws `MergeError`. */
export function mergeReports(shards: readonly ShardReport[]): Report {
  const sorted = inOrder(shards);
  const reports = sorted.map(({ report }) => report);
  const [first] = reports as [Report, ...Report[]];
  const { shard: _, error: __, uncontrolled: ___, coverage: ____, ...rest } = first;
  const rules = first.rules.map((one, at) =>
    mergedRule([one, ...reports.slice(1).map((report) => report.rules[at]!)]),
  );
  const error = errorOf(reports);
  const uncontrolled = uncontrolledOf(reports);
  return {
    ...rest,
    cases: reports.reduce((sum, { cases }) => sum + cases, 0),
    rules,
    verdict: verdictOf({ rules, ...error, ...uncontrolled }),
    ...coverageOf(reports),
    durationMs: Math.max(...reports.map(({ durationMs }) => durationMs)),
    ...error,
    ...uncontrolled,
  };
}

/** What no shard led through is missed by all. A shard that failed may not know. */
function coverageOf(reports: readonly Report[]): Pick<Report, 'coverage'> {
  const known = reports.flatMap(({ coverage }) => coverage ?? []);
  const [first] = known;
  if (!first) return {};
  const { reachable } = first;
  const missed = first.missed.filter((one) => known.every((other) => other.missed.includes(one)));
  return { coverage: { reachable, covered: reachable - missed.length, missed } };
}

/** The shards by number, once it is sure that they are all of one run. */
function inOrder(shards: readonly ShardReport[]): readonly ShardReport[] {
  const [first] = shards;
  if (!first) throw new MergeError('there is nothing to merge');
  for (const one of shards) assertAlike(one, first);
  const byIndex = new Map<number, ShardReport>();
  for (const one of shards) {
    const { index } = one.report.shard!;
    const known = byIndex.get(index);
    if (known) throw new MergeError(`shard ${index} is given twice: ${known.file} and ${one.file}`);
    byIndex.set(index, one);
  }
  const { of } = first.report.shard!;
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((at) => !byIndex.has(at));
  if (missing.length > 0) {
    const which =
      missing.length === 1 ? `shard ${missing[0]} is` : `shards ${missing.join(', ')} are`;
    throw new MergeError(`${which} missing: the run has ${of} of them`);
  }
  return [...byIndex.values()].toSorted((a, b) => a.report.shard!.index - b.report.shard!.index);
}

/** What must be the same in all shards of one run, in words. */
const ALIKE: Readonly<Record<string, (report: Report) => unknown>> = {
  'version of producer-tck': ({ kit }) => kit,
  adapter: ({ adapter }) => adapter,
  profile: ({ profile }) => profile,
  seed: ({ seed }) => seed,
  'number of cases': ({ shard }) => shard?.cases,
  'number of shards': ({ shard }) => shard?.of,
  'choice of rules': ({ rules }) => rules.map(({ id }) => id).join(', '),
};

function assertAlike(one: ShardReport, first: ShardReport): void {
  if (!one.report.shard)
    throw new MergeError(`${one.file} is the report of no shard: it was run without --shard`);
  for (const [what, of] of Object.entries(ALIKE)) {
    const [own, other] = [of(one.report), of(first.report)];
    if (own === other) continue;
    const sentence = `${one.file} and ${first.file} are not of one run: they differ in the ${what}`;
    throw new MergeError(`${sentence} (${String(own)}, ${String(other)})`);
  }
}

/** Worst first. */
const WEIGHT: readonly RuleVerdict[] = ['violated', 'inconclusive', 'satisfied', 'not-exercised'];

function mergedRule(shares: readonly RuleReport[]): RuleReport {
  const exercised = shares.reduce((sum, rule) => sum + rule.exercised, 0);
  const worst = WEIGHT.find((verdict) => shares.some((rule) => rule.verdict === verdict));
  const one = shares.find(({ verdict }) => verdict === worst) ?? shares[0]!;
  const { deviation: _, counterexample: __, ...rest } = one;
  const counterexample = worst === 'violated' ? shortest(shares) : undefined;
  return { ...rest, exercised, ...(counterexample && { counterexample }) };
}

/** The shortest counterexample of all, with the number of the first case that broke the rule in any. */
function shortest(shares: readonly RuleReport[]): Counterexample | undefined {
  const all = shares.flatMap(({ counterexample }) => counterexample ?? []);
  const [first] = all.toSorted((a, b) => a.scenario.length - b.scenario.length || a.case - b.case);
  return first && { ...first, case: Math.min(...all.map((one) => one.case)) };
}

/** Of the shards under no control, the one that showed it first. */
function uncontrolledOf(reports: readonly Report[]): Pick<Report, 'uncontrolled'> {
  const all = reports.flatMap(({ uncontrolled }) => uncontrolled ?? []);
  const [first] = all.toSorted((a, b) => a.case - b.case);
  return first ? { uncontrolled: first } : {};
}

/** The first shard's error, and which shard it was. */
function errorOf(reports: readonly Report[]): Pick<Report, 'error'> {
  const failed = reports.find(({ error }) => error);
  if (!failed?.error) return {};
  const { code, message } = failed.error;
  return { error: { code, message: `Shard ${failed.shard?.index}: ${message}` } };
}
