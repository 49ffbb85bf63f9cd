// Whether a history can go on lawfully without any help: by what a producer may do of itself, up to a
// settle point. A rule book that leaves no such way asks for what nobody can do.
import { ERROR_KINDS } from '../../spec/events/failure.ts';
import type { History, HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import { responsesAfter, type Alphabet } from './alphabet.ts';
import { stateKey } from './state-key.ts';
import type { Trial } from './trial.ts';

/** What a producer may use on its way out: honest packets, and errors of every kind. */
const MEANS: Alphabet = {
  name: 'ways out',
  shapes: [],
  sends: 0,
  kinds: ERROR_KINDS,
  reports: true,
  depth: 0,
};

/** Finds lawful ways out of histories that open alike; remembers from where there is one. */
export class WaysOut {
  readonly #trial: Trial;
  /** States with a way out, and states without. */
  readonly #open = new Set<string>();
  readonly #shut = new Set<string>();

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  /**
   * Whether some sequence of a producer's own events after `history`, and then a settle, breaks no rule.
   * `key`: the history's state, if it is at hand.
   */
  existsAfter(history: History, key = stateKey(this.#trial.fold(history))): boolean {
    const visited = new Set<string>();
    const exists = this.#explore(history, key, visited);
    if (!exists) for (const dead of visited) this.#shut.add(dead);
    return exists;
  }

  /** What a producer can do of itself is finite: each state is looked at once. */
  #explore(history: History, key: string, visited: Set<string>): boolean {
    if (this.#open.has(key)) return true;
    if (this.#shut.has(key) || visited.has(key)) return false;
    visited.add(key);
    const isOpen =
      this.#trial.step(history, SETTLE).kind === 'accepted' || this.#someResponse(history, visited);
    if (isOpen) this.#open.add(key);
    return isOpen;
  }

  #someResponse(history: History, visited: Set<string>): boolean {
    const ledger = this.#trial.fold(history);
    return responsesAfter(MEANS, ledger).some((event) => {
      if (!mayHelp(event, ledger)) return false;
      const step = this.#trial.step(history, event);
      if (step.kind !== 'accepted') return false;
      return this.#explore([...history, event], step.key, visited);
    });
  }
}

const SETTLE: HistoryEvent = { event: 'settle' };

/** Whether an event can be owed: nobody asks for a second receipt, or for a report of what was not refused. */
function mayHelp(event: HistoryEvent, ledger: Ledger): boolean {
  const { notices } = ledger;
  if (event.event === 'receive' && event.packet.type === 'message')
    return ledger.sendOf(event.packet.message.id)?.received === false;
  if (event.event === 'complete') return [...notices.unfired].some(({ op }) => op === event.op);
  if (event.event === 'async-error')
    return [...notices.unreported].some(({ message }) => message.id === event.message);
  return true;
}
