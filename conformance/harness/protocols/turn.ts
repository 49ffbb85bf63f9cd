// Answers that a broker gives in one turn, for protocols in which one frame can answer several messages.

/** Gathers answers, and tells them together at the end of the turn, in the order in which they were given. */
export class Turn<Answer> {
  readonly #tell: (answers: readonly Answer[]) => void;
  #answers: Answer[] = [];

  constructor(tell: (answers: readonly Answer[]) => void) {
    this.#tell = tell;
  }

  add(answer: Answer): void {
    if (this.#answers.length === 0) queueMicrotask(() => this.#end());
    this.#answers.push(answer);
  }

  #end(): void {
    const answers = this.#answers;
    this.#answers = [];
    this.#tell(answers);
  }
}

/** Cuts a list where two neighbours do not belong together. */
export function runsOf<Item>(
  items: readonly Item[],
  belong: (former: Item, next: Item) => boolean,
): readonly (readonly [Item, ...Item[]])[] {
  const runs: [Item, ...Item[]][] = [];
  let former: Item | undefined;
  for (const item of items) {
    if (former !== undefined && belong(former, item)) runs.at(-1)!.push(item);
    else runs.push([item]);
    former = item;
  }
  return runs;
}
