// Real time that no event has recorded yet.
import { realNowMs } from './in-process/virtual-time.ts';

/** Counts whole milliseconds, rounded up: a rule is never told of less time than passed. */
export class Stopwatch {
  readonly #startMs = realNowMs();
  #takenMs = 0;

  /** Milliseconds that passed since the last `take`. */
  get ms(): number {
    return Math.max(0, Math.ceil(realNowMs() - this.#startMs) - this.#takenMs);
  }

  /** The same, and `moreMs`; from now on they count as taken. */
  take(moreMs = 0): number {
    const ms = this.ms + moreMs;
    this.#takenMs += ms;
    return ms;
  }
}
