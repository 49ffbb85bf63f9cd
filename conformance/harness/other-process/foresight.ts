// What a settle point would find, without making it one: the judge is forked, and told what may come next.
import type { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';

/** The breaches that `next` would bring, were it to follow now; `judge` is left alone. */
export function foresee(judge: Judge, next: readonly HistoryEvent[]): readonly LocatedBreach[] {
  const copy = judge.fork();
  const known = copy.breaches.length;
  for (const event of next) copy.next(event);
  return copy.breaches.slice(known);
}
