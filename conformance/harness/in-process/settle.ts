// The clock port in process: how nothing more being about to happen is found out, on virtual and on real time.
import type { OpenContext, ProducerAdapter, ProducerSubject } from '../../adapter.ts';
import { AdapterFault } from '../harness.ts';
import type { ClockPort, Observed } from '../ports.ts';
import {
  afterMicrotasks,
  afterTurnOfTheLoop,
  drainMicrotasks,
  realDelay,
  Stopwatch,
  turnOfTheLoop,
  type Time,
} from './virtual-time.ts';

const NOTHING: Observed = { observed: 0, recordAdvance() {} };

/** Opens subjects, lets them settle, and moves their time. */
export interface Settler extends ClockPort {
  /** Opens a fresh subject, or fails with an `AdapterFault`. */
  open(adapter: ProducerAdapter, context: OpenContext): ProducerSubject | Promise<ProducerSubject>;
  settle(seen: Observed): Promise<void>;
  advance(ms: number, seen: Observed): Promise<void> | undefined;
}

/** Rounds without an event after which a subject that stays busy (a poller) is taken to have settled. */
const QUIET_ROUNDS = 24;
/** Timers run while time is moved on; a subject that sets more is one that polls without pause. */
const MOST_TIMERS = 100_000;
/** Real milliseconds without an event that make a settle point: enough for a file or a thread pool under load. */
const REAL_QUIET_MS = 100;
/** Real milliseconds that `open` may take. */
const OPEN_DEADLINE_MS = 5_000;

/**
 * Settles on virtual time: drains microtasks, runs the timers that are due, then a turn of the event
 * loop, until nothing is left. A timer counts as due within 1 ms or `lingerMs`; the time it took is
 * recorded, so that no rule is misled about the clock.
 */
export class VirtualSettler implements Settler {
  readonly #time: Time;
  readonly #dueMs: number;
  /** What is being settled: one case at a time. */
  #seen: Observed = NOTHING;
  #settled: () => void = () => {};
  /** Rounds without an event, and timers run in this round. */
  #quiet = 0;
  #runs = 0;
  /** Events seen when this round began, and when its microtasks had run dry. */
  #before = 0;
  #dry = 0;

  constructor(time: Time, lingerMs = 0) {
    this.#time = time;
    this.#dueMs = Math.max(1, lingerMs);
  }

  open(adapter: ProducerAdapter, context: OpenContext): ProducerSubject | Promise<ProducerSubject> {
    const opening = adapter.open(context);
    return opening instanceof Promise ? this.#untilOpen(opening) : opening;
  }

  async #untilOpen(opening: Promise<ProducerSubject>): Promise<ProducerSubject> {
    let ready: { subject: ProducerSubject } | undefined;
    let failure: { error: unknown } | undefined;
    opening.then(
      (subject) => (ready = { subject }),
      (error: unknown) => (failure = { error }),
    );
    await drainMicrotasks();
    for (let waited = 0; !ready && !failure; waited += 1) {
      if (waited > OPEN_DEADLINE_MS) {
        throw new AdapterFault(
          'open-failed',
          `its open did not settle within ${OPEN_DEADLINE_MS} ms`,
        );
      }
      if (this.#time.untilNextTimer() !== undefined) this.#time.runNextTimer();
      else await realDelay(1);
      await drainMicrotasks();
    }
    if (failure) throw failure.error;
    return (ready as unknown as { subject: ProducerSubject }).subject;
  }

  /**
   * A turn of the event loop begins only once no microtask is left, so that it drains them as well.
   * Callbacks that are made once, rather than awaits: this runs several times a case.
   */
  settle(seen: Observed): Promise<void> {
    this.#seen = seen;
    this.#quiet = 0;
    this.#beginRound();
    return new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  #beginRound(): void {
    this.#before = this.#seen.observed;
    this.#runs = 0;
    afterMicrotasks(this.#runTimers);
  }

  readonly #runTimers = (): void => {
    if (this.#runs < QUIET_ROUNDS && this.#runDueTimer(this.#seen)) {
      this.#runs += 1;
      afterMicrotasks(this.#runTimers);
      return;
    }
    this.#dry = this.#seen.observed;
    afterTurnOfTheLoop(this.#look);
  };

  readonly #look = (): void => {
    const { observed } = this.#seen;
    this.#quiet = observed === this.#before ? this.#quiet + 1 : 0;
    const isSettled = observed === this.#dry && !this.#timerIsDue();
    if (isSettled || this.#quiet >= QUIET_ROUNDS) this.#settled();
    else this.#beginRound();
  };

  /** Timer by timer, so that what a timer sets off is recorded at the time at which it runs. */
  advance(ms: number, seen: Observed): undefined {
    let left = ms;
    for (let runs = 0; runs < MOST_TIMERS; runs += 1) {
      const until = this.#time.untilNextTimer();
      if (until === undefined || until > left) break;
      seen.recordAdvance(until);
      this.#time.runNextTimer();
      left -= until;
    }
    seen.recordAdvance(left);
    this.#time.advance(left);
  }

  unrecordedMs(): number {
    return 0;
  }

  #timerIsDue(): boolean {
    const until = this.#time.untilNextTimer();
    return until !== undefined && until <= this.#dueMs;
  }

  #runDueTimer(seen: Observed): boolean {
    const until = this.#time.untilNextTimer();
    if (until === undefined || until > this.#dueMs) return false;
    seen.recordAdvance(until);
    this.#time.runNextTimer();
    return true;
  }
}

/** Settles on real time: for confirming, slowly, what was found on virtual time. */
export class RealSettler implements Settler {
  readonly #quietMs: number;
  #stopwatch = new Stopwatch();

  constructor(lingerMs = 0) {
    this.#quietMs = REAL_QUIET_MS + 2 * lingerMs;
  }

  open(adapter: ProducerAdapter, context: OpenContext): Promise<ProducerSubject> {
    this.#stopwatch = new Stopwatch();
    return Promise.resolve(adapter.open(context));
  }

  async settle(seen: Observed): Promise<void> {
    let before: number;
    do {
      before = seen.observed;
      await realDelay(this.#quietMs);
      await turnOfTheLoop();
    } while (seen.observed !== before);
  }

  advance(ms: number): Promise<void> {
    return realDelay(ms + 1);
  }

  unrecordedMs(): number {
    return this.#stopwatch.take();
  }
}
