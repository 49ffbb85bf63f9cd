// The clock of a real-time case: how much time has passed that no event has recorded yet.
import { realNowMs } from '../bench/virtual-time.ts';

/** Counts whole milliseconds, rounded up: a rule is never told of less time than passed. */
export class RealClock {
  readonly #startMs = realNowMs();
  #recordedMs = 0;

  /** Milliseconds that passed since the last `take`. */
  get unrecordedMs(): number {
    return Math.max(0, Math.ceil(realNowMs() - this.#startMs) - this.#recordedMs);
  }

  /** The same, and `moreMs`; from now on they count as recorded. */
  take(moreMs = 0): number {
    const ms = this.unrecordedMs + moreMs;
    this.#recordedMs += ms;
    return ms;
  }
}
