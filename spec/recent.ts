// Bounded memory for what has ended: late and repeated answers are recognised for a while, so that a
// check needs memory for what is outstanding and not for the whole history.

/** How many ended entries are remembered. */
export const REMEMBERED = 1024;

/** A map whose retired entries are forgotten, oldest first, once more than `REMEMBERED` have retired. */
export class Recent<K, V> {
  readonly #entries = new Map<K, V>();
  #retired: K[] = [];
  #forgotten = 0;

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value);
  }

  /** Marks an entry as ended. Call it once for each key. */
  retire(key: K): void {
    this.#retired.push(key);
    if (this.#retired.length - this.#forgotten <= REMEMBERED) return;
    this.#entries.delete(this.#retired[this.#forgotten] as K);
    this.#forgotten += 1;
    if (this.#forgotten === REMEMBERED) {
      this.#retired = this.#retired.slice(REMEMBERED);
      this.#forgotten = 0;
    }
  }
}
