// Crowds: scenarios of many equal sends, in one turn, waiting, or unanswered. What has room for sixteen, or takes a
// hundred at a time, shows in no scenario of mixed steps.
import { type Choose, Draft, oneOf } from './draft.ts';
import { FULL_SCOPE, type ScenarioScope } from './scope.ts';
import { DESTINATION, type Scenario, type SendStep, type Step, type Writable } from './step.ts';

/** Mostly just more than sixteen: a large crowd takes as long as a hundred cases. */
const COUNTS = [20, 20, 20, 20, 40, 40, 80, 150] as const;

/** Whether crowds can be drawn: where time is virtual, each answer the kit's own, and scenarios may be long. */
export function mayCrowd({ realTime, answers, sayable, pauses, maxSteps }: ScenarioScope): boolean {
  return (
    maxSteps >= FULL_SCOPE.maxSteps && !realTime && answers === 'scripted' && !sayable && !pauses
  );
}

/** Many sends that are alike, the answers to them in some order, and mostly an end. */
export function drawCrowd(choose: Choose, scope: ScenarioScope): Scenario {
  const draft = new Draft(choose, scope);
  const count = oneOf(choose, COUNTS);
  const plan = drawPlan(draft, count);
  const { windowSize } = plan;
  const settings = { ...draft.settings, ...(draft.can('window') && { windowSize }) };
  const sends = Array.from({ length: count }, (_, at) => plan.send(at));
  const pause = oneOf(choose, ['none', 'none', 'settle'] as const);
  const together = sends.map((send, at): Step => ({
    ...send,
    pause: at < count - 1 ? pause : 'settle',
  }));
  return [{ do: 'open', settings, pause: 'none' }, ...together, ...drawAnswers(draft, sends)];
}

/** A window, and the sends that are to meet it. */
interface Plan {
  readonly windowSize: number;
  readonly send: (at: number) => SendStep;
}

/** No window; one that holds all; one that holds a single message; or one that the first message fills. */
function drawPlan(draft: Draft, count: number): Plan {
  const { choose } = draft;
  const like: Writable<Omit<SendStep, 'id' | 'size'>> = {
    do: 'send',
    mode: draft.chance(30) ? 'persistent' : 'non-persistent',
    pause: 'none',
  };
  if (draft.can('completion') && draft.chance(35)) like.completion = true;
  if (draft.settings.destination === undefined) like.destination = DESTINATION;
  const windowSize = oneOf(choose, [0, count, 1, count]);
  const fills = windowSize > 1 && draft.chance(50);
  const send = (at: number) => ({
    ...like,
    id: `m${at + 1}`,
    size: fills && at === 0 ? windowSize : 1,
  });
  return { windowSize, send };
}

/** All in order; or the last first, or every other one, and then those that were not there to be answered. */
function drawAnswers(draft: Draft, sends: readonly SendStep[]): Step[] {
  const pause = draft.chance(50) ? 'settle' : 'none';
  const answer = ({ id }: SendStep): Step => ({ do: 'ack', id, pause });
  const inOrder = sends.map(answer);
  const orders = [[], inOrder.toReversed(), inOrder.filter((_, at) => at % 2 === 1)];
  const answers = [
    ...oneOf(draft.choose, orders),
    ...inOrder.map((step) => ({ ...step, pause: 'settle' as const })),
  ];
  return draft.chance(30) ? [...answers, { do: 'close', pause: 'settle' }] : answers;
}
