// Cases a second: the kit with every rule judged, beside the bare loop, which judges nothing, and beside
// fast-check's own model runs; all on the same reference with the same steps. Each is in a process of its own,
// so that none spoils the compiler's work for another; they take turns, so that a busy machine slows them all.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ratioOf, rowOf, type Row } from './row.ts';

const ROUNDS = 9;
/** Rounds before the first that counts: the compiler takes its time. */
const WARM_UP = 3;
/** Enough for garbage to be collected in every turn. */
const CASES = 5_000;

/** Who takes part, and what each is called. */
const CONTENDERS = {
  kit: 'kit, every rule judged',
  bare: 'bare loop, nothing judged',
  model: 'fast-check asyncModelRun, nothing judged',
  scheduled: 'fast-check scheduledModelRun, nothing judged',
} as const;
/** One that takes part. */
export type Contender = keyof typeof CONTENDERS;

/** What a contender is asked to run. */
export interface Turn {
  readonly seed: number;
  readonly cases: number;
}

/** One core; ten steps and seven settles a case. Fewer `cases` and `rounds` are for a look only. */
export async function throughput(cases = CASES, rounds = ROUNDS): Promise<Row[]> {
  const names = Object.keys(CONTENDERS) as Contender[];
  const script = fileURLToPath(import.meta.resolve('./contender.js'));
  const processes = new Map(names.map((name) => [name, fork(script, [name])]));
  const speeds = new Map(names.map((name) => [name, [] as number[]]));
  try {
    for (let seed = -WARM_UP; seed < rounds; seed += 1) {
      for (const [name, contender] of processes) {
        const speed = await takeTurn(contender, { seed, cases });
        if (seed >= 0) speeds.get(name)!.push(speed);
      }
    }
  } finally {
    for (const contender of processes.values()) contender.kill();
  }
  const of = (name: Contender) => speeds.get(name)!;
  return [
    ...names.map((name) => rowOf(CONTENDERS[name], '/s', of(name))),
    ratioOf('kit / bare loop', of('kit'), of('bare')),
    ratioOf('kit / asyncModelRun', of('kit'), of('model')),
    ratioOf('kit / scheduledModelRun', of('kit'), of('scheduled')),
  ];
}

/** Cases a second of one turn. Fails if the contender ends instead. */
async function takeTurn(contender: ChildProcess, turn: Turn): Promise<number> {
  contender.send(turn);
  const ended = new AbortController();
  const exit = once(contender, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a contender of the bench ended with code ${String(code)}`);
  });
  try {
    const [speed] = (await Promise.race([once(contender, 'message'), exit])) as [number];
    return speed;
  } finally {
    ended.abort();
    exit.catch(() => {});
  }
}
