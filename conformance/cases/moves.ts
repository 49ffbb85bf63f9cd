// The moves a scenario is made of, each with its weight. The weights favour what is rare and telling: two
// answers in one turn, a refusal at a full window, a rollback while sends wait, an interrupt too late.
import { oneOf } from './choose.ts';
import type { Draft } from './draft.ts';
import { answerableTransaction, transactionCallPends } from './enabled.ts';
import { messageOf } from './messages.ts';
import { isRefused } from './refusals.ts';
import { DESTINATION, type SendStep, type Step } from './step.ts';
import type { Writable } from './writable.ts';

/** Something that may come next. */
export interface Move {
  /** How likely it is, against the others; 0: not at all. */
  readonly weight: (draft: Draft) => number;
  readonly step: (draft: Draft) => Step;
}

const SEND: Move = {
  weight: ({ model, slowBroker }) => {
    if (model.ledger.waiting.size > 4) return 10;
    return slowBroker ? 60 : 40;
  },
  step: drawSend,
};

const ACK: Move = {
  weight: ({ answerable, slowBroker }) => {
    if (answerable.length === 0) return 0;
    return slowBroker ? 10 : Math.min(40, 14 + 6 * answerable.length);
  },
  step: (draft) =>
    draft.scope.answers === 'gate'
      ? { do: 'ack', pause: 'settle' }
      : { do: 'ack', id: drawAnswered(draft), pause: draft.answerPause() },
};

const REFUSE: Move = {
  weight: ({ answerable, model, scope }) => {
    if (answerable.length === 0 || scope.answers !== 'scripted') return 0;
    return model.ledger.waiting.size > 0 ? 10 : 7;
  },
  step: (draft) => ({ do: 'refuse', id: drawAnswered(draft), pause: draft.answerPause() }),
};

const INTERRUPT: Move = {
  weight: (draft) => {
    if (!draft.can('interrupt') || draft.sent.length === 0) return 0;
    return draft.pending.length > 0 ? 9 : 2;
  },
  step: (draft) => ({ do: 'interrupt', id: drawTarget(draft), pause: draft.pause() }),
};

const ADVANCE: Move = {
  weight: ({ settings, model, scope }) => {
    const timed = settings.sendTimeoutMs > 0 && model.ledger.pending.size > 0;
    if (scope.realTime) return timed ? 8 : 0;
    if (timed) return 26;
    return model.ledger.waiting.size > 0 ? 3 : 1;
  },
  step: (draft) => {
    const timeout = draft.settings.sendTimeoutMs;
    if (timeout === 0) return { do: 'advance', ms: draft.choose(1, 100), pause: draft.pause() };
    const left = untilTimeout(draft);
    const ms = oneOf(draft.choose, [1, timeout / 2, left - 1, left, left, timeout + 1]);
    return { do: 'advance', ms, pause: draft.pause() };
  },
};

/** It breaks every pending call. */
export const LOSE: Move = {
  weight: (draft) => (draft.can('connection-loss') && !draft.model.ledger.lost ? fatal(draft) : 0),
  step: (draft) => ({ do: 'lose', pause: draft.pause() }),
};

/** A cut connection is most telling while something is unanswered. */
const CUT: Move = {
  weight: ({ scope, model, answerable }) => {
    if (!scope.reconnects || model.ledger.cut || model.ledger.closeInvoked) return 0;
    return answerable.length > 0 ? 10 : 3;
  },
  step: (draft) => ({ do: 'cut', pause: draft.pause() }),
};

const RESTORE: Move = {
  weight: ({ model }) => (model.ledger.cut ? 25 : 0),
  step: () => ({ do: 'restore', pause: 'settle' }),
};

/** Mostly there is no second one. */
export const CLOSE: Move = {
  weight: (draft) => (draft.model.ledger.closeInvoked ? 12 : fatal(draft)),
  step: (draft) => ({ do: 'close', pause: draft.pause() }),
};

const BEGIN: Move = {
  weight: (draft) => {
    if (!draft.can('transactions') || inTransaction(draft)) return 0;
    return mayBeRefused(draft) ? 20 : 11;
  },
  step: (draft) => ({ do: 'begin', pause: draft.pause() }),
};

/** Committing is most telling where the broker must refuse it. */
const COMMIT: Move = {
  weight: (draft) => {
    if (!draft.can('transactions')) return 0;
    if (!inTransaction(draft)) return 1;
    return draft.model.refusesInTransaction ? 60 : 8;
  },
  step: (draft) => ({ do: 'commit', pause: draft.pause() }),
};

/** Rolling back is most telling while sends of the transaction wait. */
const ROLLBACK: Move = {
  weight: (draft) => {
    if (!draft.can('transactions')) return 0;
    if (!inTransaction(draft)) return 1;
    return draft.model.ledger.waiting.size > 1 ? 24 : 6;
  },
  step: (draft) => ({ do: 'rollback', pause: draft.pause() }),
};

/** Every move, in an order that seeds depend on. */
export const MOVES: readonly Move[] = [
  SEND,
  ACK,
  REFUSE,
  INTERRUPT,
  ADVANCE,
  LOSE,
  CUT,
  RESTORE,
  CLOSE,
  BEGIN,
  COMMIT,
  ROLLBACK,
  answerTo('ack', 'begin', 30),
  answerTo('ack', 'commit', 30),
  answerTo('ack', 'rollback', 30),
  answerTo('refuse', 'commit', 10),
];

function answerTo(
  what: 'ack' | 'refuse',
  of: 'begin' | 'commit' | 'rollback',
  weight: number,
): Move {
  return {
    weight: ({ model, scope }) => {
      if (scope.answers === 'gate' && (what === 'refuse' || of === 'begin')) return 0;
      if (model.ledger.lost || model.ledger.cut) return 0;
      return answerableTransaction(of, model.ledger) ? weight : 0;
    },
    step: (draft) =>
      draft.scope.answers === 'gate'
        ? { do: 'ack', pause: 'settle' }
        : { do: what, of, pause: draft.pause() },
  };
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
  if (inTransaction(draft) && isRefused(messageOf(step), draft.settings, refusedDestinations))
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
function drawCallback(draft: Draft, step: { -readonly [K in keyof SendStep]: SendStep[K] }) {
  if (draft.chance(33)) {
    const nested = draft.message(1);
    step.nested = draft.chance(30) ? { ...nested, completion: true } : nested;
  }
  if (draft.chance(3)) step.throws = true;
}

/** Any message that has no answer; with some preference one whose send has failed meanwhile. */
function drawAnswered(draft: Draft): string {
  const { answerable, model } = draft;
  const id = oneOf(draft.choose, answerable);
  if (!draft.chance(30)) return id;
  return answerable.find((late) => model.ledger.sendOf(late)?.outcome === 'failed') ?? id;
}

/** Milliseconds until the first pending send times out. */
function untilTimeout({ settings, model, pending }: Draft): number {
  const first = model.ledger.sendOf(pending[0] ?? '');
  const passed = first ? model.ledger.nowAtMs - first.invokedAtMs : 0;
  return Math.max(1, settings.sendTimeoutMs - passed);
}

/** Mostly a call that is pending, best one that others wait behind; else one that has ended. */
function drawTarget(draft: Draft): string {
  const { choose, answerable, pending, sent, model } = draft;
  const [first] = model.ledger.waiting;
  if (first && draft.chance(25)) return first.message.id;
  if (pending.length > 0 && !draft.chance(20)) return oneOf(choose, pending);
  return oneOf(choose, answerable.length > 0 && draft.chance(60) ? answerable : sent);
}

/** Now and then one that cannot be right; with an anonymous producer mostly one that is. */
function drawDestination(draft: Draft): string | null | undefined {
  if (!draft.can('destinations')) return undefined;
  if (draft.settings.destination === undefined) {
    const refused = mayBeRefused(draft) && draft.chance(inTransaction(draft) ? 70 : 40);
    if (refused) return oneOf(draft.choose, draft.scope.refusedDestinations ?? []);
    return draft.chance(25) ? oneOf(draft.choose, [undefined, undefined, null]) : DESTINATION;
  }
  return draft.chance(8) ? oneOf(draft.choose, [null, 'elsewhere', DESTINATION]) : undefined;
}

/** Losing the connection or closing is most telling while calls wait; else it is left to the end of the scenario. */
function fatal(draft: Draft): number {
  if (draft.long && draft.sent.length < 45) return 0;
  const { ledger } = draft.model;
  const isTelling = draft.isOver || ledger.waiting.size > 0 || transactionCallPends(ledger);
  return isTelling ? 1 : 0;
}

/** Whether the broker is known to refuse messages that this producer may send. */
function mayBeRefused({ scope, settings }: Draft): boolean {
  const refused = scope.refusedDestinations ?? [];
  const { destination } = settings;
  return destination === undefined ? refused.length > 0 : refused.includes(destination);
}

function inTransaction({ model }: Draft): boolean {
  return model.ledger.transactions.current !== undefined;
}
