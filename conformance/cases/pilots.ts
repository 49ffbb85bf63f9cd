// How one scenario finds its next step among those that are enabled: by each of the searches.
import type { Coverage } from './coverage/coverage.ts';
import { transitionOf } from './coverage/transition.ts';
import { drawStep } from './details.ts';
import type { Draft } from './draft.ts';
import { KINDS, type Enabled, type Kind } from './enabled.ts';
import type { Search } from './search.ts';
import type { Step } from './step.ts';
import { WEIGHTS } from './weights.ts';

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
  for (const kind of KINDS) priorities.set(kind, draft.choose(1, 1_000_000));
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
