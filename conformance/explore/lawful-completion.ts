// Whether a history can go on lawfully without any help: by what a producer may do of itself, up to a
// settle point. If not, the history is a dead end: the rule book asks for what nobody can do.
import { ERROR_KINDS } from '../../spec/events/failure.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { Alphabet } from './alphabet.ts';
import type { Position } from './position.ts';
import { responsesAfter } from './responses.ts';

/** What a producer may use to complete a history: honest packets, and errors of every kind. */
const MEANS: Alphabet = {
  name: 'lawful completions',
  shapes: [],
  sends: 0,
  kinds: ERROR_KINDS,
  reports: true,
  depth: 0,
};

/** Looks for lawful completions of histories that open alike, by one set of rules; remembers what it found. */
export class LawfulCompletion {
  /** States that have one, and states that do not. */
  readonly #completed = new Set<string>();
  readonly #deadEnds = new Set<string>();

  /** Whether some sequence of a producer's own events, and then a settle, breaks no rule. */
  existsAfter(position: Position): boolean {
    const visited = new Set<string>();
    const exists = this.#explore(position, visited);
    if (!exists) for (const key of visited) this.#deadEnds.add(key);
    return exists;
  }

  /** What a producer can do of itself is finite: each state is looked at once. */
  #explore(position: Position, visited: Set<string>): boolean {
    const { key } = position;
    if (this.#completed.has(key)) return true;
    if (this.#deadEnds.has(key) || visited.has(key)) return false;
    visited.add(key);
    const exists =
      position.try(SETTLE).kind === 'accepted' || this.#someResponse(position, visited);
    if (exists) this.#completed.add(key);
    return exists;
  }

  #someResponse(position: Position, visited: Set<string>): boolean {
    const { ledger } = position;
    return responsesAfter(MEANS, ledger).some((event) => {
      if (!mayHelp(event, ledger)) return false;
      const outcome = position.try(event);
      return outcome.kind === 'accepted' && this.#explore(outcome.position, visited);
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
