// The exhaustive search: every history over an alphabet up to a depth, as long as it breaks no rule.
// Histories with the same future are followed once; how many there are of each is counted all the same.
import type { History, HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import { openOf, responsesAfter, stepsAfter, type Alphabet } from './alphabet.ts';
import { readPromises } from './promises.ts';
import { Trial, type Step } from './trial.ts';

/** What a search tells while it goes. */
export interface Visitor {
  /** A state, by the first history found to lead to it. */
  state?(history: History): void;
  /** What one more event makes of a state; `promise`: one that is broken as the raw events tell it. */
  tried?(history: History, event: HistoryEvent, step: Step, promise: string | undefined): void;
}

/** What a search came to. */
export interface SearchResult {
  /** Accepted histories, those with the same future taken as one. */
  readonly states: number;
  /** Accepted histories. */
  readonly accepted: number;
  /** Histories that a rule ends. */
  readonly broken: number;
  /** Histories that no rule accuses and none accepts: somebody is at fault, and it cannot be told who. */
  readonly disputed: number;
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
  disputed: number;
}

/** Searches every history over `alphabet` of up to `depth` events after `open`, breadth first. */
export function search(
  alphabet: Alphabet,
  profile: Profile,
  depth: number,
  visitor: Visitor = {},
): SearchResult {
  const trial = new Trial(profile);
  const known = new Map<string, number>();
  const exercised = new Set<RuleId>();
  const nodes: Node[] = [{ history: [openOf(alphabet)], next: [], broken: 0, disputed: 0 }];
  for (const node of nodes) {
    const { history } = node;
    visitor.state?.(history);
    if (history.length > depth) continue;
    for (const event of eventsAfter(alphabet, history, trial.fold(history))) {
      const step = trial.step(history, event);
      if (step.kind === 'impossible') continue;
      const longer = [...history, event];
      const promises = readPromises(longer, !profile.admitsOnlyWhatFits);
      visitor.tried?.(history, event, step, promises.broken);
      if (step.kind === 'broken') node.broken += 1;
      else if (step.kind === 'disputed') node.disputed += 1;
      else {
        for (const rule of step.held) exercised.add(rule);
        const key = `${step.key};${promises.key};${alphabet.nested ? callbackOf(event) : ''}`;
        let at = known.get(key);
        if (at === undefined) {
          at = nodes.length;
          known.set(key, at);
          nodes.push({ history: longer, next: [], broken: 0, disputed: 0 });
        }
        node.next.push(at);
      }
    }
  }
  return { states: nodes.length, ...countHistories(nodes, depth), exercised };
}

/** What a callback sends is part of the future just after it fired. */
function callbackOf(event: HistoryEvent): number {
  return event.event === 'complete' ? event.op : 0;
}

/** How many histories the states stand for: as many as there are ways to reach them. */
function countHistories(nodes: readonly Node[], depth: number) {
  const totals = { accepted: 0, broken: 0, disputed: 0 };
  let level = new Map([[0, 1]]);
  for (let length = 0; length <= depth; length += 1) {
    const next = new Map<number, number>();
    for (const [at, ways] of level) {
      const node = nodes[at] as Node;
      totals.accepted += ways;
      if (length === depth) continue;
      totals.broken += ways * node.broken;
      totals.disputed += ways * node.disputed;
      for (const to of node.next) next.set(to, (next.get(to) ?? 0) + ways);
    }
    level = next;
  }
  return totals;
}
