// The kill matrix: every mutant scored, on all processors.
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';
import type { Score, ScorePlan } from './score.ts';
import type { Answer, Order } from './worker.ts';

/** A mutant with what became of it. */
export interface Scored {
  readonly mutant: Mutant;
  readonly score: Score;
  readonly durationMs: number;
}

/** Scores mutants in worker processes; `onScore` hears of each as it is done. In the order given. */
export async function scoreAll(
  mutants: readonly Mutant[],
  plan: ScorePlan,
  onScore: (scored: Scored) => void = () => {},
): Promise<Scored[]> {
  const scored = new Map<Mutant, Scored>();
  const queue = [...mutants];
  const workers = Array.from({ length: Math.min(availableParallelism(), mutants.length) }, start);
  try {
    await Promise.all(workers.map((worker) => serve(worker)));
  } finally {
    for (const worker of workers) worker.kill();
  }
  return mutants.map((mutant) => scored.get(mutant) as Scored);

  async function serve(worker: ChildProcess): Promise<void> {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const answer = await ask(worker, { mutant: mutant.id, plan });
      const one = { mutant, ...answer };
      scored.set(mutant, one);
      onScore(one);
    }
  }
}

function start(): ChildProcess {
  return fork(fileURLToPath(new URL('./worker.js', import.meta.url)), {
    // Infinity does not survive JSON.
    serialization: 'advanced',
    execArgv: ['--min-semi-space-size=64', '--max-semi-space-size=128'],
  });
}

function ask(worker: ChildProcess, order: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`the worker died of ${order.mutant}`));
    worker.once('exit', onExit);
    worker.once('message', (answer) => {
      worker.off('exit', onExit);
      resolve(answer as Answer);
    });
    worker.send(order);
  });
}
