// Writing a scenario: settings first, then one step after another, and mostly an end: the producer is closed,
// or its connection lost.
import { Coverage } from './coverage/coverage.ts';
import { transitionOf } from './coverage/transition.ts';
import type { Choose } from './choose.ts';
import { Draft } from './draft.ts';
import { CLOSE, LOSE } from './moves.ts';
import type { ScenarioScope } from './scope.ts';
import { pilotOf } from './search.ts';
import type { Step, Scenario } from './step.ts';

/** Steps that are still drawn once the producer is closed or its connection lost. */
const AFTER_THE_END = 4;

/**
 * Draws one scenario, and notes in `coverage` what it leads through. The same choices and the same coverage
 * give the same scenario.
 */
export function generateScenario(
  choose: Choose,
  scope: ScenarioScope,
  coverage = new Coverage(),
): Scenario {
  const draft = new Draft(choose, scope);
  const pilot = pilotOf(draft, coverage);
  const steps: Step[] = [{ do: 'open', settings: draft.settings, pause: 'none' }];
  const most = scope.pauses?.length ?? scope.maxSteps;
  const room = Math.max(most - AFTER_THE_END, Math.ceil(most / 2));
  const length = scope.pauses ? most : Math.min(room, drawLength(draft));
  const ends = draft.chance(70);
  let afterTheEnd = 0;
  while (draft.steps < most && afterTheEnd < AFTER_THE_END) {
    const isComplete = afterTheEnd === 0 && draft.steps >= length;
    if (isComplete && !ends) break;
    draft.look();
    const step = isComplete ? drawEnd(draft) : pilot.next();
    const transition = transitionOf(step, draft.model.ledger);
    if (draft.take(step)) {
      steps.push(step);
      coverage.note(transition);
    }
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
  return (loses ? LOSE : CLOSE).step(draft);
}
