// Shrinking: the shortest case that still breaks one given rule. fast-check walks the simpler scenarios. All
// rules stay in force, and a simpler case may break no rule that the one before it kept: otherwise the fault of
// another rule would be taken for this one's.
import fc from 'fast-check';
import { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Rule, RuleId } from '../../spec/rule.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import { renumbered } from '../cases/renumber.ts';
import { scenarios } from '../cases/scenarios.ts';
import type { Scenario } from '../cases/step.ts';
import { proven, type Harness } from '../harness/harness.ts';
import { realNowMs } from '../harness/in-process/virtual-time.ts';

/** A failing case, with the history that it gave and all that it broke. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly history: readonly HistoryEvent[];
  readonly breach: LocatedBreach;
  readonly breaches: readonly LocatedBreach[];
}

/**
 * Runs one scenario, judged by all `rules`. Absent: it is lawful. `breach` is that of `rule`, or the first.
 * `breachesOf`: those of a case that count; default: those that are proven.
 */
export async function attempt(
  harness: Harness,
  scenario: Scenario,
  rule: RuleId,
  rules: readonly Rule[],
  breachesOf: typeof proven = proven,
): Promise<Shrunk | undefined> {
  const record = await harness.run(scenario, new Judge(harness.scope.profile, rules));
  const breaches = breachesOf(record);
  const breach = breaches.find((one) => one.rule === rule) ?? breaches[0];
  return breach && { scenario, history: record.history, breach, breaches };
}

/** What shrinking may cost, in real milliseconds, and who hears of each case. */
export interface ShrinkBudget {
  readonly ms: number;
  readonly onCase?: () => void;
}

/**
 * Shrinks a scenario that broke `rule`. Absent when the scenario does not break it again: the subject is
 * non-deterministic.
 */
export async function shrink(
  harness: Harness,
  scenario: Scenario,
  rule: Rule,
  rules: readonly Rule[],
  { ms: budgetMs, onCase = () => {} }: ShrinkBudget,
  breachesOf: typeof proven = proven,
): Promise<Shrunk | undefined> {
  let best: Shrunk | undefined;
  let fault: unknown;
  const deadline = realNowMs() + budgetMs;
  const property = fc.asyncProperty(scenarios(harness.scope), async (candidate) => {
    if (realNowMs() > deadline) return true;
    onCase();
    try {
      const found = await attempt(harness, candidate, rule.id, rules, breachesOf);
      if (found?.breach.rule !== rule.id || (best && !breaksNoOther(found, best))) return true;
      best = found;
      return false;
    } catch (error) {
      fault ??= error;
      return true;
    }
  });
  await fc.check(property, { examples: [[scenario]], numRuns: 1 });
  if (!best && fault) throw fault;
  if (!best) return undefined;
  // Messages are named in order of appearance, if the case still fails so (it does unless ids matter).
  const plain = await attempt(harness, renumbered(best.scenario), rule.id, rules, breachesOf);
  return plain?.breach.rule === rule.id && breaksNoOther(plain, best) ? plain : best;
}

/** Whether a case breaks only rules that another breaks, too. */
export function breaksNoOther(one: Shrunk, other: Shrunk): boolean {
  return one.breaches.every(({ rule }) => other.breaches.some((breach) => breach.rule === rule));
}
