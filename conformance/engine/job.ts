// What the command line asks of the worker process, and what the worker answers. Plain data only.
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { Finding } from '../../spec/diagnosis/diagnose.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type { Capability } from '../../spec/events/settings.ts';
import type { AdapterFaultCode } from '../harness/harness.ts';
import type { ProtocolName } from '../harness/protocols/names.ts';
import type { CheckResult } from '../doctor/check.ts';
import type { Certificate, Exhausted, SmallScope } from '../cases/exhaustive/small-scope.ts';
import type { Scenario } from '../cases/step.ts';
import type { Share } from './blocks.ts';
import type { Covered } from '../cases/coverage/reachable.ts';
import type { Divergence } from './determinism-check.ts';

/** A failing case, as reports show it. */
export interface FoundCase {
  /** The rule that it shows to be broken: the headline, once the case is diagnosed. */
  readonly rule: RuleId;
  /** The rule for which it was looked for. */
  readonly of: RuleId;
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
  /** Index of the breaking event in `history`. */
  readonly at: number;
  readonly why: string;
  /** Number of the first case that broke the rule, counted from 0. */
  readonly case: number;
  /** What is wrong; absent where the case was not seen again. */
  readonly finding?: Finding;
  /** What is known of shorter scenarios. */
  readonly certificate?: Certificate;
  /** The rule is broken, but it was not seen again when the case was repeated. */
  readonly unrepeatable?: boolean;
  /** Nothing but time speaks against the subject, and no proof was found. */
  readonly unproven?: boolean;
}

/** What a worker can be asked for. */
export const TASKS = [
  'campaign',
  'shrink',
  'confirm',
  'confirm-long',
  'replay',
  'trace',
  'check-contract',
] as const;
export type Task = (typeof TASKS)[number];

/** Everything a worker needs to know. */
export interface Job {
  /**
   * `campaign`: draw scenarios; `shrink`: shrink the given ones, which must follow a campaign; `confirm`: run the
   * given ones once, on real time; `confirm-long`: likewise, but the time that they let pass is virtual; `replay`:
   * likewise, virtual altogether; `trace`: run one case of a campaign, and write down what happens; `check-contract`:
   * run the doctor's checks.
   */
  readonly task: Task;
  /** `reference`, a module's path, or `exec:COMMAND`. */
  readonly adapter: string;
  readonly profile: Profile;
  readonly cases: number;
  readonly seed: number;
  /** With `campaign`: instead of drawing scenarios, run every one of a scope; absent scope: the adapter's default. */
  readonly exhaustive?: { readonly depth: number; readonly scope?: SmallScope };
  /** Rules to judge; empty: all. */
  readonly rules: readonly RuleId[];
  /** `HOST:PORT` of a real broker, to be reached through the gate. */
  readonly broker?: string;
  /** What the kit's own broker speaks to an adapter of another process; absent: JSON Lines. */
  readonly speaks?: ProtocolName;
  /** With `broker`: destinations to which it refuses every message. */
  readonly refusedDestinations?: readonly string[];
  /** The part of the cases to run; empty: all. */
  readonly shares: readonly Share[];
  /** With `shrink`, `replay` and to confirm; with `campaign` those to run before any is drawn. */
  readonly scenarios: readonly {
    readonly rule: RuleId;
    readonly scenario: Scenario;
    readonly case?: number;
    readonly unproven?: boolean;
  }[];
  /** With `trace`: the number of the case, and the file for its scenario and its events, a line each. */
  readonly traced?: { readonly case: number; readonly file: string };
  /** With `check-contract`: the check to begin with. */
  readonly check?: number;
  /** Goes into every message of the worker, so that a subject in its process cannot speak for it. */
  readonly secret: string;
  /** The file into which the worker writes the number of the case it is about to run. */
  readonly logbook: string;
}

/** A job before a worker is started for it. */
export type JobOrder = Omit<Job, 'logbook' | 'secret'>;

/** What happened in a case that was confirmed or replayed. */
export interface Rerun {
  readonly rule: RuleId;
  readonly history: readonly HistoryEvent[];
  readonly breaches: readonly {
    readonly rule: RuleId;
    readonly why: string;
    readonly at: number;
    /** More than time speaks against it. */
    readonly isProven: boolean;
  }[];
}

/** A failing case, before it is shrunk. */
export interface FailingCase {
  readonly scenario: Scenario;
  /** Number of the first case that broke the rule, counted from 0. */
  readonly case: number;
  /** Number of the case whose scenario this is. */
  readonly drawn: number;
  readonly history: readonly HistoryEvent[];
  /** Index of the breaking event in `history`. */
  readonly at: number;
  readonly why: string;
  /** How many rules it breaks. */
  readonly breaks: number;
  /** Nothing but time speaks against the subject. */
  readonly unproven?: boolean;
  /** Some cases that were run just before it, the last one last. */
  readonly before: readonly Scenario[];
}

/** The same, and the rule that it breaks. */
export interface DrawnCase extends FailingCase {
  readonly rule: RuleId;
}

/** What a worker says last of a job that it could do. */
export interface Done {
  readonly type: 'done';
  readonly adapter: string;
  readonly cases: number;
  readonly results: readonly RuleResult[];
  /** With `campaign`. */
  readonly failing: readonly DrawnCase[];
  /** With `shrink`. */
  readonly found: readonly FoundCase[];
  /** With `confirm` and `replay`. */
  readonly reruns: readonly Rerun[];
  /** The first exception that escaped from the subject outside any call, and the case it fell in. */
  readonly uncaught?: { readonly case: number; readonly message: string };
  /** The first case that gave another history when it was repeated. */
  readonly nonDeterminism?: Divergence;
  /** Of drawn cases: what their scenarios led through, and what they could have. */
  readonly coverage?: Covered;
  /** Of an exhaustive run: how far it came. */
  readonly exhausted?: Exhausted;
}

/** A worker's messages; `done` or `fault` comes last, and nothing is believed without one of them. */
export type WorkerMessage =
  | { readonly type: 'opened'; readonly adapter: string; readonly supports: readonly Capability[] }
  | { readonly type: 'checked'; readonly result: CheckResult }
  | { readonly type: 'found'; readonly found: FoundCase }
  | Done
  | { readonly type: 'fault'; readonly code: AdapterFaultCode; readonly message: string };
