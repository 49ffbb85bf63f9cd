// `producer-tck run`: the suite against an adapter, or the replay of what an earlier run found.
import { findRule } from '../../spec/catalogue.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { SMALL_SCOPE } from '../cases/exhaustive/small-scope.ts';
import type { ProtocolName } from '../harness/protocols/names.ts';
import { casesBegun, DEFAULT_CASES, type Share } from '../engine/blocks.ts';
import { conform, type RunOptions } from '../engine/conform.ts';
import { withBaseline } from '../report/baseline.ts';
import { exitCode } from '../report/verdicts.ts';
import { InputError, parseJson } from '../formats/json.ts';
import { assertBroker, readBaseline, textOf, wholeNumber } from './input.ts';
import { showProgress, stopOnSignals, type Io } from './io.ts';
import { readProfile } from './profile.ts';
import { publish, type ReportFiles } from './publish.ts';

/** Each worker is a process with a large nursery: far more than there are cores only stop the machine. */
const MOST_WORKERS = 64;
/** No run of this depth ends. */
const MOST_DEPTH = 100;

/** The options of `run`, as commander gives them. */
export interface RunFlags extends ReportFiles {
  /** A name, a file or JSON. */
  readonly profile: string;
  readonly cases?: string;
  readonly seed?: string;
  readonly rule: readonly string[];
  readonly exhaustive?: true;
  readonly depth?: string;
  readonly scope?: string;
  readonly replay?: string;
  readonly baseline?: string;
  readonly broker?: string;
  readonly speaks?: ProtocolName;
  readonly shard?: string;
  readonly workers?: string;
  readonly refusedDestination: readonly string[];
}

/** Runs and reports; resolves to the exit code. */
export async function runCommand(adapter: string, flags: RunFlags, io: Io): Promise<number> {
  const options = optionsOf(adapter, flags, await readProfile(flags.profile));
  const baseline = flags.baseline === undefined ? undefined : readBaseline(flags.baseline);
  const stop = stopOnSignals();
  const progress = showProgress(io.err, options.exhaustive ? undefined : casesOf(options));
  try {
    if (flags.replay !== undefined) {
      const { replay } = await import('./replay.ts');
      return await replay(options, flags.replay, io.out, flags.html);
    }
    const found = await conform({ ...options, onProgress: progress.show });
    const report = baseline ? withBaseline(found, baseline) : found;
    progress.clear();
    await publish(report, flags, io, moduleOf(adapter));
    return exitCode(report);
  } finally {
    progress.clear();
    stop();
  }
}

/** Throws `InputError` for options that are wrong, or that do not go together. */
function optionsOf(adapter: string, flags: RunFlags, profile: Profile): RunOptions {
  assertBroker(adapter, flags);
  assertTogether(adapter, flags);
  const { cases, seed, broker, speaks, shard, workers, refusedDestination } = flags;
  return {
    adapter,
    profile,
    rules: flags.rule.map(ruleId),
    ...(flags.exhaustive && { exhaustive: exhaustiveOf(flags) }),
    ...(cases !== undefined && { cases: wholeNumber('--cases', cases, 1) }),
    ...(seed !== undefined && {
      seed: wholeNumber('--seed', seed, -(2 ** 31), Number.MAX_SAFE_INTEGER),
    }),
    ...(broker !== undefined && { broker }),
    ...(speaks !== undefined && { speaks }),
    ...(shard !== undefined && { shard: shardOf(shard, seed) }),
    ...(workers !== undefined && { workers: wholeNumber('--workers', workers, 1, MOST_WORKERS) }),
    ...(refusedDestination.length > 0 && { refusedDestinations: refusedDestination }),
  };
}

/** An option without effect is refused, and says why. */
function assertTogether(adapter: string, flags: RunFlags): void {
  const { json, junit, cases, seed, baseline, shard, workers, exhaustive, depth, scope } = flags;
  const drawn = { cases, seed, shard, workers };
  const destination = flags.refusedDestination[0];
  if (flags.replay !== undefined) {
    const others = { json, junit, rule: flags.rule[0], baseline, exhaustive, ...drawn };
    refuse(others, 'has no meaning with --replay: leave one of the two out');
  }
  if (exhaustive) refuse(drawn, 'has no meaning with --exhaustive, which draws nothing');
  else refuse({ depth, scope }, 'is for --exhaustive runs');
  if (flags.broker === undefined)
    refuse({ 'refused-destination': destination }, 'needs --broker: it says what that one refuses');
  if (!adapter.startsWith('exec:')) return;
  refuse({ workers }, 'is not for exec: adapters: in real time they would disturb each other');
  const why = 'another process does not repeat itself to the microtask';
  refuse({ exhaustive }, `is for adapters in process: ${why}`);
}

function refuse(options: Readonly<Record<string, unknown>>, why: string): void {
  const [name] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) throw new InputError(`--${name} ${why}`);
}

function exhaustiveOf({ depth, scope }: RunFlags): NonNullable<RunOptions['exhaustive']> {
  if (depth === undefined)
    throw new InputError('--exhaustive needs --depth N, the most steps in a scenario; try 4 first');
  return {
    depth: wholeNumber('--depth', depth, 1, MOST_DEPTH),
    ...(scope !== undefined && {
      scope: parseJson(SMALL_SCOPE, textOf('--scope', scope), '--scope'),
    }),
  };
}

/** Without a seed each machine would draw cases of its own. */
function shardOf(text: string, seed: string | undefined): Share {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!index || !of || index > of)
    throw new InputError(`--shard ${text} is not I/N, such as 1/4, with I from 1 to N`);
  if (seed === undefined)
    throw new InputError(`--shard ${text} needs --seed, the same one for all ${of} shards`);
  return { index, of };
}

function ruleId(text: string): RuleId {
  const rule = findRule(text);
  if (!rule) throw new InputError(`--rule ${text}: there is no such rule; see producer-tck rules`);
  return rule.id;
}

/** How many cases a run is to have, or a shard of it. */
function casesOf({ cases = DEFAULT_CASES, shard }: RunOptions): number {
  return casesBegun({ cases }, shard ? [shard] : [], cases);
}

/** The adapter's own file, if it has one. */
function moduleOf(adapter: string): string | undefined {
  return adapter === 'reference' || adapter.startsWith('exec:') ? undefined : adapter;
}
