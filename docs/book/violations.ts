// The violation that each rule page shows: the case in which the kit caught a mutant that breaks the rule, shrunk. Of
// several mutants, the page shows the one with the shortest case. This runs on virtual time, in this process.
import { Engine } from '../../conformance/mutants/engine.ts';
import { adapterOf, type Mutant } from '../../conformance/mutants/mutant.ts';
import { MUTANTS } from '../../conformance/mutants/catalogue.ts';
import { Trial } from '../../conformance/mutants/trial.ts';
import { keepUncaughtErrors } from '../../conformance/harness/in-process/determinism.ts';
import type { FoundCase } from '../../conformance/engine/job.ts';
import {
  CATALOGUE,
  check,
  diagnose,
  STRICT,
  type HistoryEvent,
  type Rule,
} from '../../spec/index.ts';
import { EXAMPLES, profileOf } from '../../spec/examples.ts';

/** A history that breaks a rule, and where it comes from. */
export interface Violation {
  readonly history: readonly HistoryEvent[];
  /** Index of the breaking event. */
  readonly at: number;
  readonly why: string;
  /** The producer broken on purpose, and the case that caught it. Absent: the history was written by hand. */
  readonly mutant?: { readonly id: string; readonly what: string; readonly case: number };
}

/** If a case has fewer steps than this, including `open`, no other mutant is tried. */
const SHORT = 5;
/** At most this many mutants are tried for each rule. */
const TRIES = 3;
const MOST_CASES = 2_000;

/** By rule. */
export async function violations(): Promise<ReadonlyMap<string, Violation>> {
  Error.stackTraceLimit = 0;
  keepUncaughtErrors();
  const found = new Map<string, Violation>();
  for (const rule of CATALOGUE) found.set(rule.id, (await byMutant(rule)) ?? byExample(rule));
  return found;
}

async function byMutant(rule: Rule): Promise<Violation | undefined> {
  const mutants = MUTANTS.filter(({ breaks }) => breaks.includes(rule.id))
    .toSorted((a, b) => a.breaks.length - b.breaks.length)
    .slice(0, TRIES);
  let best: Violation | undefined;
  for (const mutant of mutants) {
    const violation = await caught(mutant, rule);
    if (violation && violation.history.length < (best?.history.length ?? Infinity))
      best = violation;
    if (best && best.history.length <= 2 * SHORT) break;
  }
  return best;
}

/** The smallest case by which seed 1 shows that the mutant breaks the rule. */
async function caught(mutant: Mutant, rule: Rule): Promise<Violation | undefined> {
  const adapter = adapterOf(mutant.id, mutant.make(Engine), mutant);
  const plan = { seed: 1, leastCases: 1, mostCases: MOST_CASES };
  const { faults } = await new Trial(() => adapter).run(plan);
  const shown = faults.find(({ accused }) => accused.includes(rule.id))?.shown;
  if (!shown) return undefined;
  const { id, what } = mutant;
  return { ...essence(shown, rule), mutant: { id, what, case: shown.case + 1 } };
}

/** The history up to the breach, without the producer's own figures if the rule does not need them. */
function essence({ history, at, why }: FoundCase, { id }: Rule): Violation {
  const plain = history.filter(({ event }) => event !== 'usage');
  const again = check(STRICT, plain).find((result) => result.id === id)?.breach;
  const [shown, breach] = again ? [plain, again] : [history, { at, why }];
  return { history: shown.slice(0, breach.at + 1), at: breach.at, why: breach.why };
}

function byExample({ id }: Rule): Violation {
  const history = EXAMPLES[id]?.violation ?? [];
  const breach = check(profileOf(id), history).find((result) => result.id === id)?.breach;
  // A diagnosis is not broken by itself: what shows it is.
  const { at, why } = breach ?? diagnose(profileOf(id), history) ?? {};
  if (at === undefined || why === undefined)
    throw new Error(`the example of ${id} does not break it`);
  return { history, at, why };
}
