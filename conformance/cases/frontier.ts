// Breadth-first search over states: those found so far, in the order in which they were found. States with
// one key have the same future, and need be followed once only.

/** Iterates over its states while they are found. */
export class Frontier<State> implements Iterable<State> {
  readonly #states: State[] = [];
  /** The places of the states of each key. */
  readonly #places = new Map<string | number, number[]>();
  readonly #ways: number;

  /** `ways`: how many states of one key are followed, in case the key tells too little. Default: one. */
  constructor(ways = 1) {
    this.#ways = ways;
  }

  get size(): number {
    return this.#states.length;
  }

  /** Makes and adds a state, unless enough of its key are known. Returns its place, or that of the last known. */
  reach(key: string | number, make: () => State): number {
    const places = this.#places.get(key) ?? [];
    if (places.length < this.#ways) {
      places.push(this.#states.push(make()) - 1);
      this.#places.set(key, places);
    }
    return places.at(-1)!;
  }

  [Symbol.iterator](): Iterator<State> {
    return this.#states[Symbol.iterator]();
  }
}
