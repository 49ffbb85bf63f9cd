// Quiescence in real time: how long nothing must be heard before a case may count as settled. Quiet alone proves
// nothing: a slow producer on a loaded machine is quiet too. So a case has settled only when a settle point would
// blame nobody, or when that has been waited for in vain.
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';
import type { TcpDriver } from '../brokers/endpoint.ts';
import { realDelay, realNowMs } from '../in-process/virtual-time.ts';

/** Round trips without news that make it quiet, however fast they are. */
const QUIET_ROUNDS = 3;
/** Milliseconds between round trips: at first, and once nothing but an accusation is waited for. */
const PACE_MS = 1;
const SLOW_PACE_MS = 10;
/** Milliseconds after which a case that never keeps quiet, such as one with a heartbeat, counts as quiet. */
const BUSY_MS = 5_000;
/** Milliseconds for any one settle point, news or no news. */
const LIMIT_MS = 15_000;

/** What settling needs to see of a case. */
export interface Watched {
  /** Grows with every event of the adapter and every byte that passes. */
  readonly activity: number;
  /** A round trip through the adapter: it is alive, and what it said before has been heard. */
  roundTrip(): Promise<void>;
  /** What a settle point now would find broken. */
  accusations(): readonly LocatedBreach[];
}

/**
 * Waits until nothing moves and nobody would be blamed, or until that has been waited for long enough. Resolves to the
 * milliseconds after which the last news came.
 */
export async function untilSettled(
  watched: Watched,
  /** Milliseconds without any event or byte, at least. */
  quietMs: number,
  /** Milliseconds without any news before an accusation is believed. */
  graceMs: (accusations: readonly LocatedBreach[]) => number,
): Promise<number> {
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
    const isSilent = rounds >= QUIET_ROUNDS && nowMs - newsMs >= quietMs;
    const isQuiet = isSilent || nowMs - startMs >= BUSY_MS;
    if (isQuiet) {
      const accusations = watched.accusations();
      const isPatient = nowMs - newsMs < graceMs(accusations) && nowMs - startMs < LIMIT_MS;
      if (accusations.length === 0 || !isPatient) return newsMs - startMs;
    }
    await realDelay(isQuiet ? SLOW_PACE_MS : PACE_MS);
  }
}

/** Milliseconds of quiet, whatever happened. */
export const ALWAYS_MS = 5;
/** After a loss: the producer has to notice it by itself. */
const AFTER_LOSS_MS = 50;
/**
 * After a close that raced with what was sent before: without TCP_NODELAY the last packets may wait for as
 * long as their peer delays the acknowledgement of the first.
 */
const AFTER_RACING_CLOSE_MS = 250;
/** After answers were let through: the last of them must have come before the gate is shut. */
const AFTER_RELEASE_MS = 8;
/** Likewise, where no usage figure tells whether it has. */
const AFTER_BLIND_RELEASE_MS = 60;

/** Chooses the quiet of each settle point of a case, by what the case has just been through. */
export class QuiescencePolicy {
  readonly #broker: TcpDriver;
  readonly #samplesUsage: boolean;
  /** How long the broker was silent when the gate was last shut blindly. */
  #silenceMs = Number.POSITIVE_INFINITY;

  constructor(broker: TcpDriver, samplesUsage: boolean) {
    this.#broker = broker;
    this.#samplesUsage = samplesUsage;
  }

  /** Milliseconds for the settle point that is next. */
  nextMs(ledger: Ledger): number {
    if (ledger.lost) return AFTER_LOSS_MS;
    if (!this.#broker.isLettingThrough)
      return ledger.closeTurn === ledger.turn && ledger.isRacing
        ? AFTER_RACING_CLOSE_MS
        : ALWAYS_MS;
    if (this.#samplesUsage) return AFTER_RELEASE_MS;
    this.#silenceMs = Math.max(AFTER_BLIND_RELEASE_MS, this.#broker.silenceMs);
    return this.#silenceMs;
  }

  /**
   * The gate was shut too early, as is known by now: what it keeps may be an answer that is recorded as
   * given, and the call that waits for it would be blamed.
   */
  get wasTooShort(): boolean {
    return this.#broker.silenceMs > this.#silenceMs;
  }
}
