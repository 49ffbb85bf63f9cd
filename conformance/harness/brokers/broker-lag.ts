// How long a real broker takes to answer, as far as was seen: what bounds how long an answer to what
// was sent before may still be on its way.

/** Milliseconds after which what a broker says is taken to be no answer, but a heartbeat. */
const UNASKED_MS = 1_000;
/** How many times longer than ever seen an answer may take. */
const SAFETY = 2;

/** Remembers the longest wait for a broker, over all cases. */
export class BrokerLag {
  #longestMs = 0;

  /** The broker said something this long after the client last did. */
  note(ms: number): void {
    if (ms <= UNASKED_MS) this.#longestMs = Math.max(this.#longestMs, ms);
  }

  /** Milliseconds of silence after which no answer is on its way any more. */
  get silenceMs(): number {
    return SAFETY * this.#longestMs;
  }
}
