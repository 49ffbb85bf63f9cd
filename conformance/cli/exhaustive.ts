// The options of an exhaustive run: `--exhaustive --depth N`, and `--scope`, which declares what its scenarios
// may contain.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import type { RunOptions } from '../engine/conform.ts';
import { SMALL_SCOPE, type SmallScope } from '../cases/exhaustive/small-scope.ts';
import { UsageError, wholeNumber } from './usage.ts';

/** Deeper than any run will ever end. */
const MOST_DEPTH = 100;

interface ExhaustiveFlags {
  readonly exhaustive?: true;
  readonly depth?: string;
  readonly scope?: string;
  readonly cases?: string;
  readonly seed?: string;
  readonly shard?: string;
  readonly workers?: string;
}

/** What to walk; absent without `--exhaustive`. Throws `UsageError` for options that do not go together. */
export function exhaustiveOf(adapter: string, flags: ExhaustiveFlags): RunOptions['exhaustive'] {
  const { depth, scope, cases, seed, shard, workers } = flags;
  if (!flags.exhaustive) {
    for (const [name, value] of Object.entries({ depth, scope })) {
      if (value !== undefined) throw new UsageError(`--${name} is for --exhaustive runs`);
    }
    return undefined;
  }
  for (const [name, value] of Object.entries({ cases, seed, shard, workers })) {
    if (value !== undefined)
      throw new UsageError(`--${name} has no meaning with --exhaustive, which draws nothing`);
  }
  if (adapter.startsWith('exec:')) {
    const why = 'another process does not repeat itself to the microtask';
    throw new UsageError(`--exhaustive is for adapters in process: ${why}`);
  }
  if (depth === undefined)
    throw new UsageError(
      '--exhaustive needs --depth N, the most steps in a scenario; 4 is a start',
    );
  return {
    depth: wholeNumber('--depth', depth, 1, MOST_DEPTH),
    ...(scope !== undefined && { scope: readScope(scope) }),
  };
}

function readScope(source: string): SmallScope {
  let value: unknown;
  try {
    value = JSON.parse(read(source));
  } catch (error) {
    throw new UsageError(`--scope ${source} is no JSON: ${(error as Error).message}`);
  }
  const parsed = v.safeParse(SMALL_SCOPE, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue) ?? 'the scope';
  throw new UsageError(`--scope: ${where}: ${issue.message}`);
}

function read(source: string): string {
  if (/^\s*[[{]/.test(source)) return source;
  if (source === '-') return readFileSync(0, 'utf8');
  if (!statSync(source, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`--scope ${source}: there is no such file, and it is no JSON either`);
  return readFileSync(source, 'utf8');
}
