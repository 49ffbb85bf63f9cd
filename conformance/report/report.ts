// The report: one run's findings and verdicts as data. Everything that is shown or written is derived from it; how a
// verdict comes about is in verdicts.ts.
import { createHash } from 'node:crypto';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Choices } from '../../spec/model/choices.ts';
import { argumentOf, type Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleVerdict } from '../../spec/verdict.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { Scenario } from '../cases/step.ts';
import type { Share } from '../engine/blocks.ts';
import type { Divergence } from '../engine/determinism-check.ts';
import type { Certificate, Exhausted } from '../cases/exhaustive/small-scope.ts';

/** A run's conclusion. */
export type ReportVerdict = 'conforms' | 'violates' | 'inconclusive' | 'error';

/** The shortest case found that breaks a rule. */
export interface Counterexample {
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
  /** Index of the breaking event in `history`. */
  readonly at: number;
  /** What happened, and should not have; no full stop. */
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

/** One fault of the producer, shown by one case, whichever rules that case breaks. */
export interface FindingReport {
  /** The headline. */
  readonly rule: RuleId;
  readonly level: 'MUST' | 'SHOULD';
  readonly statement: string;
  /** What happened, and should not have; no full stop. */
  readonly explanation: string;
  /** The rules between which the case does not decide, the headline first. */
  readonly candidates?: readonly RuleId[];
  /** The mistake that explains the case; `text` follows "as if". */
  readonly hypothesis?: { readonly rule: RuleId; readonly text: string };
  /** The rules that cases of this fault show to be broken by themselves, the headline first. */
  readonly accused: readonly RuleId[];
  /** Other rules that its cases break. */
  readonly alsoBroken: readonly RuleId[];
  readonly counterexample: Counterexample;
}

/**
 * What a run made of an entry. `known`: the rule is broken, or no proof was found that it holds, and neither
 * fails the run. `stale`: the rule holds now, which fails the run until the entry is removed. `expired`: its
 * day has passed, the rule is judged as if it were not listed. `undecided`: the rule was not exercised, which is as
 * red as without the entry, or held in one shard of several. `idle`: the rule is not applicable here, which is no fault.
 */
export type Standing = 'known' | 'stale' | 'expired' | 'undecided' | 'idle';

/** An entry of a baseline beside the rule it is about. */
export interface ListedDeviation {
  readonly reason: string;
  readonly expires?: string;
  readonly standing: Standing;
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
  /** Of a violated rule, and of an inconclusive one where a case speaks against it. */
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

/** Why there is no verdict, or none on all cases. */
export interface ReportedError {
  readonly code: AdapterFaultCode;
  readonly message: string;
  /** The case in which it happened. */
  readonly shown?: {
    readonly scenario: Scenario;
    readonly history: readonly HistoryEvent[];
    /** It never ended: what came after the last event is not known. */
    readonly isCutShort: boolean;
    readonly replay: string;
  };
}

/** What `--json` writes. */
export interface Report {
  /** The version of producer-tck. */
  readonly kit: string;
  readonly adapter: string;
  /** The name of the profile. */
  readonly profile: string;
  /** Every choice of the profile in which it is not `strict`. Absent: it is `strict` in all. */
  readonly choices?: Partial<Choices>;
  readonly seed: number;
  /** Cases run. */
  readonly cases: number;
  readonly verdict: ReportVerdict;
  /** Of an exhaustive run: the bound of its verdict. */
  readonly exhaustive?: Exhausted;
  readonly rules: readonly RuleReport[];
  /** One for each fault, the clearest first. */
  readonly findings: readonly FindingReport[];
  /** Of drawn cases. */
  readonly coverage?: CoverageReport;
  readonly durationMs: number;
  /**
   * The producer is non-deterministic: a case that was run twice gave two histories, which first differ at event `at`.
   * `case` is counted from 1.
   */
  readonly nonDeterminism?: Divergence;
  /** It is the report of one of several shards; `cases` is how many all of them run together. */
  readonly shard?: Share & { readonly cases: number };
  /** With verdict `error`, or beside a violation that was found before it. */
  readonly error?: ReportedError;
}

/** A counterexample's digest. */
export function digestOf(scenario: Scenario, history: readonly HistoryEvent[]): string {
  return createHash('sha256')
    .update(JSON.stringify([scenario, history]))
    .digest('hex')
    .slice(0, 16);
}

/** What was judged, and how it is reached. */
export interface Judged {
  readonly adapter: string;
  readonly profile: Profile;
  readonly broker?: string;
  readonly speaks?: string;
  readonly refusedDestinations?: readonly string[];
}

/**
 * The command line, for a POSIX shell, that runs a case again. The scenario is part of it, so it depends on no file
 * and no seed.
 */
export function replayLine(judged: Judged, rule: RuleId, scenario: Scenario): string {
  const words = ['npx', 'producer-tck', 'run', judged.adapter];
  if (judged.profile.name !== 'strict') words.push('--profile', argumentOf(judged.profile));
  if (judged.broker !== undefined) words.push('--broker', judged.broker);
  if (judged.speaks !== undefined) words.push('--speaks', judged.speaks);
  for (const name of judged.refusedDestinations ?? []) words.push('--refused-destination', name);
  words.push('--replay', JSON.stringify({ rule, scenario }));
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
