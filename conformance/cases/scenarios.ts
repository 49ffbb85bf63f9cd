// Scenarios as a fast-check arbitrary, for the kit's own runs and for anybody's `fc.assert`: settings first,
// then one step after another, and mostly an end: the producer is closed, or its connection lost.
import fc from 'fast-check';
import { inCompany } from './company.ts';
import { drawCrowd, mayCrowd } from './crowd.ts';
import { Coverage, transitionOf } from './coverage/transition.ts';
import { type Choose, Draft } from './draft.ts';
import { pilotOf } from './pilots.ts';
import { FULL_SCOPE, type ScenarioScope } from './scope.ts';
import { sentAgain } from './sent-again.ts';
import { simplerScenarios } from './simplify.ts';
import type { Scenario, Step } from './step.ts';

/**
 * Scenarios within a scope: what the adapter supports, and what the harness can do. They shrink by cutting
 * steps first and simplifying what is left. Default: everything, in process, by the strict profile.
 * With a `coverage` each scenario is steered away from what the scenarios before it led through; without one, only
 * from what it led through itself, so that it depends on nothing but its seed.
 */
export function scenarios(
  scope: Partial<ScenarioScope> = {},
  coverage?: Coverage,
): fc.Arbitrary<Scenario> {
  return new ScenarioArbitrary({ ...FULL_SCOPE, ...scope }, coverage);
}

/** Steps that are still drawn once the producer is closed or its connection lost. */
const AFTER_THE_END = 4;

/**
 * Draws one scenario, and notes in `coverage` what it leads through. The same choices and the same coverage
 * give the same scenario.
 */
export function drawScenario(
  choose: Choose,
  scope: ScenarioScope,
  coverage = new Coverage(),
): Scenario {
  const draft = new Draft(choose, scope);
  const next = pilotOf(draft, coverage);
  const steps: Step[] = [{ do: 'open', settings: draft.settings, pause: 'none' }];
  const most = scope.pauses?.length ?? scope.maxSteps;
  const room = Math.max(most - AFTER_THE_END, Math.ceil(most / 2));
  const length = scope.pauses ? most : Math.min(room, drawLength(draft));
  const ends = draft.chance(70);
  let afterTheEnd = 0;
  while (draft.steps < most && afterTheEnd < AFTER_THE_END) {
    const isComplete = afterTheEnd === 0 && draft.steps >= length;
    if (isComplete && !ends) break;
    const step = isComplete ? drawEnd(draft) : next();
    coverage.note(transitionOf(step, draft.model.ledger));
    draft.take(step);
    steps.push(step);
    if (draft.isOver) afterTheEnd += 1;
  }
  return steps;
}

/** Mostly short; now and then long enough for what shows only after many messages. */
function drawLength(draft: Draft): number {
  return draft.long ? draft.choose(60, 115) : draft.choose(10, 38);
}

/** Whatever waits then must end: so late in a scenario, much does. */
function drawEnd(draft: Draft): Step {
  const loses = draft.can('connection-loss') && draft.chance(50);
  return { do: loses ? 'lose' : 'close', pause: draft.pause() };
}

/** Steps of another producer: enough to fill a window, to begin a transaction, and to end. */
const STEPS_IN_COMPANY = 14;

/** Now and then another producer is there. Drawn last, so that the scenario itself does not depend on it. */
function drawCompany(choose: Choose, scope: ScenarioScope, scenario: Scenario): Scenario {
  if (scope.realTime || scope.answers === 'gate' || scope.pauses) return scenario;
  const ticket = choose(1, 100);
  if (ticket > 4) return scenario;
  const other = drawScenario(choose, { ...scope, maxSteps: STEPS_IN_COMPANY });
  return inCompany(scenario, ticket === 1 ? 'before' : 'beside', other);
}

class ScenarioArbitrary extends fc.Arbitrary<Scenario> {
  readonly #scope: ScenarioScope;
  readonly #coverage: Coverage | undefined;

  constructor(scope: ScenarioScope, coverage: Coverage | undefined) {
    super();
    this.#scope = scope;
    this.#coverage = coverage;
  }

  override generate(random: fc.Random): fc.Value<Scenario> {
    const choose: Choose = (min, max) => random.nextInt(min, max);
    const scenario = drawScenario(choose, this.#scope, this.#coverage);
    return new fc.Value(this.#rarely(choose, scenario), undefined);
  }

  /** Drawn behind the scenario, so that all others are as they were without it. */
  #rarely(choose: Choose, drawn: Scenario): Scenario {
    const scenario = drawCompany(choose, this.#scope, drawn);
    if (mayCrowd(this.#scope) && choose(1, 100) === 1) return drawCrowd(choose, this.#scope);
    return sentAgain(choose, this.#scope, scenario);
  }

  override canShrinkWithoutContext(value: unknown): value is Scenario {
    return Array.isArray(value) && (value[0] as { do?: unknown } | undefined)?.do === 'open';
  }

  override shrink(scenario: Scenario): fc.Stream<fc.Value<Scenario>> {
    return fc.stream(simplerScenarios(scenario)).map((simpler) => new fc.Value(simpler, undefined));
  }
}
