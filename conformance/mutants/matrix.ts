// The kill matrix: every mutant scored, on all processors; and ways to draw scenarios set against one
// another by how soon each finds the mutants that are hardest to find.
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SEARCHES, type Search } from '../cases/scope.ts';
import type { Mutant } from './mutant.ts';
import { median, type Score, type ScorePlan } from './score.ts';
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

/** So many of the mutants are tried, by each search with so many seeds, in so many cases. */
export const HARDEST = { mutants: 20, seeds: 2, cases: 1_000 } as const;

/** What one search made of the hardest mutants. */
export interface SearchScore {
  readonly search: Search;
  /** Mutants that it found with every seed. */
  readonly found: number;
  /** Cases to find one: the median; infinite if it did not find half of them. */
  readonly median: number;
}

/** Tries every search on the mutants that took most cases in `scored`. */
export async function compareSearches(
  scored: readonly Scored[],
  { profile }: Pick<ScorePlan, 'profile'>,
): Promise<SearchScore[]> {
  const hardest = scored
    .toSorted((one, other) => other.score.found.median - one.score.found.median)
    .slice(0, HARDEST.mutants)
    .map(({ mutant }) => mutant);
  const { seeds, cases } = HARDEST;
  const scores: SearchScore[] = [];
  for (const search of SEARCHES) {
    const plan = { profile, seeds, cases, leastCases: 1, mostDiagnosed: 0, search };
    const all = (await scoreAll(hardest, plan)).map(({ score }) => score.found.worst);
    scores.push({
      search,
      found: all.filter(Number.isFinite).length,
      median: median(all),
    });
  }
  return scores;
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
