// The clock of a real-time case: how much time has passed that no event has recorded yet.
import type { HistoryEvent } from '../../../spec/events/history.ts';
import { realNowMs } from '../in-process/virtual-time.ts';

/** Timers may run early by a little, by another clock. */
const TIMER_SLACK_MS = 2;

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

/** Milliseconds to add before an event, so that a timeout is not held to be early for its clock. */
export function slackMsBefore(event: HistoryEvent): number {
  return event.event === 'throw' && event.error.kind === 'timeout' ? TIMER_SLACK_MS : 0;
}
