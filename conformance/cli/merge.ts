// `producer-tck merge`: one verdict from the reports of all shards of a run.
import { readFileSync } from 'node:fs';
import { withBaseline, type Baseline } from '../report/baseline.ts';
import { mergeReports, type ShardReport } from '../report/merge.ts';
import { parseReport } from '../report/report-format.ts';
import { exitCode } from '../report/verdicts.ts';
import { assertFile, readBaseline } from './input.ts';
import type { Io } from './io.ts';
import { publish, type ReportFiles } from './publish.ts';

/** The options of `merge`, as commander gives them. */
export interface MergeFlags extends ReportFiles {
  readonly baseline?: string;
}

/** Merges and reports; the exit code is that of a run. */
export async function mergeCommand(
  files: readonly string[],
  flags: MergeFlags,
  io: Io,
): Promise<number> {
  const shards = files.map(readShard);
  const baseline =
    flags.baseline === undefined ? ownBaseline(shards) : readBaseline(flags.baseline);
  const report = withBaseline(mergeReports(shards), baseline);
  await publish(report, flags, io);
  return exitCode(report);
}

function readShard(file: string): ShardReport {
  assertFile(file);
  return { file, report: parseReport(readFileSync(file, 'utf8'), file) };
}

/** Without --baseline, a merge uses the baseline that the shards were run with. */
function ownBaseline([first]: readonly ShardReport[]): Baseline {
  const deviations = (first?.report.rules ?? []).flatMap(({ id, deviation }) => {
    if (!deviation) return [];
    const { standing: _, ...entry } = deviation;
    return [{ rule: id, ...entry }];
  });
  return { deviations };
}
