// Coverage: which transitions some scenarios have led through, and how often.

/** Counts transitions: each a whole number that stands for a kind of step in a situation. */
export class Coverage {
  readonly #counts = new Map<number, number>();

  /** The transitions counted so far. */
  get transitions(): Iterable<number> {
    return this.#counts.keys();
  }

  /** How often a transition was noted. */
  count(transition: number): number {
    return this.#counts.get(transition) ?? 0;
  }

  /** Counts a transition once more. */
  note(transition: number): void {
    this.#counts.set(transition, this.count(transition) + 1);
  }
}
