// Shrinking: the shortest case that still breaks one given rule. fast-check walks the simpler tapes.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/history.ts';
import type { Rule } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { proven, type Bench } from '../bench/bench.ts';
import { realNowMs } from '../bench/virtual-time.ts';
import { renumbered } from '../tape/simplify.ts';
import type { Tape } from '../tape/stimulus.ts';
import { tapes } from '../tape/tapes.ts';
import { attribute } from './attribution.ts';

/** A shrunk failing case, with the history that it gave. */
export interface Shrunk {
  readonly tape: Tape;
  readonly history: readonly HistoryEvent[];
  readonly breach: LocatedBreach;
}

/** What one case makes of one rule. */
export interface Attempt {
  readonly history: readonly HistoryEvent[];
  readonly breach: LocatedBreach | undefined;
}

/** Runs one tape, judged by all `rules`, and looks for a breach of `rule`. */
export async function attempt(
  bench: Bench,
  tape: Tape,
  rule: Rule,
  rules: readonly Rule[],
): Promise<Attempt> {
  const judge = new Judge(bench.scope.profile, rules);
  const record = await bench.run(tape, judge);
  const breaches = proven(record).filter((breach) => breach.rule === rule.id);
  const { own } = await attribute(bench, { tape, history: record.history }, breaches, judge);
  const [breach] = own;
  return { history: record.history, breach };
}

/**
 * Shrinks a tape that broke `rule`. All rules stay in force, so that no fault of another rule is taken
 * for this one's. Absent when the tape does not break it again: the subject is not deterministic.
 */
export async function shrink(
  bench: Bench,
  tape: Tape,
  rule: Rule,
  rules: readonly Rule[],
  budgetMs: number,
  onCase: () => void = () => {},
): Promise<Shrunk | undefined> {
  let best: Shrunk | undefined;
  let fault: unknown;
  const deadline = realNowMs() + budgetMs;
  const property = fc.asyncProperty(tapes(bench.scope), async (candidate) => {
    if (realNowMs() > deadline) return true;
    onCase();
    try {
      const { history, breach } = await attempt(bench, candidate, rule, rules);
      if (breach) best = { tape: candidate, history, breach };
      return breach === undefined;
    } catch (error) {
      fault ??= error;
      return true;
    }
  });
  await fc.check(property, { examples: [[tape]], numRuns: 1 });
  if (!best && fault) throw fault;
  return best && renumber(bench, best, rule, rules);
}

/** Names messages in order of appearance, if the case still fails so (it does unless ids matter). */
async function renumber(
  bench: Bench,
  shrunk: Shrunk,
  rule: Rule,
  rules: readonly Rule[],
): Promise<Shrunk> {
  const tape = renumbered(shrunk.tape);
  const { history, breach } = await attempt(bench, tape, rule, rules);
  return breach ? { tape, history, breach } : shrunk;
}
