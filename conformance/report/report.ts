// The report: one run's verdicts as data. Everything that is shown or written is derived from it.
import { createHash } from 'node:crypto';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult, RuleVerdict } from '../../spec/verdict.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';
import type { Share } from '../engine/blocks.ts';
import type { Divergence } from '../engine/control.ts';
import type { Certificate, Exhausted } from '../cases/exhaustive/bound.ts';
import type { ListedDeviation } from './baseline.ts';

/** A run's conclusion. */
export type ReportVerdict = 'conforms' | 'violates' | 'inconclusive' | 'error';

/** The shortest case found that breaks a rule. */
export interface Counterexample {
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
  /** Index of the breaking event in `history`. */
  readonly at: number;
  /** What should have happened, and did not. */
  readonly explanation: string;
  /** A command line that runs the case again. */
  readonly replay: string;
  /** Number of the first case that broke the rule, counted from 1. */
  readonly case: number;
  /** Whether a shorter one exists, as far as was tried. */
  readonly certificate?: Certificate;
  /** Of scenario and history, so that a replay notices an edited file. */
  readonly digest: string;
}

/** One rule's line. */
export interface RuleReport {
  readonly id: RuleId;
  readonly level: 'MUST' | 'SHOULD';
  readonly statement: string;
  readonly verdict: RuleVerdict;
  /** How often its antecedent held. */
  readonly exercised: number;
  /** Why it is not applicable or inconclusive. */
  readonly reason?: string;
  /** What the baseline says of it, if it is listed. */
  readonly deviation?: ListedDeviation;
  readonly counterexample?: Counterexample;
}

/** What the scenarios of a run led through: kinds of steps, in the situations of the ideal producer. */
export interface CoverageReport {
  /** Transitions that the scenarios of such a run can lead through; found by exploring the specification. */
  readonly reachable: number;
  /** Those that some scenario led through. */
  readonly covered: number;
  /** The others, in words. */
  readonly missed: readonly string[];
}

/** What `--json` writes. */
export interface Report {
  /** The version of producer-tck. */
  readonly kit: string;
  readonly adapter: string;
  readonly profile: ProfileName;
  readonly seed: number;
  /** Cases run. */
  readonly cases: number;
  readonly verdict: ReportVerdict;
  /** Of an exhaustive run: the bound of its verdict. */
  readonly exhaustive?: Exhausted;
  readonly rules: readonly RuleReport[];
  /** Of drawn cases. */
  readonly coverage?: CoverageReport;
  readonly durationMs: number;
  /**
   * The subject is not under control: a case that was run twice gave two histories, which part at event `at`. `case`
   * is counted from 1.
   */
  readonly uncontrolled?: Divergence;
  /** It is the report of one of several shards; `cases` is how many all of them run together. */
  readonly shard?: Share & { readonly cases: number };
  /** With verdict `error`, or beside a violation that was found before it. */
  readonly error?: { readonly code: AdapterFaultCode; readonly message: string };
}

/** A counterexample's digest. */
export function digestOf(scenario: Scenario, history: readonly HistoryEvent[]): string {
  return createHash('sha256')
    .update(JSON.stringify([scenario, history]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * The conclusion. A broken SHOULD is a warning, a known deviation no news; a violation outlives a crash. What a shard
 * did not exercise, another one may have: that is for `merge` to say.
 */
export function verdictOf({
  rules,
  error,
  shard,
  uncontrolled,
}: Pick<Report, 'rules' | 'error' | 'shard' | 'uncontrolled'>): ReportVerdict {
  const news = rules.filter(({ deviation }) => deviation?.standing !== 'known');
  if (news.some(({ verdict, level }) => verdict === 'violated' && level === 'MUST'))
    return 'violates';
  if (error) return 'error';
  if (uncontrolled) return 'inconclusive';
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
 * producer is not to blame, yet the run must not pass until the entry is taken out.
 */
export function exitCode(report: Pick<Report, 'verdict' | 'rules'>): 0 | 1 | 2 | 3 {
  const code = ({ conforms: 0, violates: 1, error: 2, inconclusive: 3 } as const)[report.verdict];
  return code !== 2 && listed(report, 'stale').length > 0 ? 1 : code;
}

/** Why a rule's result is no verdict on the producer. */
export function reasonOf(result: RuleResult): string | undefined {
  switch (result.missing) {
    case undefined:
      return undefined;
    case 'strict':
      return 'judged by the strict profile only';
    case 'packets':
      return 'this harness does not see what the broker receives';
    case 'in-process':
      return 'callbacks of another process are out of reach';
    default:
      return `capability "${result.missing}" is not declared`;
  }
}
