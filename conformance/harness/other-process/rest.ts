// Settling in real time. Quiet alone proves nothing: a slow producer on a loaded machine is quiet
// too. So the case is at rest only when a settle point would blame nobody, or when patience is at
// its end.
import type { LocatedBreach } from '../../../spec/verdict.ts';
import { realDelay, realNowMs } from '../in-process/virtual-time.ts';

/** Round trips without news that make a rest, however fast they are. */
const QUIET_ROUNDS = 3;
/** Milliseconds between round trips: at first, and once only patience is left. */
const PACE_MS = 1;
const SLOW_PACE_MS = 10;
/**
 * Milliseconds after which a case that never keeps quiet, such as one with a heartbeat, counts as
 * at rest.
 */
const BUSY_MS = 5_000;
/** Milliseconds for any one rest, news or no news. */
const LIMIT_MS = 15_000;

/** What resting needs to see of a case. */
export interface Watched {
  /** Grows with every event of the adapter and every byte that passes. */
  readonly activity: number;
  /** A round trip through the adapter: it is alive, and what it said before has been heard. */
  roundTrip(): Promise<void>;
  /** What a settle point now would find broken. */
  foresee(): readonly LocatedBreach[];
}

/** How long to wait, in milliseconds. */
export interface Patience {
  /** Without any event or byte, at least. */
  readonly quietMs: number;
  /** Without any news, before an accusation is believed. */
  graceMs(accusations: readonly LocatedBreach[]): number;
}

/** Waits until nothing moves and nobody would be blamed, or until patience is at its end. */
export async function comeToRest(watched: Watched, patience: Patience): Promise<void> {
  const startMs = realNowMs();
  let newsMs = startMs;
  let seen = watched.activity;
  let rounds = 0;
  for (;;) {
    await watched.roundTrip();
    const nowMs = realNowMs();
    if (watched.activity === seen) rounds += 1;
    else {
      seen = watched.activity;
      newsMs = nowMs;
      rounds = 0;
    }
    const isQuiet = rounds >= QUIET_ROUNDS && nowMs - newsMs >= patience.quietMs;
    const isAtRest = isQuiet || nowMs - startMs >= BUSY_MS;
    if (isAtRest) {
      const accusations = watched.foresee();
      if (accusations.length === 0 || nowMs - startMs >= LIMIT_MS) return;
      if (nowMs - newsMs >= patience.graceMs(accusations)) return;
    }
    await realDelay(isAtRest ? SLOW_PACE_MS : PACE_MS);
  }
}

/** Waits until `isDone`, with round trips, for at most `ms`. Returns whether it came to be. */
export async function waitFor(
  isDone: () => boolean,
  ms: number,
  roundTrip: () => Promise<void>,
): Promise<boolean> {
  const untilMs = realNowMs() + ms;
  while (!isDone()) {
    if (realNowMs() >= untilMs) return false;
    await realDelay(PACE_MS);
    await roundTrip();
  }
  return true;
}
