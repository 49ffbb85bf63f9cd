// How one scenario finds its next step among those that are enabled: by each of the searches.
import type { Coverage } from './coverage/coverage.ts';
import { transitionOf } from './coverage/transition.ts';
import { drawDetails } from './details.ts';
import type { Draft } from './draft.ts';
import type { Search } from './search.ts';
import type { Step } from './step.ts';
import { kindOf, KINDS, WEIGHTS } from './weights.ts';

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

/** The steps that are enabled now, by kind, each kind with its weight. */
class Ballot {
  readonly #draft: Draft;
  readonly #steps: Step[][] = KINDS.map(() => []);
  readonly weights: readonly number[];

  constructor(draft: Draft) {
    this.#draft = draft;
    for (const step of draft.enabled()) this.#steps[kindOf(step)]!.push(step);
    this.weights = KINDS.map((kind, at) => {
      const count = this.#steps[at]!.length;
      return count > 0 ? WEIGHTS[kind](draft, count) : 0;
    });
  }

  draw(adapt = (weight: number) => weight): Step {
    const weights = this.weights.map(adapt);
    let ticket = this.#draft.choose(
      1,
      weights.reduce((sum, weight) => sum + weight),
    );
    const kind = weights.findIndex((weight) => (ticket -= weight) <= 0);
    return this.ofKind(kind);
  }

  /** One of the steps of a kind, of which there are some. */
  ofKind(kind: number): Step {
    return drawDetails(this.#draft, this.#steps[kind]!);
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
  const priorities = KINDS.map(() => draft.choose(1, 1_000_000));
  const changes = Array.from({ length: CHANGES }, () => draft.choose(1, LAST_CHANGE));
  let lowest = 0;
  const firstOf = ({ weights }: Ballot) => {
    const heavy = priorities.map((priority, at) =>
      weights[at]! >= LEAST_WEIGHT ? priority : Number.NEGATIVE_INFINITY,
    );
    const highest = Math.max(...heavy);
    return Number.isFinite(highest) ? heavy.indexOf(highest) : undefined;
  };
  return () => {
    const ballot = new Ballot(draft);
    let first = firstOf(ballot);
    if (first !== undefined && changes.includes(draft.steps)) {
      priorities[first] = lowest -= 1;
      first = firstOf(ballot);
    }
    return first === undefined ? ballot.draw() : ballot.ofKind(first);
  };
}
