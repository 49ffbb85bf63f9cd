// What is over is remembered for a while only, so that memory follows what is outstanding.

/** How many ended entries are remembered, so that late and repeated answers are recognised. */
export const REMEMBERED = 1024;

/** A map whose retired entries are forgotten, oldest first, once more than `REMEMBERED` have retired. */
export class Recent<K, V> {
  readonly entries = new Map<K, V>();
  retired: K[] = [];
  forgotten = 0;

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  /** Enters a value. Returns false for a key that is known already. */
  add(key: K, value: V): boolean {
    const { size } = this.entries;
    this.entries.set(key, value);
    return this.entries.size > size;
  }

  /** Enters a value in place of one that was known. */
  replace(key: K, value: V): void {
    this.entries.set(key, value);
    // The former entry is forgotten now: this one would be forgotten in its stead.
    this.retired = this.retired.slice(this.forgotten).filter((one) => one !== key);
    this.forgotten = 0;
  }

  /** Marks an entry as ended. Call it once for each key. */
  retire(key: K): void {
    this.retired.push(key);
    if (this.retired.length - this.forgotten <= REMEMBERED) return;
    this.entries.delete(this.retired[this.forgotten] as K);
    this.forgotten += 1;
    if (this.forgotten < REMEMBERED) return;
    this.retired = this.retired.slice(REMEMBERED);
    this.forgotten = 0;
  }
}
