// How one scenario finds its next step among those that are enabled: by each of the searches. The weights favour
// what is rare and telling: two answers in one turn, a refusal at a full window, a rollback while sends wait.
import { type Coverage, transitionOf } from './coverage/transition.ts';
import { drawStep } from './details.ts';
import type { Draft } from './draft.ts';
import {
  type Enabled,
  type Kind,
  KINDS,
  transactionCallPends,
  unansweredSends,
  unansweredTransactions,
} from './enabled.ts';
import type { Search } from './scope.ts';
import type { Step } from './step.ts';

/** Draws the next step of a scenario. */
export type Pilot = () => Step;

/** The pilot of a scenario, by the search that its scope asks for. */
export function pilotOf(draft: Draft, coverage: Coverage): Pilot {
  const { search = 'mixed' } = draft.scope;
  switch (search === 'mixed' ? drawSearch(draft) : search) {
    case 'uniform':
      return () => new Ballot(draft).draw(Math.sign);
    case 'priorities':
      return byPriorities(draft);
    case 'steered':
      return () => lessCovered(draft, coverage);
    case 'weighted':
      return () => new Ballot(draft).draw();
  }
}

/** What each finds in fewest cases is another thing: `npm run mutants -- --search NAME` measures one alone. */
function drawSearch({ choose }: Draft): Exclude<Search, 'mixed'> {
  const ticket = choose(1, 100);
  if (ticket <= 20) return 'steered';
  return ticket <= 25 ? 'priorities' : 'weighted';
}

/** The kinds of steps that are enabled now, each with its weight. */
class Ballot {
  readonly #draft: Draft;
  readonly enabled: readonly Enabled[];
  readonly weights: readonly number[];

  constructor(draft: Draft) {
    this.#draft = draft;
    this.enabled = draft.enabled();
    this.weights = this.enabled.map(({ kind, ids }) => WEIGHTS[kind](draft, ids.length));
  }

  draw(adapt = (weight: number) => weight): Step {
    let total = 0;
    for (const weight of this.weights) total += adapt(weight);
    let ticket = this.#draft.choose(1, total);
    const at = this.weights.findIndex((weight) => (ticket -= adapt(weight)) <= 0);
    return drawStep(this.#draft, this.enabled[at]!);
  }
}

function lessCovered(draft: Draft, coverage: Coverage): Step {
  const ballot = new Ballot(draft);
  const one = ballot.draw();
  const other = ballot.draw();
  const { ledger } = draft.model;
  const taken = (step: Step) => coverage.count(transitionOf(step, ledger));
  return taken(other) < taken(one) ? other : one;
}

/** Kinds of less weight mostly do nothing: at a high priority they would be all that happens. */
const LEAST_WEIGHT = 5;
/** How often the highest priority is lost. */
const CHANGES = 3;
/** They fall in the part of a scenario that every scenario has. */
const LAST_CHANGE = 20;

/** Each kind of step has a priority; the highest of those enabled goes first. */
function byPriorities(draft: Draft): Pilot {
  const priorities = new Map<Kind, number>();
  for (const kind of KINDS)
    if (kind !== 'flush' || draft.can('flush')) priorities.set(kind, draft.choose(1, 1_000_000));
  const changes = new Set(Array.from({ length: CHANGES }, () => draft.choose(1, LAST_CHANGE)));
  let lowest = 0;
  const priorityOf = ({ kind }: Enabled) => priorities.get(kind)!;
  const firstOf = (heavy: readonly Enabled[]) =>
    heavy.toSorted((one, other) => priorityOf(other) - priorityOf(one))[0];
  return () => {
    const ballot = new Ballot(draft);
    const heavy = ballot.enabled.filter((_, at) => ballot.weights[at]! >= LEAST_WEIGHT);
    let first = firstOf(heavy);
    if (first && changes.has(draft.steps)) {
      priorities.set(first.kind, (lowest -= 1));
      first = firstOf(heavy);
    }
    return first ? drawStep(draft, first) : ballot.draw();
  };
}

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
  refuse: ({ model, scope }) => {
    if (scope.sayable?.refusalEndsConnection) return 4;
    return model.ledger.waiting.size > 0 ? 10 : 7;
  },
  interrupt: ({ model }) => (model.ledger.pending.size > 0 ? 9 : 2),
  advance: ({ settings, model, scope }) => {
    const { pending, waiting } = model.ledger;
    const { sendTimeoutMs, maxBlockMs = 0 } = settings;
    const timed = (sendTimeoutMs > 0 && pending.size > 0) || (maxBlockMs > 0 && waiting.size > 0);
    if (scope.realTime) return timed ? 8 : 0;
    if (timed) return 26;
    for (const { message } of waiting) if (message.timeToLiveMs > 0) return 8;
    return pending.size > 0 ? 3 : 1;
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
    if (!draft.inTransaction) return draft.isOver ? 4 : 1;
    return draft.model.refusesInTransaction ? 60 : 8;
  },
  /** Most telling while sends of the transaction wait. */
  rollback: (draft) => {
    if (!draft.inTransaction) return draft.isOver ? 4 : 1;
    return draft.model.ledger.waiting.size > 1 ? 24 : 6;
  },
  /** Most telling while something is unanswered. */
  flush: ({ model }) => (unansweredSends(model.ledger).length > 0 ? 12 : 4),
  'ack of begin': () => 30,
  'ack of commit': () => 30,
  'ack of rollback': () => 30,
  'refuse of begin': () => 4,
  'refuse of commit': () => 10,
  'refuse of rollback': () => 6,
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
