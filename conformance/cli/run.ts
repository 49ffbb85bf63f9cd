// `producer-tck run`: the suite against an adapter, or the replay of what an earlier run found.
import { conform, type RunOptions } from '../engine/conform.ts';
import { casesBegun, DEFAULT_CASES, type Share } from '../engine/blocks.ts';
import { withBaseline } from '../report/baseline.ts';
import { exitCode } from '../report/verdicts.ts';
import { findRule } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { readBaseline } from './baseline.ts';
import { exhaustiveOf } from './exhaustive.ts';
import { assertBroker } from './broker.ts';
import { showProgress, stopOnSignals } from './progress.ts';
import { publish, type ReportFiles } from './publish.ts';
import { UsageError, wholeNumber } from './usage.ts';

/** Each is a process with a large nursery: far more than there are cores only stop the machine. */
const MOST_WORKERS = 64;

/** The options of `run`, as commander gives them. */
export interface RunFlags extends ReportFiles {
  readonly profile: ProfileName;
  readonly cases?: string;
  readonly seed?: string;
  readonly rule: readonly string[];
  readonly exhaustive?: true;
  readonly depth?: string;
  readonly scope?: string;
  readonly replay?: string;
  readonly baseline?: string;
  readonly broker?: string;
  readonly shard?: string;
  readonly workers?: string;
  readonly refusedDestination: readonly string[];
}

/** Runs and reports; resolves to the exit code. */
export async function runCommand(adapter: string, flags: RunFlags): Promise<number> {
  const options = optionsOf(adapter, flags);
  if (flags.replay !== undefined) refuseWithReplay(flags);
  const baseline = flags.baseline === undefined ? undefined : readBaseline(flags.baseline);
  const stop = stopOnSignals();
  const progress = showProgress(options.exhaustive ? undefined : casesOf(options));
  try {
    if (flags.replay !== undefined) {
      const { replay } = await import('./replay.ts');
      return await replay(options, flags.replay, process.stdout, flags.html);
    }
    const found = await conform({ ...options, onProgress: progress.show });
    const report = baseline ? withBaseline(found, baseline) : found;
    progress.clear();
    await publish(report, flags, moduleOf(adapter));
    return exitCode(report);
  } finally {
    progress.clear();
    stop();
  }
}

function optionsOf(adapter: string, flags: RunFlags): RunOptions {
  assertBroker(adapter, flags.broker);
  if (flags.workers !== undefined && adapter.startsWith('exec:'))
    throw new UsageError(
      '--workers is not for exec: adapters: in real time they would disturb each other',
    );
  const exhaustive = exhaustiveOf(adapter, flags);
  if (flags.refusedDestination.length > 0 && flags.broker === undefined) {
    throw new UsageError('--refused-destination tells what the broker of --broker refuses');
  }
  return {
    adapter,
    profile: flags.profile,
    rules: flags.rule.map(ruleId),
    ...(exhaustive && { exhaustive }),
    ...(flags.cases !== undefined && { cases: wholeNumber('--cases', flags.cases, 1) }),
    ...(flags.seed !== undefined && {
      seed: wholeNumber('--seed', flags.seed, -(2 ** 31), Number.MAX_SAFE_INTEGER),
    }),
    ...(flags.broker !== undefined && { broker: flags.broker }),
    ...(flags.shard !== undefined && { shard: shardOf(flags.shard, flags.seed) }),
    ...(flags.workers !== undefined && {
      workers: wholeNumber('--workers', flags.workers, 1, MOST_WORKERS),
    }),
    ...(flags.refusedDestination.length > 0 && { refusedDestinations: flags.refusedDestination }),
  };
}

/** How many cases a run is to have, or a shard of it. */
function casesOf({ cases = DEFAULT_CASES, shard }: RunOptions): number {
  return casesBegun({ cases }, shard ? [shard] : [], cases);
}

/** A replay runs what it is given, and nothing else: an option without effect is refused. */
function refuseWithReplay(flags: RunFlags): void {
  const { json, junit, cases, seed, baseline, shard, workers, exhaustive } = flags;
  const rule = flags.rule[0];
  const others = { json, junit, cases, seed, rule, baseline, shard, workers, exhaustive };
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined)
      throw new UsageError(`--${name} has no meaning with --replay; leave one out`);
  }
}

/** The adapter's own file, if it has one. */
function moduleOf(adapter: string): string | undefined {
  return adapter === 'reference' || adapter.startsWith('exec:') ? undefined : adapter;
}

/** Without a seed each machine would draw cases of its own. */
function shardOf(text: string, seed: string | undefined): Share {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!index || !of || index > of)
    throw new UsageError(`--shard ${text} is not I/N, such as 1/4, with I from 1 to N`);
  if (seed === undefined)
    throw new UsageError(`--shard ${text} needs --seed, the same one for all ${of} shards`);
  return { index, of };
}

function ruleId(text: string): RuleId {
  const rule = findRule(text);
  if (!rule) throw new UsageError(`--rule ${text}: there is no such rule; see producer-tck rules`);
  return rule.id;
}
