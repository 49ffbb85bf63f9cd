// `producer-tck run`: the suite against an adapter, or the replay of what an earlier run found.
import { writeFileSync } from 'node:fs';
import { conform, DEFAULT_CASES, type RunOptions } from '../engine/conform.ts';
import { endAllWorkers } from '../engine/supervise.ts';
import { replay } from './replay.ts';
import { exitCode, type Report } from '../report/report.ts';
import { reportText } from '../report/text.ts';
import { findRule } from '../../spec/catalogue.ts';
import type { ProfileName } from '../../spec/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { UsageError, wholeNumber } from './usage.ts';

/** The options of `run`, as commander gives them. */
export interface RunFlags {
  readonly profile: ProfileName;
  readonly cases?: string;
  readonly seed?: string;
  readonly rule: readonly string[];
  readonly replay?: string;
  readonly broker?: string;
  readonly json?: string;
}

/** Runs and reports; resolves to the exit code. */
export async function runCommand(adapter: string, flags: RunFlags): Promise<number> {
  const options = optionsOf(adapter, flags);
  if (flags.replay !== undefined) refuseWithReplay(flags);
  const stop = stopOnSignals();
  const progress = showProgress(options.cases ?? DEFAULT_CASES);
  try {
    if (flags.replay !== undefined) return await replay(options, flags.replay, process.stdout);
    const report = await conform({ ...options, onProgress: progress.show });
    progress.clear();
    show(report, flags.json);
    return exitCode(report);
  } finally {
    progress.clear();
    stop();
  }
}

function optionsOf(adapter: string, flags: RunFlags): RunOptions {
  if (flags.broker !== undefined && !/^[^:]+:\d+$/.test(flags.broker)) {
    throw new UsageError(`--broker ${flags.broker} is not HOST:PORT`);
  }
  if (flags.broker !== undefined && !adapter.startsWith('exec:')) {
    throw new UsageError('--broker is for exec: adapters; others are given a broker by the kit');
  }
  return {
    adapter,
    profile: flags.profile,
    rules: flags.rule.map(ruleId),
    ...(flags.cases !== undefined && { cases: wholeNumber('--cases', flags.cases, 1) }),
    ...(flags.seed !== undefined && { seed: wholeNumber('--seed', flags.seed, -(2 ** 31)) }),
    ...(flags.broker !== undefined && { broker: flags.broker }),
  };
}

/** A replay runs what it is given, and nothing else: an option without effect is refused. */
function refuseWithReplay(flags: RunFlags): void {
  const others = { json: flags.json, cases: flags.cases, seed: flags.seed, rule: flags.rule[0] };
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined)
      throw new UsageError(`--${name} has no meaning with --replay; leave one out`);
  }
}

function ruleId(text: string): RuleId {
  const rule = findRule(text);
  if (!rule) throw new UsageError(`--rule ${text}: there is no such rule; see producer-tck rules`);
  return rule.id;
}

function show(report: Report, json: string | undefined): void {
  process.stdout.write(
    reportText(report, { colour: process.stdout.isTTY && !process.env['NO_COLOR'] }),
  );
  if (json === undefined) return;
  try {
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`--json ${json} could not be written: ${(error as Error).message}`);
  }
}

/** Progress for anything over a second, on a terminal only. */
function showProgress(total: number) {
  const startedMs = performance.now();
  let shown = false;
  return {
    show: (cases: number) => {
      if (!process.stderr.isTTY || performance.now() - startedMs < 1_000) return;
      shown = true;
      const text = cases < total ? `case ${cases + 1} of ${total}` : 'shrinking';
      process.stderr.write(`\r\u001b[2K${text}`);
    },
    clear: () => {
      if (shown) process.stderr.write('\r\u001b[2K');
      shown = false;
    },
  };
}

/** On Ctrl-C nothing that the run started is left behind. */
function stopOnSignals(): () => void {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const handlers = Object.entries(codes).map(([signal, code]) => {
    const handler = () => {
      endAllWorkers();
      process.exit(code);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
