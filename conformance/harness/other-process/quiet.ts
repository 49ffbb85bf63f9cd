// How long nothing must be heard before a case may be at rest, by what it has just been through.
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { BrokerEnd } from '../brokers/broker-end.ts';

/** Whatever happened. */
const ALWAYS_MS = 5;
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

/** Chooses the quiet of each settle point of a case. */
export class Quiet {
  readonly #end: BrokerEnd;
  readonly #samplesUsage: boolean;
  /** How long the broker was silent when the gate was last shut blindly. */
  #silenceMs = Number.POSITIVE_INFINITY;

  constructor(end: BrokerEnd, samplesUsage: boolean) {
    this.#end = end;
    this.#samplesUsage = samplesUsage;
  }

  /** Milliseconds once the producer is open: nothing was asked of it yet. */
  get afterOpening(): number {
    return ALWAYS_MS;
  }

  /** Milliseconds for the settle point that is next. */
  next(ledger: Ledger): number {
    if (ledger.lost) return AFTER_LOSS_MS;
    if (!this.#end.isLettingThrough)
      return ledger.closeTurn === ledger.turn && ledger.isRacing
        ? AFTER_RACING_CLOSE_MS
        : ALWAYS_MS;
    if (this.#samplesUsage) return AFTER_RELEASE_MS;
    this.#silenceMs = Math.max(AFTER_BLIND_RELEASE_MS, this.#end.silenceMs);
    return this.#silenceMs;
  }

  /**
   * The gate was shut too early, as is known by now: what it keeps may be an answer that is recorded as
   * given, and whoever waits for it would be blamed.
   */
  get wasTooShort(): boolean {
    return this.#end.silenceMs > this.#silenceMs;
  }
}
