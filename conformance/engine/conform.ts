// A whole run: a campaign in a worker process, its violations confirmed on real time, and one report.
import { availableParallelism } from 'node:os';
import { transitionText } from '../cases/coverage/transition.ts';
import { CATALOGUE, findRule } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type { Scenario } from '../cases/step.ts';
import { VERSION } from '../version.ts';
import {
  digestOf,
  replayLine,
  type Counterexample,
  type Report,
  type RuleReport,
} from '../report/report.ts';
import { reasonOf, verdictOf } from '../report/verdicts.ts';
import type { SmallScope } from '../cases/exhaustive/small-scope.ts';
import { casesBegun, DEFAULT_CASES, type Share } from './blocks.ts';
import type { FoundCase, JobOrder } from './job.ts';
import { stretched } from './stretch.ts';
import { supervise, superviseCampaign, type Patience, type WorkerEnd } from './supervise.ts';

/** What to run. */
export interface RunOptions {
  /** `reference`, a module's path, or `exec:COMMAND`. */
  readonly adapter: string;
  /** Default `strict`. */
  readonly profile?: ProfileName;
  /** Default 5,000. */
  readonly cases?: number;
  /** Default: drawn from the clock. */
  readonly seed?: number;
  /** Rules to judge; default all. */
  readonly rules?: readonly RuleId[];
  /** `HOST:PORT` of a real broker, for `exec:` adapters. */
  readonly broker?: string;
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

/** Patience with subjects in process, where a case takes well under a millisecond. */
const IN_PROCESS: Patience = { loadMs: 20_000, caseMs: 10_000 };
/** Patience with subjects in real time. */
const REAL_TIME: Patience = { loadMs: 60_000, caseMs: 60_000 };

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
  const unconfirmed = real ? new Set<RuleId>() : await unconfirmedRules(job, worker);
  const rules = rulesOf(job, worker, unconfirmed);
  const error = errorOf(worker);
  const uncontrolled = uncontrolledOf(worker);
  const shard = options.shard && { shard: { ...options.shard, cases: job.cases } };
  return {
    kit: VERSION,
    adapter: worker.adapter ?? options.adapter,
    profile: job.profile,
    seed: job.seed,
    cases: casesOf(job, worker),
    verdict: verdictOf({ rules, ...shard, ...uncontrolled, ...(error && { error }) }),
    ...(worker.end.type === 'done' && worker.end.exhausted && { exhaustive: worker.end.exhausted }),
    rules,
    findings: [],
    ...coverageOf(worker),
    ...shard,
    ...uncontrolled,
    durationMs: Math.round(performance.now() - startedMs),
    ...(error && { error: { ...error, message: named(options.adapter, worker, error.message) } }),
  };
}

/** The plain-data form of the options, with defaults filled in. */
export function jobOf(options: RunOptions): JobOrder {
  return {
    task: 'campaign',
    adapter: options.adapter,
    profile: options.profile ?? 'strict',
    cases: options.cases ?? DEFAULT_CASES,
    seed: options.seed ?? Date.now() % 2 ** 31,
    rules: options.rules ?? [],
    ...(options.exhaustive && { exhaustive: options.exhaustive }),
    scenarios: options.first ?? [],
    shares: options.shard ? [options.shard] : [],
    ...(options.broker !== undefined && { broker: options.broker }),
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

/** The failing cases of a run: shrunk, or as they were drawn if the adapter failed before that. */
function foundBy({ end, found }: WorkerEnd): readonly FoundCase[] {
  return end.type === 'done' ? end.found : found;
}

/** Rules whose case, run once more on real time, did not break them. */
async function unconfirmedRules(job: JobOrder, worker: WorkerEnd): Promise<Set<RuleId>> {
  const found = foundBy(worker).filter((one) => !one.unrepeatable);
  const unconfirmed = new Set(found.map(({ rule }) => rule));
  if (found.length === 0) return unconfirmed;
  const scenarios = found.map(({ rule, scenario }) => ({ rule, scenario: stretched(scenario) }));
  const passes = scenarios.map(({ scenario }) =>
    scenario.reduce((ms, step) => ms + (step.do === 'advance' ? step.ms : 0), 0),
  );
  const patience = { loadMs: IN_PROCESS.loadMs, caseMs: REAL_TIME.caseMs + Math.max(...passes) };
  const { end } = await supervise({ ...job, task: 'confirm', scenarios }, patience);
  const reruns = end.type === 'done' ? end.reruns : [];
  for (const { rule, breaches } of reruns) {
    if (breaches.some((breach) => breach.rule === rule)) unconfirmed.delete(rule);
  }
  return unconfirmed;
}

function rulesOf(job: JobOrder, worker: WorkerEnd, unconfirmed: ReadonlySet<RuleId>): RuleReport[] {
  const found = foundBy(worker);
  const caseOf = (id: RuleId) => found.find(({ rule }) => rule === id);
  const { end } = worker;
  if (end.type === 'done') {
    return end.results.map((result) => {
      const unproven = end.unproven.includes(result.id);
      return ruleReport(job, result, caseOf(result.id), unproven, unconfirmed.has(result.id));
    });
  }
  const judged = CATALOGUE.filter(({ id }) => job.rules.length === 0 || job.rules.includes(id));
  return judged.map(({ id, level, statement }) => {
    const own = caseOf(id);
    if (own && !unconfirmed.has(id)) {
      const result = { id, verdict: 'violated' as const, exercised: 1 };
      return ruleReport(job, result, own, false, false);
    }
    const reason = 'the adapter failed before this rule could be judged';
    return { id, level, statement, verdict: 'inconclusive', exercised: 0, reason };
  });
}

function ruleReport(
  job: JobOrder,
  result: RuleResult,
  found: FoundCase | undefined,
  unproven: boolean,
  unconfirmed: boolean,
): RuleReport {
  const { id, exercised } = result;
  const { level, statement } = ruleOf(id);
  const base = { id, level, statement, exercised };
  if (found && !found.unrepeatable && !unconfirmed) {
    return { ...base, verdict: 'violated', counterexample: counterexampleOf(job, found) };
  }
  if (found) {
    const reason = unconfirmed
      ? 'broken on virtual time but not on real time: the producer escapes the virtual clock'
      : found.why;
    return { ...base, verdict: 'inconclusive', reason };
  }
  if (unproven || result.verdict === 'violated') {
    return {
      ...base,
      verdict: 'inconclusive',
      reason: 'only time spoke against it, no causal proof',
    };
  }
  const reason = reasonOf(result);
  return { ...base, verdict: result.verdict, ...(reason !== undefined && { reason }) };
}

function ruleOf(id: RuleId): Rule {
  const rule = findRule(id);
  if (!rule) throw new Error(`the worker judged ${id}, which the catalogue does not hold`);
  return rule;
}

function counterexampleOf(job: JobOrder, found: FoundCase): Counterexample {
  const { scenario, history, at, why, certificate } = found;
  return {
    scenario,
    history,
    at,
    explanation: why,
    replay: replayLine(job, found.rule, scenario),
    case: found.case + 1,
    ...(certificate && { certificate }),
    digest: digestOf(scenario, history),
  };
}

function errorOf({ end }: WorkerEnd): Report['error'] {
  if (end.type === 'fault') return { code: end.code, message: end.message };
  if (end.stray === undefined) return undefined;
  return {
    code: 'stray-error',
    message: `it threw outside any call, which ends a process: ${end.stray.message}`,
  };
}

function coverageOf({ end }: WorkerEnd): Pick<Report, 'coverage'> {
  if (end.type === 'fault' || !end.coverage) return {};
  const { reachable } = end.coverage;
  const covered = new Set(end.coverage.covered);
  const missed = reachable.filter((one) => !covered.has(one)).map(transitionText);
  const coverage = { reachable: reachable.length, covered: reachable.length - missed.length };
  return { coverage: { ...coverage, missed } };
}

function uncontrolledOf({ end }: WorkerEnd): Pick<Report, 'uncontrolled'> {
  if (end.type === 'fault' || !end.uncontrolled) return {};
  return { uncontrolled: { ...end.uncontrolled, case: end.uncontrolled.case + 1 } };
}

function named(adapter: string, { adapter: name }: WorkerEnd, message: string): string {
  const who = name === undefined || name === adapter ? adapter : `${name} (${adapter})`;
  return `The adapter ${who} failed: ${message}.`;
}
