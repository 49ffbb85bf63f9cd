// The record of one case: every observation, in the order in which it is made, goes into the history and
// to the judge. What is observed, and when, is the case's business.
import type { Judge } from '../../../spec/check.ts';
import type { HistoryEvent, OpenEvent } from '../../../spec/events/history.ts';
import type { Observed, Settler } from './settle.ts';

/** Writes a history until it is shut. */
export class Recorder implements Observed {
  readonly history: HistoryEvent[] = [];
  /** Events so far, the passing of time left out. */
  observed = 0;
  /** The case is over: nothing is recorded any more. */
  over = false;
  readonly #judge: Judge;
  readonly #settler: Settler;

  constructor(judge: Judge, settler: Settler) {
    this.#judge = judge;
    this.#settler = settler;
  }

  /** The first event: time begins with it. */
  begin(event: OpenEvent): void {
    this.#note(event);
  }

  record(event: HistoryEvent): void {
    if (this.over) return;
    const ms = this.#speaksFor(event) ? 0 : this.#settler.unrecordedMs();
    if (ms > 0) this.#note({ event: 'advance', ms });
    this.observed += 1;
    this.#note(event);
  }

  /** Records that time has passed. */
  recordAdvance(ms: number): void {
    if (ms > 0 && !this.over) this.#note({ event: 'advance', ms });
  }

  /** A figure speaks for the settle point that follows it at once. */
  #speaksFor({ event }: HistoryEvent): boolean {
    return event === 'settle' && this.history.at(-1)?.event === 'usage';
  }

  #note(event: HistoryEvent): void {
    this.history.push(event);
    this.#judge.next(event);
  }
}
