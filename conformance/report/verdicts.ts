// From findings to verdicts: what each rule came to, what the whole run came to, and which case is the evidence.
// A finding accuses its headline, its candidates and the rule of its hypothesis; other rules that its case breaks
// cannot be judged before the fault is fixed.
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import { rulesNamed, type Finding } from '../../spec/diagnosis/diagnose.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type {
  Counterexample,
  FindingReport,
  ListedDeviation,
  Report,
  ReportVerdict,
  RuleReport,
} from './report.ts';

/** Why no verdict on a rule is possible, and the case that speaks against it, if there is one. */
export interface Doubt {
  readonly reason: string;
  readonly counterexample?: Counterexample;
}

/** A finding as reports show it. `accused`, `alsoBroken`: by other cases of the same fault as well. */
export function findingReport(
  finding: Finding,
  counterexample: Counterexample,
  accused: readonly RuleId[] = rulesNamed(finding),
  alsoBroken: readonly RuleId[] = finding.alsoBroken,
): FindingReport {
  const { rule, why, candidates, hypothesis } = finding;
  const { level, statement } = ruleOf(rule);
  const said = { rule, level, statement, explanation: why };
  const account = { ...(candidates && { candidates }), ...(hypothesis && { hypothesis }) };
  return { ...said, ...account, accused, alsoBroken, counterexample };
}

/** The clearest first: MUST before SHOULD, one rule before several candidates, short cases before long ones. */
export function inOrder(findings: readonly FindingReport[]): FindingReport[] {
  const position = (id: RuleId) => CATALOGUE.findIndex((rule) => rule.id === id);
  const weights = ({ rule, level, candidates, counterexample }: FindingReport) => [
    level === 'MUST' ? 0 : 1,
    candidates?.length ?? 1,
    counterexample.scenario.length,
    position(rule),
  ];
  const keyed = findings.map((finding) => ({ finding, key: weights(finding) }));
  const byKey = (one: readonly number[], other: readonly number[]) =>
    one.map((weight, at) => weight - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return keyed.toSorted((one, other) => byKey(one.key, other.key)).map(({ finding }) => finding);
}

/** The rules that a finding accuses. A broken SHOULD never hides a broken MUST. */
export function accusedBy({ level, accused, alsoBroken }: FindingReport): ReadonlySet<RuleId> {
  const hidden = level === 'SHOULD' ? alsoBroken.filter((id) => ruleOf(id).level === 'MUST') : [];
  return new Set([...accused, ...hidden]);
}

/**
 * Every rule's line. `doubts`: what speaks against a rule without proof. `own`: the case that shows best that a rule
 * is broken, where that is not the finding's.
 */
export function verdictsOf(
  results: readonly RuleResult[],
  findings: readonly FindingReport[],
  doubts: ReadonlyMap<RuleId, Doubt> = new Map(),
  own: ReadonlyMap<RuleId, Counterexample> = new Map(),
): RuleReport[] {
  return results.map((result) => {
    const { id, exercised } = result;
    const { level, statement } = ruleOf(id);
    const { verdict, ...evidence } = judged(result, findings, doubts.get(id), own.get(id));
    // A mistake that only its consequences show was put to the test all the same.
    const times = verdict === 'violated' ? Math.max(1, exercised) : exercised;
    return { id, level, statement, verdict, exercised: times, ...evidence };
  });
}

function judged(
  result: RuleResult,
  findings: readonly FindingReport[],
  doubt: Doubt | undefined,
  own: Counterexample | undefined,
): Pick<RuleReport, 'verdict' | 'reason' | 'counterexample'> {
  const { id } = result;
  const accuser = accusing(id, findings);
  if (accuser) return { verdict: 'violated', counterexample: own ?? accuser.counterexample };
  const other = findings.find(({ alsoBroken }) => alsoBroken.includes(id));
  if (other) {
    const { rule, counterexample } = other;
    const reason = `broken only together with ${rule}, whose finding explains it; run again once that is fixed`;
    return { verdict: 'inconclusive', reason, counterexample };
  }
  if (doubt) return { verdict: 'inconclusive', ...doubt };
  if (result.verdict === 'violated') {
    const why = result.breach ? `: ${result.breach.why}` : '';
    return { verdict: 'inconclusive', reason: `broken once, but by no case that is kept${why}` };
  }
  const reason = reasonOf(result);
  return { verdict: result.verdict, ...(reason !== undefined && { reason }) };
}

/** Why a rule is not applicable. */
export function reasonOf({ missing }: RuleResult): string | undefined {
  switch (missing) {
    case undefined:
      return undefined;
    case 'packets':
      return 'this harness does not see what the broker receives';
    case 'in-process':
      return 'judged only where the producer runs in the process of the kit';
    case 'resends':
      return '`resends` is not declared: the connection is never cut';
    case 'scope':
      return 'outside the scope of this exhaustive run';
    default:
      return missing.includes(': ')
        ? `the profile chooses \`${missing}\``
        : `capability "${missing}" is not declared`;
  }
}

/** A finding, or the case of a rule that no finding names, as if that were one. */
export interface Evidence {
  readonly finding: FindingReport;
  /** The headline's line, if it was asked for. */
  readonly rule?: RuleReport;
  /** The baseline lists every rule that the case breaks. */
  readonly isKnown: boolean;
}

/** Everything that is to be shown, each case once. */
export function evidenceIn({ findings, rules }: Pick<Report, 'findings' | 'rules'>): Evidence[] {
  const others = rules.filter(({ id }) => !findings.some((finding) => names(finding, id)));
  return [
    ...findings.map((finding) => evidenceOf(finding, rules)),
    ...others.flatMap((rule) => evidenceFor(rule, []) ?? []),
  ];
}

/** What is to be shown of one rule: the finding that names it, or its own case. */
export function evidenceFor(
  rule: RuleReport,
  findings: readonly FindingReport[],
): Evidence | undefined {
  const finding =
    accusing(rule.id, findings) ?? findings.find(({ alsoBroken }) => alsoBroken.includes(rule.id));
  if (finding) return evidenceOf(finding, [rule]);
  const { id, level, statement, counterexample } = rule;
  if (!counterexample) return undefined;
  const { explanation } = counterexample;
  const said = { rule: id, level, statement, explanation };
  const own = { ...said, accused: [id], alsoBroken: [], counterexample };
  return evidenceOf(own, [rule]);
}

function evidenceOf(finding: FindingReport, rules: readonly RuleReport[]): Evidence {
  const rule = rules.find(({ id }) => id === finding.rule);
  const named = rules.filter(({ id }) => names(finding, id));
  const isKnown = named.length > 0 && named.every((one) => one.deviation?.standing === 'known');
  return { finding, ...(rule && { rule }), isKnown };
}

/** Whether the case of a finding breaks a rule, whichever is to blame. */
export function names(finding: FindingReport, id: RuleId): boolean {
  return accusedBy(finding).has(id) || finding.alsoBroken.includes(id);
}

/** The finding whose headline a rule is, or else the first that accuses it. */
function accusing(id: RuleId, findings: readonly FindingReport[]): FindingReport | undefined {
  return findings.find(({ rule }) => rule === id) ?? findings.find((one) => accusedBy(one).has(id));
}

/**
 * The conclusion. A broken SHOULD is a warning, a known deviation no news; a violation outlives a crash. What a shard
 * did not exercise, another one may have: that is for `merge` to say.
 */
export function verdictOf({
  rules,
  error,
  shard,
  nonDeterminism,
}: Pick<Report, 'rules' | 'error' | 'shard' | 'nonDeterminism'>): ReportVerdict {
  const news = rules.filter(({ deviation }) => deviation?.standing !== 'known');
  if (news.some(({ verdict, level }) => verdict === 'violated' && level === 'MUST'))
    return 'violates';
  if (error) return 'error';
  if (nonDeterminism) return 'inconclusive';
  const open = news.some(
    ({ verdict }) => verdict === 'inconclusive' || (verdict === 'not-exercised' && !shard),
  );
  return open ? 'inconclusive' : 'conforms';
}

/** The rules of a report that stand so with its baseline. */
export function listed(
  { rules }: Pick<Report, 'rules'>,
  standing: ListedDeviation['standing'],
): readonly RuleReport[] {
  return rules.filter(({ deviation }) => deviation?.standing === standing);
}

/**
 * 0 conforms, 1 violates, 2 error, 3 inconclusive or not exercised. A stale entry of the baseline also gives 1: the
 * producer is not to blame, yet the run must not pass until the entry is removed.
 */
export function exitCode(report: Pick<Report, 'verdict' | 'rules'>): 0 | 1 | 2 | 3 {
  const code = ({ conforms: 0, violates: 1, error: 2, inconclusive: 3 } as const)[report.verdict];
  return code !== 2 && listed(report, 'stale').length > 0 ? 1 : code;
}

function ruleOf(id: RuleId): Rule {
  const rule = findRule(id);
  if (!rule) throw new Error(`${id} was judged, but the catalogue has no such rule`);
  return rule;
}
