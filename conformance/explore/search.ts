// The exhaustive search: every history over an alphabet up to a depth, as long as it breaks no rule.
// Histories with the same future are followed once; how many there are of each is counted all the same.
import type { History, HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { Frontier } from '../cases/frontier.ts';
import { openOf, stepsAfter, type Alphabet } from './alphabet.ts';
import { readPromises } from './independent-oracle.ts';
import { Position, type Outcome } from './position.ts';
import { responsesAfter } from './responses.ts';

/** What a search tells while it goes. */
export interface Visitor {
  /** A state, by the first history found to lead to it. */
  state?(position: Position): void;
  /** What one more event makes of a state; `promise`: one that is broken as the raw events tell it. */
  tried?(before: Position, event: HistoryEvent, outcome: Outcome, promise?: string): void;
}

/** What a search came to. */
export interface SearchResult {
  /** Accepted histories, those with the same future taken as one. */
  readonly states: number;
  /** Accepted histories. */
  readonly accepted: number;
  /** Histories that a rule ends. */
  readonly broken: number;
  /** Rules that held at least once in an accepted history. */
  readonly exercised: ReadonlySet<RuleId>;
}

/** Everything that may come next, lawful or not. */
export function eventsAfter(alphabet: Alphabet, history: History, ledger: Ledger): HistoryEvent[] {
  return [
    ...stepsAfter(alphabet, ledger, history.at(-1)),
    ...responsesAfter(alphabet, ledger),
    { event: 'settle' },
  ];
}

/** A state of the search, and where its events lead. */
interface Node {
  readonly history: History;
  /** The states its accepted events lead to. */
  readonly next: number[];
  broken: number;
}

/** Searches every history over `alphabet` of up to `depth` events after `open`, breadth first. */
export function search(
  alphabet: Alphabet,
  profile: Profile,
  depth: number,
  visitor: Visitor = {},
): SearchResult {
  const after = Position.by(profile);
  const exercised = new Set<RuleId>();
  const nodes = new Frontier<Node>();
  const reach = (key: string, history: History) =>
    nodes.reach(key, () => ({ history, next: [], broken: 0 }));
  reach('', [openOf(alphabet)]);
  for (const node of nodes) {
    const { history } = node;
    const position = after(history);
    visitor.state?.(position);
    if (history.length > depth) continue;
    for (const event of eventsAfter(alphabet, history, position.ledger)) {
      const outcome = position.try(event);
      if (outcome.kind === 'impossible') continue;
      const longer = [...history, event];
      const promises = readPromises(longer, profile);
      visitor.tried?.(position, event, outcome, promises.broken);
      if (outcome.kind === 'broken') node.broken += 1;
      else {
        for (const rule of outcome.held) exercised.add(rule);
        const callback = alphabet.nested ? callbackOf(event) : '';
        node.next.push(reach(`${outcome.position.key};${promises.key};${callback}`, longer));
      }
    }
  }
  return { states: nodes.size, ...countHistories([...nodes], depth), exercised };
}

/** What a callback sends is part of the future just after it fired. */
function callbackOf(event: HistoryEvent): number {
  return event.event === 'complete' ? event.op : 0;
}

/** How many histories the states stand for: as many as there are ways to reach them. */
function countHistories(nodes: readonly Node[], depth: number) {
  const totals = { accepted: 0, broken: 0 };
  let level = new Map([[0, 1]]);
  for (let length = 0; length <= depth; length += 1) {
    const next = new Map<number, number>();
    for (const [at, ways] of level) {
      const node = nodes[at] as Node;
      totals.accepted += ways;
      if (length === depth) continue;
      totals.broken += ways * node.broken;
      for (const to of node.next) next.set(to, (next.get(to) ?? 0) + ways);
    }
    level = next;
  }
  return totals;
}
