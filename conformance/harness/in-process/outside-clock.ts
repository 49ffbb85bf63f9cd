// The clock port of a subject in this process whose work may leave its thread. Its timers stay virtual, but what is on
// its way comes back in real time: nobody is accused before that has been waited for, and then as of a producer of
// another process.
import type { LocatedBreach } from '../../../spec/verdict.ts';
import type { BrokerDriver, CasePort, ClockPort } from '../ports.ts';
import { accusedBySettling, Prover, type ProofCache } from '../proof.ts';
import type { Crossings } from './crossings.ts';
import type { VirtualSettler } from './settle.ts';
import { realDelay, realNowMs, turnOfTheLoop } from './virtual-time.ts';

/** Real milliseconds without news in which every turn of the event loop is looked at: most news comes at once. */
const EAGER_MS = 2;

/** The time of one case. */
export class OutsideClock implements ClockPort {
  readonly #case: CasePort;
  readonly #virtual: VirtualSettler;
  readonly #crossings: Crossings;
  readonly #cache: ProofCache;
  readonly #prover: Prover;

  constructor(
    seen: CasePort,
    broker: BrokerDriver,
    virtual: VirtualSettler,
    crossings: Crossings,
    cache: ProofCache,
  ) {
    this.#case = seen;
    this.#virtual = virtual;
    this.#crossings = crossings;
    this.#cache = cache;
    this.#prover = new Prover(seen, broker, cache, () => virtual.settle(seen));
  }

  get unproven(): readonly LocatedBreach[] {
    return this.#prover.unproven;
  }

  /** Settled is a case in which a settle point would accuse nobody, or that was waited for in vain. */
  async settle(): Promise<void> {
    const seen = this.#case;
    const startMs = realNowMs();
    let newsMs = startMs;
    let accused: readonly LocatedBreach[] = [];
    let events = -1;
    let bytes: number | undefined;
    for (;;) {
      await this.#virtual.settle(seen);
      if (!this.#crossings.isSeen || seen.isStopped) return;
      const figure = seen.usage();
      if (seen.observed !== events || figure !== bytes) {
        [events, bytes] = [seen.observed, figure];
        newsMs = realNowMs();
        this.#prover.noteNews(newsMs - startMs);
        accused = accusedBySettling(seen, figure);
      }
      if (accused.length === 0) return;
      const silenceMs = realNowMs() - newsMs;
      if (silenceMs >= this.#cache.graceMs(seen.judge, accused)) return;
      await (silenceMs < EAGER_MS ? turnOfTheLoop() : realDelay(1));
    }
  }

  /** What is on its way arrives before the next timer runs: it may be what the timer is about. */
  advance(ms: number): Promise<void> {
    return this.#virtual.advance(ms, this.#case, () => this.settle());
  }

  unrecordedMs(): number {
    return 0;
  }

  weigh(breaches: readonly LocatedBreach[]): Promise<void> | undefined {
    return this.#crossings.isSeen ? this.#prover.weigh(breaches) : undefined;
  }
}
