// `producer-tck merge`: one verdict from the reports of all shards of a run.
import { readFileSync, statSync } from 'node:fs';
import { withBaseline, type Baseline } from '../report/baseline.ts';
import { mergeReports, MergeError, type ShardReport } from '../report/merge.ts';
import { parseReport, ReportFormatError } from '../report/report-format.ts';
import type { Report } from '../report/report.ts';
import { exitCode } from '../report/verdicts.ts';
import { readBaseline } from './baseline.ts';
import { publish, type ReportFiles } from './publish.ts';
import { UsageError } from './usage.ts';

/** The options of `merge`, as commander gives them. */
export interface MergeFlags extends ReportFiles {
  readonly baseline?: string;
}

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
  try {
    return { file, report: parseReport(readFileSync(file, 'utf8')) };
  } catch (error) {
    if (!(error instanceof ReportFormatError)) throw error;
    throw new UsageError(`${file} is not a report: ${error.message}`);
  }
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
