// What a settle point would find, without making it one: the case so far is judged again, with what
// may come next at its end. A case is short, and judging it costs less than a round trip to the
// adapter.
import { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';

/**
 * The breaches that `next` would bring, were it to follow the case so far; `judge` is left alone.
 */
export function foresee(
  judge: Judge,
  history: readonly HistoryEvent[],
  next: readonly HistoryEvent[],
): readonly LocatedBreach[] {
  const shadow = new Judge(judge.profile, judge.rules);
  for (const event of history) shadow.next(event);
  const known = shadow.breaches.length;
  for (const event of next) shadow.next(event);
  return shadow.breaches.slice(known);
}
