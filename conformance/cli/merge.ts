// `producer-tck merge`: one verdict from the reports of all shards of a run.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { PROFILES, type ProfileName } from '../../spec/model/profile.ts';
import { withBaseline, type Baseline } from '../report/baseline.ts';
import { mergeReports, MergeError, type ShardReport } from '../report/merge.ts';
import { exitCode, type Report } from '../report/report.ts';
import { VERSION } from '../version.ts';
import { readBaseline } from './baseline.ts';
import { publish, type ReportFiles } from './publish.ts';
import { UsageError } from './usage.ts';

/** The options of `merge`, as commander gives them. */
export interface MergeFlags extends ReportFiles {
  readonly baseline?: string;
}

const natural = v.pipe(v.number(), v.integer(), v.minValue(1));
/** As much of a report as merging relies on. */
const REPORT = v.looseObject({
  kit: v.string(),
  adapter: v.string(),
  profile: v.picklist(Object.keys(PROFILES) as ProfileName[]),
  seed: v.number(),
  cases: v.number(),
  durationMs: v.number(),
  shard: v.optional(v.object({ index: natural, of: natural, cases: natural })),
  error: v.optional(v.looseObject({ code: v.string(), message: v.string() })),
  rules: v.array(
    v.looseObject({
      id: v.string(),
      level: v.picklist(['MUST', 'SHOULD']),
      statement: v.string(),
      verdict: v.picklist([
        'satisfied',
        'violated',
        'inconclusive',
        'not-exercised',
        'not-applicable',
      ]),
      exercised: v.number(),
      counterexample: v.optional(
        v.looseObject({
          scenario: v.array(v.looseObject({ do: v.string() })),
          history: v.array(v.looseObject({ event: v.string() })),
          case: v.number(),
        }),
      ),
    }),
  ),
});

/** Merges and reports; the exit code is that of a run. */
export async function mergeCommand(files: readonly string[], flags: MergeFlags): Promise<number> {
  const shards = files.map(readShard);
  const baseline =
    flags.baseline === undefined ? ownBaseline(shards) : readBaseline(flags.baseline);
  let merged: Report;
  try {
    merged = mergeReports(shards);
  } catch (error) {
    throw error instanceof MergeError ? new UsageError(error.message) : error;
  }
  const report = withBaseline(merged, baseline);
  await publish(report, flags);
  return exitCode(report);
}

function readShard(file: string): ShardReport {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`there is no file ${file}`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is no report: ${(error as Error).message}`);
  }
  const result = v.safeParse(REPORT, json);
  if (!result.success) {
    const [issue] = result.issues;
    throw new UsageError(`${file} is no report: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  }
  const { kit } = result.output;
  if (kit !== VERSION)
    throw new UsageError(`${file} was written by producer-tck ${kit}; this is ${VERSION}`);
  return { file, report: result.output as unknown as Report };
}

/** Without one of its own, a merge goes by the baseline that the shards were run with. */
function ownBaseline(shards: readonly ShardReport[]): Baseline {
  const [first] = shards;
  const deviations = (first?.report.rules ?? []).flatMap(({ id, deviation }) => {
    if (!deviation) return [];
    const { standing: _, ...entry } = deviation;
    return [{ rule: id, ...entry }];
  });
  return { deviations };
}
