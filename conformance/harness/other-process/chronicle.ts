// The history of one case as it grows: each event is judged as it is recorded, with the time that has
// passed before it. What is recorded when, and what a breach proves, is the case's business.
import type { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';
import { foresee } from './foresight.ts';
import { RealClock, slackMsBefore } from './real-clock.ts';

/** Records the events of a case, in order. */
export class Chronicle {
  readonly history: HistoryEvent[] = [];
  readonly #judge: Judge;
  readonly #clock = new RealClock();
  /** Without timeouts no rule reads the clock; once a turn is enough then, and easier to read. */
  readonly #isTimed: boolean;

  constructor(judge: Judge, isTimed: boolean) {
    this.#judge = judge;
    this.#isTimed = isTimed;
  }

  get ledger(): Ledger {
    return this.#judge.ledger as Ledger;
  }

  /** Records an event at the time it is heard of, and returns what it broke. */
  record(event: HistoryEvent): readonly LocatedBreach[] {
    if (this.#isTimed && event.event !== 'open') this.recordTime(slackMsBefore(event));
    return this.note(event);
  }

  /** Records an event that takes no time. */
  note(event: HistoryEvent): readonly LocatedBreach[] {
    const known = event.event === 'open' ? 0 : this.#judge.breaches.length;
    this.history.push(event);
    this.#judge.next(event);
    return this.#judge.breaches.slice(known);
  }

  recordTime(slackMs = 0): void {
    const ms = this.#clock.take(slackMs);
    if (ms > 0) this.note({ event: 'advance', ms });
  }

  /** The breaches that these events would bring, were they to follow now. */
  foresee(next: readonly HistoryEvent[]): readonly LocatedBreach[] {
    const ms = this.#clock.unrecordedMs;
    const time: HistoryEvent[] = ms > 0 ? [{ event: 'advance', ms }] : [];
    return foresee(this.#judge, [...time, ...next]);
  }
}
