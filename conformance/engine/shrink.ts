// Shrinking: the shortest case that still breaks one given rule. fast-check walks the simpler scenarios.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Rule } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { proven, type Harness } from '../harness/harness.ts';
import { realNowMs } from '../harness/in-process/virtual-time.ts';
import { renumbered } from '../cases/simplify.ts';
import type { Scenario } from '../cases/step.ts';
import { scenarios } from '../cases/scenarios.ts';
import { attribute } from './attribution.ts';

/** A shrunk failing case, with the history that it gave. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
  readonly breach: LocatedBreach;
}

/** What one case makes of one rule. */
export interface Attempt {
  readonly history: readonly HistoryEvent[];
  readonly breach: LocatedBreach | undefined;
}

/** Runs one scenario, judged by all `rules`, and looks for a breach of `rule`. */
export async function attempt(
  harness: Harness,
  scenario: Scenario,
  rule: Rule,
  rules: readonly Rule[],
): Promise<Attempt> {
  const judge = new Judge(harness.scope.profile, rules);
  const record = await harness.run(scenario, judge);
  const breaches = proven(record).filter((breach) => breach.rule === rule.id);
  const { own } = await attribute(harness, { scenario, history: record.history }, breaches, judge);
  const [breach] = own;
  return { history: record.history, breach };
}

/**
 * Shrinks a scenario that broke `rule`. All rules stay in force, so that no fault of another rule is taken
 * for this one's. Absent when the scenario does not break it again: the subject is not deterministic.
 */
export async function shrink(
  harness: Harness,
  scenario: Scenario,
  rule: Rule,
  rules: readonly Rule[],
  budgetMs: number,
  onCase: () => void = () => {},
): Promise<Shrunk | undefined> {
  let best: Shrunk | undefined;
  let fault: unknown;
  const deadline = realNowMs() + budgetMs;
  const property = fc.asyncProperty(scenarios(harness.scope), async (candidate) => {
    if (realNowMs() > deadline) return true;
    onCase();
    try {
      const { history, breach } = await attempt(harness, candidate, rule, rules);
      if (breach) best = { scenario: candidate, history, breach };
      return breach === undefined;
    } catch (error) {
      fault ??= error;
      return true;
    }
  });
  await fc.check(property, { examples: [[scenario]], numRuns: 1 });
  if (!best && fault) throw fault;
  return best && renumber(harness, best, rule, rules);
}

/** Names messages in order of appearance, if the case still fails so (it does unless ids matter). */
async function renumber(
  harness: Harness,
  shrunk: Shrunk,
  rule: Rule,
  rules: readonly Rule[],
): Promise<Shrunk> {
  const scenario = renumbered(shrunk.scenario);
  const { history, breach } = await attempt(harness, scenario, rule, rules);
  return breach ? { scenario, history, breach } : shrunk;
}
