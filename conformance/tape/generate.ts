// Writing a tape: settings first, then one move after another, each drawn by the weights of moves.ts.
import { Draft } from './draft.ts';
import { MOVES } from './moves.ts';
import type { Choose } from './choose.ts';
import type { TapeScope } from './scope.ts';
import type { Stimulus, Tape } from './stimulus.ts';

/** Stimuli that are still drawn once the producer is closed or its connection lost. */
const AFTER_THE_END = 4;

/** Draws one tape. The same choices give the same tape. */
export function generateTape(choose: Choose, scope: TapeScope): Tape {
  const draft = new Draft(choose, scope);
  const steps: Stimulus[] = [{ do: 'open', settings: draft.settings, gap: 'none' }];
  const length = scope.gaps?.length ?? Math.min(scope.maxSteps, drawLength(draft));
  let afterTheEnd = 0;
  while (steps.length <= length && afterTheEnd < AFTER_THE_END) {
    const step = drawMove(draft);
    if (draft.model.apply(step)) draft.stimuli = steps.push(step) - 1;
    const { lost, closeInvoked } = draft.model.ledger;
    if (lost || closeInvoked) afterTheEnd += 1;
  }
  return steps;
}

/** Mostly short; now and then long enough for what shows only after many messages. */
function drawLength(draft: Draft): number {
  return draft.long ? draft.choose(60, 119) : draft.choose(8, 30);
}

const weights = MOVES.map(() => 0);

function drawMove(draft: Draft): Stimulus {
  draft.look();
  let total = 0;
  for (let at = 0; at < MOVES.length; at += 1) {
    const weight = MOVES[at]!.weight(draft);
    weights[at] = weight;
    total += weight;
  }
  let ticket = draft.choose(1, total);
  for (let at = 0; at < MOVES.length; at += 1) {
    ticket -= weights[at]!;
    if (ticket <= 0) return MOVES[at]!.step(draft);
  }
  throw new Error('the weights do not add up');
}
