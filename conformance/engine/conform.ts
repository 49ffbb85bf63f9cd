// A whole run: a campaign in a worker process, its violations confirmed on real time, and one report.
import { availableParallelism } from 'node:os';
import { transitionText } from '../cases/coverage/transition.ts';
import {
  choicesOf,
  differencesOf,
  type Profile,
  type ProfileName,
  PROFILES,
} from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { Scenario } from '../cases/step.ts';
import { VERSION } from '../version.ts';
import { replayLine, type Report, type ReportedError } from '../report/report.ts';
import { verdictOf } from '../report/verdicts.ts';
import type { ProtocolName } from '../harness/protocols/names.ts';
import type { SmallScope } from '../cases/exhaustive/small-scope.ts';
import { conclude } from './conclude.ts';
import { examine } from './examine.ts';
import { casesBegun, DEFAULT_CASES, type Share } from './blocks.ts';
import type { JobOrder } from './job.ts';
import { type LastMoments, lastMoments } from './last-moments.ts';
import { IN_PROCESS, REAL_TIME, superviseCampaign, type WorkerEnd } from './supervise.ts';

/** What to run. */
export interface RunOptions {
  /** `reference`, a module's path, or `exec:COMMAND`. */
  readonly adapter: string;
  /** The name of one that comes with the kit, or one of your own (`defineProfile`). Default `strict`. */
  readonly profile?: ProfileName | Profile;
  /** Default 5,000. */
  readonly cases?: number;
  /** Default: drawn from the clock. */
  readonly seed?: number;
  /** Rules to judge; default all. */
  readonly rules?: readonly RuleId[];
  /** `HOST:PORT` of a real broker, for `exec:` adapters. */
  readonly broker?: string;
  /** The protocol of the kit's own broker, for `exec:` adapters. Default: JSON Lines. */
  readonly speaks?: ProtocolName;
  /** With `broker`: destinations to which it refuses every message. */
  readonly refusedDestinations?: readonly string[];
  /** Cases known to break a rule, to run before any is drawn. */
  readonly first?: readonly { readonly rule: RuleId; readonly scenario: Scenario }[];
  /** The share of the cases to run, for one of several machines; needs a seed. Default: all. */
  readonly shard?: Share;
  /** Processes to share the cases out among; the report is the same whatever their number. Default: by need. */
  readonly workers?: number;
  /** Run every scenario of up to `depth` steps within a scope, instead of drawing scenarios. Default scope: small. */
  readonly exhaustive?: { readonly depth: number; readonly scope?: SmallScope };
  /** Called now and then with the number of cases begun; `share`: with `exhaustive`, what is done, from 0 to 1. */
  readonly onProgress?: (cases: number, share: number) => void;
}

/** A process more takes a second to start and to warm up, in which one that is warm runs some thousand cases. */
const CASES_WORTH_A_WORKER = 5_000;
/** Each has a large nursery. */
const MOST_WORKERS = 8;

/** Patience with one case that is known to end in nothing. */
const TRACED = { ...IN_PROCESS, caseMs: 3_000 };

/** Runs the suite against an adapter. Resolves to a report whatever the adapter does. */
export async function conform(options: RunOptions): Promise<Report> {
  const startedMs = performance.now();
  const job = jobOf(options);
  const real = job.adapter.startsWith('exec:');
  const count = real ? 1 : (options.workers ?? workersFor(job));
  const worker = await superviseCampaign(
    job,
    count,
    real ? REAL_TIME : IN_PROCESS,
    options.onProgress,
  );
  const { rules, findings } = conclude(job, worker, await examine(job, worker));
  const error = errorOf(job, worker, await lastMoments(job, worker, TRACED));
  const nonDeterminism = nonDeterminismOf(worker);
  const shard = options.shard && { shard: { ...options.shard, cases: job.cases } };
  return {
    kit: VERSION,
    adapter: worker.adapter ?? options.adapter,
    profile: job.profile.name,
    ...(differencesOf(job.profile).length > 0 && { choices: choicesOf(job.profile) }),
    seed: job.seed,
    cases: casesOf(job, worker),
    verdict: verdictOf({ rules, ...shard, ...nonDeterminism, ...(error && { error }) }),
    ...(worker.end.type === 'done' && worker.end.exhausted && { exhaustive: worker.end.exhausted }),
    rules,
    findings,
    ...coverageOf(worker),
    ...shard,
    ...nonDeterminism,
    durationMs: Math.round(performance.now() - startedMs),
    ...(error && { error: { ...error, message: named(options.adapter, worker, error.message) } }),
  };
}

/** The plain-data form of the options, with defaults filled in. */
export function jobOf(options: RunOptions): JobOrder {
  const { profile = 'strict' } = options;
  return {
    task: 'campaign',
    adapter: options.adapter,
    profile: typeof profile === 'string' ? PROFILES[profile] : profile,
    cases: options.cases ?? DEFAULT_CASES,
    seed: options.seed ?? Date.now() % 2 ** 31,
    rules: options.rules ?? [],
    ...(options.exhaustive && { exhaustive: options.exhaustive }),
    scenarios: options.first ?? [],
    shares: options.shard ? [options.shard] : [],
    ...(options.broker !== undefined && { broker: options.broker }),
    ...(options.speaks !== undefined && { speaks: options.speaks }),
    ...(options.refusedDestinations && { refusedDestinations: options.refusedDestinations }),
  };
}

/** As many processes as there are cores, but no more than there is work for. */
function workersFor({ cases, shares, exhaustive }: JobOrder): number {
  if (exhaustive) return 1;
  const own = shares.reduce((rest, { of }) => rest / of, cases);
  const worthwhile = Math.floor(own / CASES_WORTH_A_WORKER);
  return Math.max(1, Math.min(availableParallelism(), MOST_WORKERS, worthwhile));
}

function casesOf(job: JobOrder, { end, lastCase }: WorkerEnd): number {
  if (end.type === 'done') return end.cases;
  return job.exhaustive ? (lastCase ?? -1) + 1 : casesBegun(job, job.shares, lastCase ?? -1);
}

/** Why there is no verdict, with the case that shows it, if that is known. */
function errorOf(
  job: JobOrder,
  { end }: WorkerEnd,
  last: LastMoments | undefined,
): ReportedError | undefined {
  const message = end.type === 'fault' ? end.message : (last?.message ?? end.uncaught?.message);
  if (message === undefined) return undefined;
  const code = end.type === 'fault' ? end.code : 'stray-error';
  if (!last) return { code, message };
  const { scenario, history, isCutShort } = last;
  const replay = replayLine(job, 'SND-1', scenario);
  return { code, message, shown: { scenario, history, isCutShort, replay } };
}

function coverageOf({ end }: WorkerEnd): Pick<Report, 'coverage'> {
  if (end.type === 'fault' || !end.coverage) return {};
  const { reachable } = end.coverage;
  const covered = new Set(end.coverage.covered);
  const missed = reachable.filter((one) => !covered.has(one)).map(transitionText);
  const coverage = { reachable: reachable.length, covered: reachable.length - missed.length };
  return { coverage: { ...coverage, missed } };
}

function nonDeterminismOf({ end }: WorkerEnd): Pick<Report, 'nonDeterminism'> {
  if (end.type === 'fault' || !end.nonDeterminism) return {};
  return { nonDeterminism: { ...end.nonDeterminism, case: end.nonDeterminism.case + 1 } };
}

function named(adapter: string, { adapter: name, end }: WorkerEnd, message: string): string {
  if (end.type === 'fault' && end.code === 'kit-failed')
    return `The kit itself failed, which says nothing of the adapter; please report this: ${message}`;
  const who = name === undefined || name === adapter ? adapter : `${name} (${adapter})`;
  return `The adapter ${who} failed: ${message}.`;
}
