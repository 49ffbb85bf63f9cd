// Bounded memory for what has ended: late and repeated answers are recognised for a while, so that a
// check needs memory for what is outstanding and not for the whole history.

/** How many ended entries are remembered. */
export const REMEMBERED = 1024;

/** A map whose retired entries are forgotten, oldest first, once more than `REMEMBERED` have retired. */
export class Recent<K, V> {
  /** Made with the first entry: most cases have no transaction, and many no call that ends. */
  #entries: Map<K, V> | undefined;
  #retired: K[] | undefined;
  #forgotten = 0;

  get(key: K): V | undefined {
    return this.#entries?.get(key);
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false;
  }

  /** Enters a value. Returns false for a key that is known already. */
  add(key: K, value: V): boolean {
    const entries = (this.#entries ??= new Map());
    const { size } = entries;
    entries.set(key, value);
    return entries.size > size;
  }

  /** Marks an entry as ended. Call it once for each key. */
  retire(key: K): void {
    const retired = (this.#retired ??= []);
    retired.push(key);
    if (retired.length - this.#forgotten <= REMEMBERED) return;
    this.#entries?.delete(retired[this.#forgotten] as K);
    this.#forgotten += 1;
    if (this.#forgotten === REMEMBERED) {
      this.#retired = retired.slice(REMEMBERED);
      this.#forgotten = 0;
    }
  }
}
