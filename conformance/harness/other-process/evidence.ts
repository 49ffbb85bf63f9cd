// The evidence of one case: which of its breaches are proven, and which only a release can prove.
import type { Judge } from '../../../spec/check.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { LocatedBreach } from '../../../spec/verdict.ts';
import type { Convictions } from './convictions.ts';
import { proofOf } from './proof.ts';

/** Sorts the breaches of a case, and remembers for later cases what was proven. */
export class Evidence {
  /** Breaches without a proof. */
  readonly unproven: LocatedBreach[] = [];
  readonly #judge: Judge;
  readonly #convictions: Convictions;

  constructor(judge: Judge, convictions: Convictions) {
    this.#judge = judge;
    this.#convictions = convictions;
  }

  /** Milliseconds without news before these accusations are believed. */
  graceMs(accusations: readonly LocatedBreach[]): number {
    return this.#convictions.graceMs(this.#judge, accusations);
  }

  /**
   * Takes in the breaches that the last event of `history` brought. Returns those that a release of
   * answers may still prove; `canRelease`: there is something to release.
   */
  weigh(
    breaches: readonly LocatedBreach[],
    history: readonly HistoryEvent[],
    canRelease: boolean,
  ): LocatedBreach[] {
    const ledger = this.#judge.ledger as Ledger;
    return breaches.filter((breach) => {
      const proof = proofOf(breach, history, ledger);
      const isSettled = this.#convictions.isSettled(this.#judge, breach.rule);
      if (proof === 'by-release' && canRelease && !isSettled) return true;
      this.conclude(breach, proof === 'given');
      return false;
    });
  }

  /** A breach is proven, or will not be. */
  conclude(breach: LocatedBreach, isProven: boolean): void {
    if (isProven) return this.#convictions.noteProven(this.#judge, breach.rule);
    this.#convictions.noteUnproven(breach.rule);
    this.unproven.push(breach);
  }
}
