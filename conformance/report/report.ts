// The report: one run's verdicts as data. Everything that is shown or written is derived from it.
import { createHash } from 'node:crypto';
import type { HistoryEvent } from '../../spec/history.ts';
import type { ProfileName } from '../../spec/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult, RuleVerdict } from '../../spec/verdict.ts';
import type { AdapterFaultCode } from '../bench/bench.ts';
import type { Tape } from '../tape/stimulus.ts';

/** A run's conclusion. */
export type ReportVerdict = 'conforms' | 'violates' | 'inconclusive' | 'error';

/** The shortest case found that breaks a rule. */
export interface Counterexample {
  readonly tape: Tape;
  readonly history: readonly HistoryEvent[];
  /** Index of the breaking event in `history`. */
  readonly at: number;
  /** What should have happened, and did not. */
  readonly explanation: string;
  /** A command line that runs the case again. */
  readonly replay: string;
  /** Number of the first case that broke the rule, counted from 1. */
  readonly case: number;
  /** Of tape and history, so that a replay notices an edited file. */
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
  readonly counterexample?: Counterexample;
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
  readonly rules: readonly RuleReport[];
  readonly durationMs: number;
  /** With verdict `error`, or beside a violation that was found before it. */
  readonly error?: { readonly code: AdapterFaultCode; readonly message: string };
}

/** A counterexample's digest. */
export function digestOf(tape: Tape, history: readonly HistoryEvent[]): string {
  return createHash('sha256')
    .update(JSON.stringify([tape, history]))
    .digest('hex')
    .slice(0, 16);
}

/** The conclusion from the rules alone. A broken SHOULD is a warning. */
export function conclude(rules: readonly RuleReport[]): ReportVerdict {
  if (rules.some((rule) => rule.verdict === 'violated' && rule.level === 'MUST')) return 'violates';
  const open = rules.some(
    ({ verdict }) => verdict === 'inconclusive' || verdict === 'not-exercised',
  );
  return open ? 'inconclusive' : 'conforms';
}

/** 0 conforms, 1 violates, 2 error, 3 inconclusive or not exercised. */
export function exitCode(report: Pick<Report, 'verdict'>): 0 | 1 | 2 | 3 {
  return ({ conforms: 0, violates: 1, error: 2, inconclusive: 3 } as const)[report.verdict];
}

/** Why a rule's result is no verdict on the producer. */
export function reasonOf(result: RuleResult): string | undefined {
  switch (result.missing) {
    case undefined:
      return undefined;
    case 'strict':
      return 'judged by the strict profile only';
    case 'packets':
      return 'this bench does not see what the broker receives';
    default:
      return `capability "${result.missing}" is not declared`;
  }
}
