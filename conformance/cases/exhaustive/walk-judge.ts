// The judge of a walk: what the beginning of a run shares with the run before was judged then, and is only
// folded in, once it is seen to be the same. A beginning that differs shows a subject out of control.
import { Judge } from '../../../spec/check.ts';
import type { Failure } from '../../../spec/events/failure.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { Walker } from './walk.ts';

/** Judges one run after another. */
export class WalkJudge extends Judge implements Walker {
  /** The events of the run before, up to where the current one took its own way, and beyond. */
  #before: HistoryEvent[] = [];
  #now: HistoryEvent[] = [];
  #shared = 0;
  /** The run did not begin as the run before had. */
  diverged = false;
  /** The turn in which a rule was first broken is over. */
  judgedAll = false;

  /** Events of the current run. */
  get events(): number {
    return this.#now.length;
  }

  /** A run begins that shares so many events with the run before. */
  begin(shared: number): void {
    this.#shared = shared;
    [this.#before, this.#now] = [this.#now, this.#before];
    this.#now.length = 0;
    this.judgedAll = false;
  }

  override next(event: HistoryEvent): void {
    const at = this.#now.length;
    this.#now.push(event);
    if (at > 0 && at < this.#shared) {
      if (isSame(event, this.#before[at])) return this.skip(event);
      this.diverged = true;
    }
    super.next(event);
    if (event.event === 'settle' && this.breaches.length > 0) this.judgedAll = true;
  }
}

/** Whether two events say the same; the messages of errors are for people, and may differ. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const fields = one as Record<string, unknown>;
  const others = other as Record<string, unknown>;
  for (const name in fields) {
    if (name === 'error') {
      if ((fields[name] as Failure).kind !== (others[name] as Failure | undefined)?.kind)
        return false;
    } else if (!isSame(fields[name], others[name])) return false;
  }
  return true;
}
