// Forking and comparing states. A state is made of instances of classes, sets, maps and arrays, which the fold
// changes, and of plain objects, which come from events and never change: so neither needs a list of fields.
// Only the units in names are known here: `…Turn`, `…AtMs`.

/** A copy that shares with the original what never changes, and inside what the original shares inside. */
export function fork<T>(state: T): T {
  return copyOf(state, new Map()) as T;
}

function copyOf(value: unknown, copies: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return value;
  const known = copies.get(value);
  if (known) return known;
  if (value instanceof Set) return copyOfSet(value, copies);
  if (value instanceof Map) return copyOfMap(value, copies);
  const copy = Object.assign(Array.isArray(value) ? [] : Object.create(prototype), value);
  copies.set(value, copy);
  for (const name in copy)
    if (typeof copy[name] === 'object') copy[name] = copyOf(copy[name], copies);
  return copy;
}

function copyOfSet(set: ReadonlySet<unknown>, copies: Map<object, object>): Set<unknown> {
  const copy = new Set<unknown>();
  copies.set(set, copy);
  for (const item of set) copy.add(copyOf(item, copies));
  return copy;
}

function copyOfMap(map: ReadonlyMap<unknown, unknown>, copies: Map<object, object>): object {
  const copy = new Map<unknown, unknown>();
  copies.set(map, copy);
  for (const [key, item] of map) copy.set(key, copyOf(item, copies));
  return copy;
}

/**
 * A text that is equal for two states of one case's settings only if no rule can tell their futures apart:
 * turns count by their order, moments by their age, up to `longestMs`.
 */
export function keyOf(state: { readonly nowAtMs: number }, longestMs: number): string {
  const writer = new KeyWriter(state.nowAtMs, longestMs);
  writer.write('', state);
  return writer.finish();
}

class KeyWriter {
  readonly #nowAtMs: number;
  readonly #longestMs: number;
  readonly #parts: unknown[] = [];
  readonly #met = new Map<object, number>();
  /** Places in `#parts` that hold the number of a turn. */
  readonly #turns: number[] = [];

  constructor(nowAtMs: number, longestMs: number) {
    this.#nowAtMs = nowAtMs;
    this.#longestMs = longestMs;
  }

  write(name: string, value: unknown): void {
    if (typeof value === 'number') this.#number(name, value);
    else if (typeof value !== 'object' || value === null) this.#parts.push(value);
    else this.#object(value);
  }

  finish(): string {
    const turns = [...new Set(this.#turns.map((at) => this.#parts[at] as number))];
    turns.sort((one, other) => one - other);
    for (const at of this.#turns) this.#parts[at] = turns.indexOf(this.#parts[at] as number);
    return this.#parts.join();
  }

  #object(value: object): void {
    const known = this.#met.get(value);
    if (known !== undefined) return void this.#parts.push(`#${known}`);
    this.#met.set(value, this.#met.size);
    if (value instanceof Map)
      for (const pair of value) for (const item of pair) this.write('', item);
    else if (value instanceof Set) for (const item of value) this.write('', item);
    else for (const [name, field] of Object.entries(value)) this.write(name, field);
    this.#parts.push('|');
  }

  #number(name: string, value: number): void {
    if (name === 'turn' || name.endsWith('Turn')) {
      if (value >= 0) this.#turns.push(this.#parts.length);
      this.#parts.push(value);
    } else if (name.endsWith('AtMs')) {
      this.#parts.push(value < 0 ? 'none' : Math.min(this.#nowAtMs - value, this.#longestMs));
    } else this.#parts.push(value);
  }
}
