// The details of a step whose kind is chosen: which of several, how large, how far, and what comes next. They
// favour the edges: a size that just fits, the last millisecond of a timeout, an interrupt too late.
import type { Send } from '../../spec/model/calls.ts';
import { type Draft, oneOf } from './draft.ts';
import { type Enabled, PLAIN, settles } from './enabled.ts';
import {
  DESTINATION,
  messageOf,
  type Nested,
  type NestedSend,
  type SendStep,
  type Step,
  type Writable,
} from './step.ts';
import { isRefused } from './scope.ts';

/** A step of a kind that is enabled, with its details. */
export function drawStep(draft: Draft, { kind, ids }: Enabled): Step {
  switch (kind) {
    case 'send':
      return drawSend(draft);
    case 'ack':
    case 'refuse':
      return { do: kind, id: drawAnswered(draft, ids), pause: draft.answerPause(ids.length) };
    case 'interrupt':
      return { do: kind, id: drawTarget(draft, ids), pause: draft.pause() };
    case 'advance':
      return { do: kind, ms: drawMs(draft), pause: draft.pause() };
    default:
      return { ...PLAIN[kind], pause: settles(PLAIN[kind]) ? 'settle' : draft.pause() };
  }
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
  } else if (draft.can('async-errors') && !draft.scope.realTime && draft.chance(6)) {
    step.reported = draft.message(1);
  }
  if (draft.can('interrupt') && !draft.scope.realTime && draft.chance(6)) {
    const signal = drawSignal(draft);
    if (signal !== undefined) step.signal = signal;
  }
  if (draft.chance(8)) step.priority = draft.choose(0, 9);
  if (draft.chance(draft.mayWait(size) ? 14 : 5)) step.timeToLiveMs = drawTimeToLiveMs(draft);
  return step;
}

/** Best that of a send which was interrupted, else that of one just sent. */
function drawSignal({ choose, ids, interrupted }: Draft): string | undefined {
  const from = interrupted.length > 0 && choose(1, 100) <= 60 ? interrupted : ids.slice(-3);
  return from.length > 0 ? oneOf(choose, from) : undefined;
}

/** On virtual time often so short that it runs out while the message waits; now and then more than 32 bits hold. */
function drawTimeToLiveMs(draft: Draft): number {
  const { choose, scope } = draft;
  if (!scope.realTime && draft.chance(50)) return choose(1, 100);
  const ms = choose(1, 100_000);
  return scope.answers === 'scripted' && ms > 70_000 ? 2 ** 31 + ms : ms;
}

/** What the callback does: sometimes it sends or makes another call, and rarely it throws. */
function drawCallback(draft: Draft, step: Writable<SendStep>): void {
  if (draft.chance(33)) step.nested = drawNested(draft, 1);
  if (draft.chance(5)) step.throws = true;
}

/** `ahead`: messages of the step before this one. */
function drawNested(draft: Draft, ahead: number): Nested {
  if (draft.chance(draft.inTransaction ? 16 : 8)) return drawCall(draft, ahead);
  return drawNestedSend(draft, ahead);
}

/** Sometimes what it sends has a callback, which may do the same; rarely it sends many, most of them small. */
function drawNestedSend(draft: Draft, ahead: number): NestedSend {
  const send: Writable<NestedSend> = draft.message(ahead);
  if (draft.chance(5)) {
    send.count = oneOf(draft.choose, [10, 100]);
    send.size = oneOf(draft.choose, [0, 0, 1, send.size]);
  }
  if (!draft.chance(ahead === 1 ? 30 : 70)) return send;
  if (ahead === 1 && draft.chance(50)) send.nested = drawNested(draft, 1 + (send.count ?? 1));
  else send.completion = true;
  return send;
}

/** A close ends the scenario: it is left out where many messages are wanted. */
function drawCall(draft: Draft, ahead: number): Nested {
  const mayClose = !draft.long;
  if (draft.can('transactions') && !(mayClose && draft.chance(35)))
    return { do: draft.inTransaction ? 'commit' : 'begin' };
  return mayClose ? { do: 'close' } : drawNestedSend(draft, ahead);
}

/** Other destinations than the producer's, for checks that look at a part of the name, or at whether there is one. */
const ELSEWHERE = ['elsewhere', `${DESTINATION}.a`, DESTINATION.slice(0, 2), ''];

/** Now and then a destination that cannot be right; with an anonymous producer mostly one that is. */
function drawDestination(draft: Draft): string | null | undefined {
  if (!draft.can('destinations')) return undefined;
  if (draft.settings.destination === undefined) {
    const refused = draft.mayBeRefused && draft.chance(draft.inTransaction ? 70 : 40);
    if (refused) return oneOf(draft.choose, draft.scope.refusedDestinations ?? []);
    if (draft.chance(20)) return oneOf(draft.choose, [undefined, undefined, null]);
    return oneOf(draft.choose, draft.destinations);
  }
  return draft.chance(8) ? oneOf(draft.choose, [null, DESTINATION, ...ELSEWHERE]) : undefined;
}

/**
 * Any message that has no answer; with some preference another than the one whose timeout runs, or one whose send has
 * failed meanwhile.
 */
function drawAnswered(draft: Draft, ids: readonly string[]): string {
  const any = oneOf(draft.choose, ids);
  const timed = draft.firstTimed;
  if (timed && draft.model.ledger.nowAtMs > timed.invokedAtMs && draft.chance(60))
    return ids.find((id) => id !== timed.message.id) ?? any;
  if (!draft.chance(30)) return any;
  return ids.find((id) => draft.model.ledger.sendOf(id)?.outcome === 'failed') ?? any;
}

/** Mostly a call that is pending, best one that others wait behind; else one that has ended. */
function drawTarget(draft: Draft, ids: readonly string[]): string {
  const { choose, model } = draft;
  const { ledger } = model;
  const [first] = ledger.waiting;
  if (first && draft.chance(25)) return first.message.id;
  const pending = ids.filter((id) => ledger.sendOf(id)?.outcome === 'pending');
  if (pending.length > 0 && !draft.chance(20)) return oneOf(choose, pending);
  const unanswered = ids.filter((id) => ledger.sendOf(id)?.answer === 'none');
  return oneOf(choose, unanswered.length > 0 && draft.chance(60) ? unanswered : ids);
}

/** Just beyond the waits that clients hide: a producer without a timeout waits for as long as it takes. */
const HIDDEN_TIMEOUTS_MS = [5_001, 60_001, 600_001] as const;

/**
 * Around the moment at which the first timed send, or the first that waits for space, times out, or the message of one
 * that waits has expired.
 */
function drawMs(draft: Draft): number {
  const { choose, settings, scope, firstTimed } = draft;
  const { waiting, nowAtMs } = draft.model.ledger;
  const [blocked] = waiting;
  const { sendTimeoutMs, maxBlockMs = 0 } = settings;
  const isOfSpace = maxBlockMs > 0 && blocked && (sendTimeoutMs === 0 || draft.chance(50));
  const limitMs = isOfSpace ? maxBlockMs : sendTimeoutMs;
  if (limitMs === 0) {
    const lifeMs = shortestLifeMs(waiting);
    if (lifeMs > 0 && draft.chance(70)) return lifeMs + 1;
    const isLong = draft.chance(30) && !scope.realTime;
    return isLong ? oneOf(choose, HIDDEN_TIMEOUTS_MS) : choose(1, 100);
  }
  const first = isOfSpace ? blocked : firstTimed;
  const passed = first ? nowAtMs - first.invokedAtMs : 0;
  const left = Math.max(1, limitMs - passed);
  // Once a part has passed, what has happened since may have started it anew.
  const some = passed > 0 ? [left, left] : [1, limitMs / 2, limitMs / 2];
  return oneOf(choose, [...some, left - 1, left, left, limitMs + 1]);
}

/** The shortest time to live among waiting messages, in milliseconds; 0: none expires in a time that can pass. */
function shortestLifeMs(waiting: Iterable<Send>): number {
  let shortest = Infinity;
  for (const { message } of waiting)
    if (message.timeToLiveMs > 0) shortest = Math.min(shortest, message.timeToLiveMs);
  return shortest <= LONGEST_LIFE_MS ? shortest : 0;
}

const LONGEST_LIFE_MS = 100_000;
