// Judges one file, and tells how long that took and how much memory it took: a process of its own, so that
// nothing but the file counts.
import { Judge } from '../../spec/check.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { judgeFile } from '../formats/history-file.ts';

/** What is told, as one line of JSON. */
export interface FileJudged {
  readonly events: number;
  readonly ms: number;
  /** Milliseconds of processor time: what it takes if the machine has nothing else to do. */
  readonly processorMs: number;
  /** Megabytes, at the most: of the whole process. */
  readonly peakMb: number;
}

const judge = new Judge(STRICT);
const startMs = performance.now();
const start = process.cpuUsage();
const events = await judgeFile(process.argv[2] ?? '', judge);
const ms = performance.now() - startMs;
const { user, system } = process.cpuUsage(start);
const processorMs = (user + system) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
const broken = judge.results().filter(({ verdict }) => verdict === 'violated');
if (broken.length > 0) throw new Error(`the history breaks ${broken.map(({ id }) => id).join()}`);
process.stdout.write(JSON.stringify({ events, ms, processorMs, peakMb } satisfies FileJudged));
