// A worker process of the kill matrix: it is sent mutants by id and answers with their scores.
import { keepUncaughtErrors } from '../harness/in-process/determinism.ts';
import { realNowMs } from '../harness/in-process/virtual-time.ts';
import { MUTANTS } from './catalogue.ts';
import { PROFILE_MUTANTS } from './profiles/mutants.ts';
import { score, type Score, type ScorePlan } from './score.ts';

/** What the worker is asked. */
export interface Order {
  readonly mutant: string;
  readonly plan: ScorePlan;
}

/** What it answers. */
export interface Answer {
  readonly score: Score;
  readonly durationMs: number;
}

Error.stackTraceLimit = 0;
keepUncaughtErrors();

process.on('message', (order: Order) => {
  const startedMs = realNowMs();
  const mutant = [...MUTANTS, ...PROFILE_MUTANTS].find(({ id }) => id === order.mutant);
  if (!mutant) throw new Error(`there is no mutant ${order.mutant}`);
  void score(mutant, order.plan).then((result) =>
    process.send?.({ score: result, durationMs: realNowMs() - startedMs } satisfies Answer),
  );
});
