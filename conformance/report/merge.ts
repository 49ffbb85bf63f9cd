// Merging what the shares of one run found, so that it is what one process on one machine would have found: the
// results and faults of workers as well as of shards, and the reports of all shards. Shards that do not belong
// together, or are not all there, are refused.
import type { RuleId } from '../../spec/rule.ts';
import type { RuleVerdict } from '../../spec/verdict.ts';
import { InputError } from '../formats/json.ts';
import { choicesText, profileIn } from './profile-text.ts';
import type { Counterexample, FindingReport, Report, RuleReport } from './report.ts';
import { inOrder, names, verdictOf, verdictsOf } from './verdicts.ts';

/** The verdict that decides comes first. A share without a single case does not know what is not applicable. */
const DECISIVE: readonly RuleVerdict[] = [
  'violated',
  'inconclusive',
  'satisfied',
  'not-applicable',
  'not-exercised',
];

/** A rule's result on one share. */
interface Share {
  readonly verdict: RuleVerdict;
  readonly exercised: number;
}

/** For each rule its result on all shares, in the order of the first; every share lists the same rules. */
export function mergeResults<R extends Share>(shares: readonly (readonly R[])[]): R[] {
  return (shares[0] ?? []).map((first, at) => {
    const all = shares.map((results) => results[at] ?? first);
    const exercised = all.reduce((sum, one) => sum + one.exercised, 0);
    const verdict = DECISIVE.find((worst) => all.some((one) => one.verdict === worst));
    return { ...(all.find((one) => one.verdict === verdict) ?? first), exercised };
  });
}

/** One for each fault, as `faultOf` tells them apart: the best by `compare`. Faults keep the order of their first. */
export function mergeFaults<T>(
  all: readonly T[],
  faultOf: (one: T) => string,
  compare: (one: T, other: T) => number,
  merged: (best: T, same: readonly T[]) => T = (best) => best,
): T[] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(faultOf(one), [...(groups.get(faultOf(one)) ?? []), one]);
  return [...groups.values()].map((same) => merged(same.toSorted(compare)[0] as T, same));
}

/** A shard's report, and the name of the file that it came from. */
export interface ShardReport {
  readonly file: string;
  readonly report: Report;
}

/** One report from all shards of a run. Its duration is that of the slowest. Throws `InputError`. */
export function mergeReports(shards: readonly ShardReport[]): Report {
  const reports = inNumericalOrder(shards).map(({ report }) => report);
  const [first] = reports as [Report, ...Report[]];
  const { shard: _, error: __, nonDeterminism: ___, coverage: ____, ...rest } = first;
  const findings = mergeFindings(reports.flatMap((report) => report.findings));
  const rules = mergeResults(reports.map((report) => report.rules)).map((rule) =>
    mergedRule(rule, reports, findings),
  );
  const error = errorOf(reports);
  const [nonDeterminism] = reports
    .flatMap((report) => report.nonDeterminism ?? [])
    .toSorted((a, b) => a.case - b.case);
  const problems = { ...error, ...(nonDeterminism && { nonDeterminism }) };
  return {
    ...rest,
    cases: reports.reduce((sum, { cases }) => sum + cases, 0),
    rules,
    findings,
    verdict: verdictOf({ rules, ...problems }),
    ...coverageOf(reports),
    durationMs: Math.max(...reports.map(({ durationMs }) => durationMs)),
    ...problems,
  };
}

/** The same headline and the same hypothesis are one fault; its shortest case is kept. */
export function mergeFindings(findings: readonly FindingReport[]): FindingReport[] {
  const merged = mergeFaults(
    findings,
    ({ rule, hypothesis }) => [rule, hypothesis?.rule, hypothesis?.text].join(' '),
    (one, other) => compareCases(one.counterexample, other.counterexample),
    (best, same) => {
      // What a longer case left open, the shorter one decides.
      const isOpen = ({ rule, candidates }: FindingReport, id: RuleId) =>
        id !== rule && candidates?.includes(id);
      const others = same.flatMap((one) => one.accused.filter((id) => !isOpen(one, id)));
      const accused = distinct([...best.accused, ...others]);
      const broken = distinct(same.flatMap((one) => one.alsoBroken));
      const alsoBroken = broken.filter((rule) => !accused.includes(rule));
      return { ...best, accused, alsoBroken, counterexample: numbered(best.counterexample, same) };
    },
  );
  return inOrder(merged);
}

/** A rule that some finding names is judged anew, by the findings that are kept; others keep their shortest case. */
function mergedRule(
  { deviation: _, counterexample: __, ...rule }: RuleReport,
  reports: readonly Report[],
  findings: readonly FindingReport[],
): RuleReport {
  const { id, verdict, exercised } = rule;
  const same = reports.flatMap(({ rules }) =>
    rules.filter((one) => one.id === id && one.verdict === verdict),
  );
  const cases = same.flatMap(({ counterexample }) => counterexample ?? []).toSorted(compareCases);
  if (!cases[0]) return rule;
  const counterexample = numbered(cases[0], same);
  const isNamed = reports.some((report) => report.findings.some((one) => names(one, id)));
  if (!isNamed) return { ...rule, counterexample };
  const { reason = 'a shorter case of the same fault, on another shard, does not break it' } = rule;
  const doubts = new Map([[id, { reason, counterexample }]]);
  const own = new Map([[id, counterexample]]);
  return verdictsOf([{ id, verdict: 'violated', exercised }], findings, doubts, own)[0] ?? rule;
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function compareCases(one: Counterexample, other: Counterexample): number {
  return one.scenario.length - other.scenario.length || one.case - other.case;
}

/** With the number of the first case on any share that showed the same. */
function numbered(
  best: Counterexample,
  same: readonly { readonly counterexample?: Counterexample }[],
): Counterexample {
  const cases = same.flatMap(({ counterexample }) => counterexample?.case ?? []);
  return { ...best, case: Math.min(best.case, ...cases) };
}

/** A transition is missed if every shard missed it. A shard that failed may not know. */
function coverageOf(reports: readonly Report[]): Pick<Report, 'coverage'> {
  const known = reports.flatMap(({ coverage }) => coverage ?? []);
  const [first] = known;
  if (!first) return {};
  const { reachable } = first;
  const missed = first.missed.filter((one) => known.every((other) => other.missed.includes(one)));
  return { coverage: { reachable, covered: reachable - missed.length, missed } };
}

/** The shards by number, once it is sure that they are all of one run. */
function inNumericalOrder(shards: readonly ShardReport[]): readonly ShardReport[] {
  const [first] = shards;
  if (!first) throw new InputError('there is nothing to merge');
  for (const one of shards) assertAlike(one, first);
  const byIndex = new Map<number, ShardReport>();
  for (const one of shards) {
    const { index } = one.report.shard!;
    const known = byIndex.get(index);
    if (known) throw new InputError(`shard ${index} is given twice: ${known.file} and ${one.file}`);
    byIndex.set(index, one);
  }
  const { of } = first.report.shard!;
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((at) => !byIndex.has(at));
  if (missing.length > 0) {
    const which =
      missing.length === 1 ? `shard ${missing[0]} is` : `shards ${missing.join(', ')} are`;
    throw new InputError(`${which} missing: the run has ${of} of them`);
  }
  return [...byIndex.values()].toSorted((a, b) => a.report.shard!.index - b.report.shard!.index);
}

/** What must be the same in all shards of one run, in words. */
const ALIKE: Readonly<Record<string, (report: Report) => unknown>> = {
  'version of producer-tck': ({ kit }) => kit,
  adapter: ({ adapter }) => adapter,
  profile: ({ profile }) => profile,
  'choices of the profile': (report) => choicesText(profileIn(report)),
  seed: ({ seed }) => seed,
  'number of cases': ({ shard }) => shard?.cases,
  'number of shards': ({ shard }) => shard?.of,
  'choice of rules': ({ rules }) => rules.map(({ id }) => id).join(', '),
};

function assertAlike(one: ShardReport, first: ShardReport): void {
  if (!one.report.shard)
    throw new InputError(`${one.file} is the report of no shard: it was run without --shard`);
  for (const [what, of] of Object.entries(ALIKE)) {
    const [own, other] = [of(one.report), of(first.report)];
    if (own === other) continue;
    const sentence = `${one.file} and ${first.file} are not of one run: they differ in the ${what}`;
    throw new InputError(`${sentence} (${String(own)}, ${String(other)})`);
  }
}

/** The first shard's error, and which shard it was. */
function errorOf(reports: readonly Report[]): Pick<Report, 'error'> {
  const failed = reports.find(({ error }) => error);
  if (!failed?.error) return {};
  const { code, message } = failed.error;
  return { error: { code, message: `Shard ${failed.shard?.index}: ${message}` } };
}
