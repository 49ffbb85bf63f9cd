// What a user waits for at the prompt: the command line from its start to its end, a process each time,
// beside an empty script on the same machine.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { realNowMs } from '../harness/in-process/virtual-time.ts';
import { ratioOf, rowOf, type Row } from './row.ts';

const ROUNDS = 5;

/** `run reference` with one case, and with all of them. */
export async function coldStart(): Promise<Row[]> {
  const cli = fileURLToPath(import.meta.resolve('../cli/cli.js'));
  const empty: number[] = [];
  const one: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    empty.push(timed(['-e', '0']));
    one.push(timed([cli, 'run', 'reference', '--cases', '1']));
    all.push(timed([cli, 'run', 'reference']));
  }
  return [
    rowOf('an empty script', 'ms', empty),
    rowOf('run reference --cases 1', 'ms', one),
    rowOf('run reference', 'ms', all),
    ratioOf('run reference --cases 1 / an empty script', one, empty),
  ];
}

/** Milliseconds to the end of a process, however it ends: one case exercises few rules. */
function timed(args: readonly string[]): number {
  const startMs = realNowMs();
  const { error } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (error) throw error;
  return realNowMs() - startMs;
}
