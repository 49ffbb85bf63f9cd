// How likely each kind of step is, against the others. The weights favour what is rare and telling: two
// answers in one turn, a refusal at a full window, a rollback while sends wait.
import type { Draft } from './draft.ts';
import {
  transactionCallPends,
  unansweredSends,
  unansweredTransactions,
  type Kind,
} from './enabled.ts';

/** The weight of each kind that is enabled; 0: it is not drawn now. `count`: messages that it may be about. */
export const WEIGHTS: Readonly<Record<Kind, (draft: Draft, count: number) => number>> = {
  send: ({ model, slowBroker }) => {
    if (model.ledger.waiting.size > 4) return 10;
    return slowBroker ? 60 : 40;
  },
  ack: ofAck,
  'ack of everything': (draft) => {
    const { ledger } = draft.model;
    const sends = unansweredSends(ledger).length;
    const ends = unansweredTransactions(ledger).length > 0 ? 30 : 0;
    return ends + (sends > 0 ? ofAck(draft, sends) : 0);
  },
  refuse: ({ model }) => (model.ledger.waiting.size > 0 ? 10 : 7),
  interrupt: ({ model }) => (model.ledger.pending.size > 0 ? 9 : 2),
  advance: ({ settings, model, scope }) => {
    const timed = settings.sendTimeoutMs > 0 && model.ledger.pending.size > 0;
    if (scope.realTime) return timed ? 8 : 0;
    if (timed) return 26;
    return model.ledger.waiting.size > 0 ? 3 : 1;
  },
  /** It breaks every pending call. */
  lose: fatal,
  /** Most telling while something is unanswered. */
  cut: ({ model }) => {
    if (model.ledger.closeInvoked) return 0;
    return unansweredSends(model.ledger).length > 0 ? 10 : 3;
  },
  restore: () => 25,
  /** Mostly there is no second one. */
  close: (draft) => (draft.model.ledger.closeInvoked ? 12 : fatal(draft)),
  begin: (draft) => (draft.mayBeRefused ? 20 : 11),
  /** Most telling where the broker must refuse it. */
  commit: (draft) => {
    if (!draft.inTransaction) return 1;
    return draft.model.refusesInTransaction ? 60 : 8;
  },
  /** Most telling while sends of the transaction wait. */
  rollback: (draft) => {
    if (!draft.inTransaction) return 1;
    return draft.model.ledger.waiting.size > 1 ? 24 : 6;
  },
  'ack of begin': () => 30,
  'ack of commit': () => 30,
  'ack of rollback': () => 30,
  'refuse of commit': () => 10,
};

function ofAck({ slowBroker }: Draft, count: number): number {
  return slowBroker ? 10 : Math.min(40, 14 + 6 * count);
}

/** Losing the connection or closing is most telling while calls wait; else it is left to the end of the scenario. */
function fatal(draft: Draft): number {
  if (draft.long && draft.ids.length < 45) return 0;
  const { ledger } = draft.model;
  const isTelling = draft.isOver || ledger.waiting.size > 0 || transactionCallPends(ledger);
  return isTelling ? 1 : 0;
}
