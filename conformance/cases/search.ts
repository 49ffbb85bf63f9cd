// How the next step of a scenario is found among the moves that are possible.
import type { Coverage } from './coverage/coverage.ts';
import { transitionOf } from './coverage/transition.ts';
import type { Draft } from './draft.ts';
import { MOVES } from './moves.ts';
import type { Step } from './step.ts';

/**
 * `weighted`: by the weights of the moves, which favour what is rare and telling. `steered`: of two steps
 * drawn so, the one that was taken less often in such a situation. `priorities`: the possible move of the
 * highest priority, which a few times loses it (PCT; Burckhardt, Kothari, Musuvathi and Nagarakatte, "A
 * Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). `uniform`: every
 * possible move is as likely. `mixed`: mostly weighted, and now and then steered or by priorities.
 */
export const SEARCHES = ['mixed', 'weighted', 'steered', 'priorities', 'uniform'] as const;
/** One of the searches. */
export type Search = (typeof SEARCHES)[number];

/** Draws the steps of one scenario. */
export interface Pilot {
  /** A step that may come next. The draft has looked. */
  next(): Step;
}

/** The pilot of a scenario, by the search that its scope asks for. */
export function pilotOf(draft: Draft, coverage: Coverage): Pilot {
  const { search = 'mixed' } = draft.scope;
  switch (search === 'mixed' ? drawSearch(draft) : search) {
    case 'uniform':
      return { next: () => drawMove(draft, Math.sign) };
    case 'priorities':
      return new Priorities(draft);
    case 'steered':
      return { next: () => lessCovered(draft, coverage) };
    case 'weighted':
      return { next: () => drawMove(draft) };
  }
}

/** What each finds in fewest cases is another thing: `npm run mutants -- --search NAME` measures one alone. */
function drawSearch({ choose }: Draft): Exclude<Search, 'mixed'> {
  const ticket = choose(1, 100);
  if (ticket <= 20) return 'steered';
  return ticket <= 25 ? 'priorities' : 'weighted';
}

function lessCovered(draft: Draft, coverage: Coverage): Step {
  const [one, other] = [drawMove(draft), drawMove(draft)];
  const { ledger } = draft.model;
  const [taken, otherTaken] = [one, other].map((step) =>
    coverage.count(transitionOf(step, ledger)),
  );
  return otherTaken! < taken! ? other : one;
}

const weights = MOVES.map(() => 0);

function drawMove(draft: Draft, adapt = (weight: number) => weight): Step {
  let total = 0;
  for (let at = 0; at < MOVES.length; at += 1) {
    const weight = adapt(MOVES[at]!.weight(draft));
    weights[at] = weight;
    total += weight;
  }
  let ticket = draft.choose(1, total);
  for (let at = 0; at < MOVES.length; at += 1) {
    ticket -= weights[at]!;
    if (ticket <= 0) return MOVES[at]!.step(draft);
  }
  throw new Error('the weights do not add up');
}

/** Moves of less weight mostly do nothing: at a high priority they would be all that happens. */
const LEAST_WEIGHT = 5;
/** How often the highest priority is lost. */
const CHANGES = 3;
/** They fall in the part of a scenario that every scenario has. */
const LAST_CHANGE = 20;

/** Each move has a priority; the highest of those possible goes first. */
class Priorities implements Pilot {
  readonly #draft: Draft;
  readonly #priorities: number[];
  readonly #changes: number[];
  #lowest = 0;
  #at = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
    this.#priorities = MOVES.map(() => draft.choose(1, 1_000_000));
    this.#changes = Array.from({ length: CHANGES }, () => draft.choose(1, LAST_CHANGE));
  }

  next(): Step {
    const draft = this.#draft;
    // A step that turned out not to be enabled would be drawn for ever.
    const isRefused = draft.steps < this.#at;
    let first = this.#first();
    if (isRefused || this.#changes.includes(this.#at)) {
      this.#priorities[first] = this.#lowest -= 1;
      first = this.#first();
    }
    this.#at = draft.steps + 1;
    return MOVES[first]!.step(draft);
  }

  #first(): number {
    let first = 0;
    for (let at = 1; at < MOVES.length; at += 1) {
      const isPossible = MOVES[at]!.weight(this.#draft) >= LEAST_WEIGHT;
      if (isPossible && this.#priorities[at]! > this.#priorities[first]!) first = at;
    }
    return first;
  }
}
