// What a producer counts about itself. Times are left out: no rule reads a clock.

/** Send statistics. Each figure only ever grows. */
export class SendStatistics {
  #messages = 0;
  #bytes = 0;
  #waited = 0;
  #refused = 0;

  /** Sends that returned: blocking ones with their acknowledgement, others once admitted. */
  get messages(): number {
    return this.#messages;
  }

  /** The sizes of those messages, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sends that had to wait for window space, whatever became of them. */
  get waited(): number {
    return this.#waited;
  }

  /** Messages that the broker refused. */
  get refused(): number {
    return this.#refused;
  }

  /** @internal A send returned (notes, `stats.onMessage()`). */
  onMessage(size: number): void {
    this.#messages += 1;
    this.#bytes += size;
  }

  /** @internal A send found no room. */
  onWait(): void {
    this.#waited += 1;
  }

  /** @internal The broker refused a message. */
  onRefusal(): void {
    this.#refused += 1;
  }
}
