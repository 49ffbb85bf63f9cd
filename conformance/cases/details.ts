// The details of a step whose kind is chosen: which of several, how large, how far, and what comes next. They
// favour the edges: a size that just fits, the last millisecond of a timeout, an interrupt too late.
import { oneOf, type Draft } from './draft.ts';
import { pausesAfter } from './enabled.ts';
import { messageOf } from './messages.ts';
import { isRefused } from './refusals.ts';
import { DESTINATION, type AnswerStep, type SendStep, type Step } from './step.ts';
import type { Writable } from './writable.ts';

/** One of the enabled steps of a kind, with its details. */
export function drawDetails(draft: Draft, steps: readonly Step[]): Step {
  const [first] = steps as [Step];
  switch (first.do) {
    case 'send':
      return drawSend(draft);
    case 'ack':
    case 'refuse':
      return first.id === undefined
        ? withPause(draft, first)
        : { ...drawAnswer(draft, steps as AnswerStep[]), pause: draft.answerPause(steps.length) };
    case 'interrupt':
      return { do: 'interrupt', id: drawTarget(draft), pause: draft.pause() };
    case 'advance':
      return { do: 'advance', ms: drawMs(draft), pause: draft.pause() };
    default:
      return withPause(draft, first);
  }
}

function withPause(draft: Draft, step: Step): Step {
  const [only, ...others] = pausesAfter(step, ['none', 'settle']);
  return { ...step, pause: others.length > 0 ? draft.pause() : only! };
}

function drawSend(draft: Draft): SendStep {
  // Timed sends are not charged: only callbacks can fill the window before them.
  const often = draft.settings.sendTimeoutMs > 0 ? 45 : 26;
  const completion = draft.can('completion') && draft.chance(often);
  const { id, size, mode } = draft.message();
  const step: Writable<SendStep> = { do: 'send', id, size, mode, pause: draft.pause() };
  const destination = drawDestination(draft);
  if (destination !== undefined) step.destination = destination;
  // Whether a refusal that the caller was told of spoils the commit, only the broker knows.
  const { refusedDestinations } = draft.scope;
  if (draft.inTransaction && isRefused(messageOf(step), draft.settings, refusedDestinations))
    return step;
  if (completion) {
    step.completion = true;
    if (!draft.scope.realTime) drawCallback(draft, step);
  } else if (draft.can('response-required') && draft.chance(8)) {
    step.responseRequired = true;
  }
  if (draft.chance(8)) step.priority = draft.choose(0, 9);
  if (draft.chance(5)) step.timeToLiveMs = draft.choose(1, 100_000);
  return step;
}

/** What the callback does: sometimes it sends, and rarely it throws. */
function drawCallback(draft: Draft, step: Writable<SendStep>): void {
  if (draft.chance(33)) {
    const nested = draft.message(1);
    step.nested = draft.chance(30) ? { ...nested, completion: true } : nested;
  }
  if (draft.chance(3)) step.throws = true;
}

/** Now and then a destination that cannot be right; with an anonymous producer mostly one that is. */
function drawDestination(draft: Draft): string | null | undefined {
  if (!draft.can('destinations')) return undefined;
  if (draft.settings.destination === undefined) {
    const refused = draft.mayBeRefused && draft.chance(draft.inTransaction ? 70 : 40);
    if (refused) return oneOf(draft.choose, draft.scope.refusedDestinations ?? []);
    return draft.chance(25) ? oneOf(draft.choose, [undefined, undefined, null]) : DESTINATION;
  }
  return draft.chance(8) ? oneOf(draft.choose, [null, 'elsewhere', DESTINATION]) : undefined;
}

/** Any answer; with some preference one to a send that has failed meanwhile. */
function drawAnswer(draft: Draft, steps: readonly AnswerStep[]): AnswerStep {
  const any = oneOf(draft.choose, steps);
  if (!draft.chance(30)) return any;
  const { ledger } = draft.model;
  return steps.find(({ id }) => ledger.sendOf(id ?? '')?.outcome === 'failed') ?? any;
}

/** Mostly a call that is pending, best one that others wait behind; else one that has ended. */
function drawTarget(draft: Draft): string {
  const { choose } = draft;
  const [first] = draft.model.ledger.waiting;
  if (first && draft.chance(25)) return first.message.id;
  const pending = draft.known(({ outcome }) => outcome === 'pending');
  if (pending.length > 0 && !draft.chance(20)) return oneOf(choose, pending);
  const unanswered = draft.chance(60) ? draft.known(({ answer }) => answer === 'none') : [];
  return oneOf(choose, unanswered.length > 0 ? unanswered : draft.known(() => true));
}

/** Around the moment at which the first pending send times out. */
function drawMs({ choose, settings, model }: Draft): number {
  const { sendTimeoutMs } = settings;
  if (sendTimeoutMs === 0) return choose(1, 100);
  const { pending, nowAtMs } = model.ledger;
  const [first] = [...pending].filter(({ action }) => action === 'send');
  const left = Math.max(1, sendTimeoutMs - (first ? nowAtMs - first.invokedAtMs : 0));
  return oneOf(choose, [1, sendTimeoutMs / 2, left - 1, left, left, sendTimeoutMs + 1]);
}
