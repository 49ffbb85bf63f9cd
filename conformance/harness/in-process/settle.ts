// How a subject of this process is opened, settles and is moved in time: on virtual time, and on real time.
import type { OpenContext, ProducerAdapter, ProducerSubject } from '../../adapter.ts';
import { AdapterFault } from '../harness.ts';
import type { ClockPort, Observed } from '../ports.ts';
import type { Crossings } from './crossings.ts';
import {
  afterTurnOfTheLoop,
  drainMicrotasks,
  realDelay,
  Stopwatch,
  turnOfTheLoop,
  type Time,
} from './virtual-time.ts';

/** Nobody looks. */
export const NOTHING: Observed = { observed: 0, recordAdvance() {} };

/** Opens subjects, lets them settle, and moves their time. */
export interface Settler extends ClockPort {
  /** Opens a fresh subject, or fails with an `AdapterFault`. */
  open(adapter: ProducerAdapter, context: OpenContext): ProducerSubject | Promise<ProducerSubject>;
  /** Gives a subject's close time to end, so that the next one is opened after it. */
  untilClosed(closing: PromiseLike<unknown>): Promise<void>;
  settle(seen: Observed): Promise<void>;
  advance(ms: number, seen: Observed): Promise<void>;
  /** Timers that are to run and keep the process alive, those of the kit included. */
  timersLeft(): number;
}

/** Timers run without an event, after which a subject that stays busy (a poller) is taken to have settled. */
const QUIET_TIMERS = 500;
/** Timers run while time is moved on; a subject that sets more is one that polls without pause. */
const MOST_TIMERS = 100_000;
/** Real milliseconds without an event that make a settle point: enough for a file or a thread pool under load. */
const REAL_QUIET_MS = 100;
/** Milliseconds that `open` may take, and the last `close`. */
const OPEN_DEADLINE_MS = 5_000;
const CLOSE_DEADLINE_MS = 500;

/**
 * Settles on virtual time: drains microtasks, then runs one due timer after another, with a turn of the event loop
 * after each, which begins only once no microtask and no `nextTick` callback is left: between two timers Node runs
 * them as well. A timer counts as due within 1 ms or, while a write may be held back, `lingerMs`; the time it took is recorded, so that no rule is
 * misled about the clock.
 */
export class VirtualSettler implements Settler {
  readonly #time: Time;
  readonly #dueMs: number;
  readonly #crossings: Pick<Crossings, 'isSeen'>;
  /** What is being settled: one case at a time. */
  #seen: Observed = NOTHING;
  #settled: () => void = () => {};
  /** Timers run since the last event, and the events seen until then. */
  #timers = 0;
  #known = 0;

  /** `crossings`: those of the subject; default: it is taken to have none. */
  constructor(time: Time, lingerMs = 0, crossings: Pick<Crossings, 'isSeen'> = { isSeen: false }) {
    this.#time = time;
    this.#dueMs = Math.max(1, lingerMs);
    this.#crossings = crossings;
  }

  open(adapter: ProducerAdapter, context: OpenContext): ProducerSubject | Promise<ProducerSubject> {
    const opening: unknown = adapter.open(context);
    return isThenable(opening) ? this.#untilOpen(opening) : (opening as ProducerSubject);
  }

  async #untilOpen(opening: PromiseLike<unknown>): Promise<ProducerSubject> {
    const outcome = outcomeOf(opening);
    await this.#untilEnded(outcome, OPEN_DEADLINE_MS, 'patient');
    if (!outcome.hasEnded)
      throw new AdapterFault(
        'open-failed',
        `its open did not settle within ${OPEN_DEADLINE_MS} ms`,
      );
    if (outcome.failed) throw outcome.failed.error;
    return outcome.value as ProducerSubject;
  }

  async untilClosed(closing: PromiseLike<unknown>): Promise<void> {
    await this.#untilEnded(outcomeOf(closing), CLOSE_DEADLINE_MS, 'hasty');
  }

  /**
   * Runs what is due, then lets time pass. As long as something may come from outside, virtual time passes as fast as
   * real time does, so that no later timer runs before it. `patient`: waits in real time even for what nothing
   * promises to end.
   */
  async #untilEnded(outcome: Outcome, ms: number, how: 'patient' | 'hasty'): Promise<void> {
    await drainMicrotasks();
    if (!outcome.hasEnded) await this.runDue(NOTHING);
    for (let left = ms; !outcome.hasEnded && left > 0; await this.runDue(NOTHING)) {
      const until = this.#time.untilNextTimer();
      const isReal = this.#crossings.isSeen || (until === undefined && how === 'patient');
      if (isReal) await realDelay(1);
      else if (until === undefined) return;
      const passes = isReal ? 1 : Math.min(until!, left);
      await this.advance(passes, NOTHING);
      left -= passes;
    }
  }

  settle(seen: Observed): Promise<void> {
    return this.runDue(seen);
  }

  /** Runs what is due now. Callbacks that are made once, rather than awaits: this runs several times a case. */
  protected runDue(seen: Observed): Promise<void> {
    this.#seen = seen;
    this.#known = seen.observed;
    this.#timers = 0;
    afterTurnOfTheLoop(this.#look);
    return new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  readonly #look = (): void => {
    const seen = this.#seen;
    if (seen.observed !== this.#known) {
      this.#known = seen.observed;
      this.#timers = 0;
    }
    const until = this.#time.untilNextTimer();
    const dueMs = seen.isOnlyClosing ? 1 : this.#dueMs;
    const isDue = until !== undefined && until <= dueMs;
    if (!isDue || this.#timers >= QUIET_TIMERS) return this.#settled();
    this.#timers += 1;
    seen.recordAdvance(until);
    this.#time.runNextTimer();
    afterTurnOfTheLoop(this.#look);
  };

  /**
   * Timer by timer, so that what a timer sets off is recorded at the time at which it runs. `before`: what happens
   * before each of them; default: a turn of the event loop.
   */
  async advance(ms: number, seen: Observed, before = turnOfTheLoop): Promise<void> {
    let left = ms;
    for (let runs = 0; runs < MOST_TIMERS; runs += 1) {
      await before();
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

  timersLeft(): number {
    return this.#time.timersLeft();
  }
}

/**
 * Time is virtual, and settling takes real time: for confirming what takes minutes, where something outside the clock
 * may be on its way.
 */
export class PatientSettler extends VirtualSettler {
  override async settle(seen: Observed): Promise<void> {
    await untilQuiet(seen, async () => {
      await this.runDue(seen);
      await realDelay(REAL_QUIET_MS);
    });
    await this.runDue(seen);
  }
}

/** Waits once more as long as waiting brings news. */
async function untilQuiet(seen: Observed, wait: () => Promise<void>): Promise<void> {
  let before: number;
  do {
    before = seen.observed;
    await wait();
  } while (seen.observed !== before);
}

const TIMERS = new Set(['Timeout', 'Immediate']);

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

  async untilClosed(closing: PromiseLike<unknown>): Promise<void> {
    const ended = Promise.resolve(closing).then(undefined, () => {});
    await Promise.race([ended, realDelay(CLOSE_DEADLINE_MS)]);
  }

  settle(seen: Observed): Promise<void> {
    return untilQuiet(seen, async () => {
      await realDelay(this.#quietMs);
      await turnOfTheLoop();
    });
  }

  advance(ms: number): Promise<void> {
    return realDelay(ms + 1);
  }

  unrecordedMs(): number {
    return this.#stopwatch.take();
  }

  timersLeft(): number {
    return process.getActiveResourcesInfo().filter((one) => TIMERS.has(one)).length;
  }
}

/** What became of a promise, to be looked at without awaiting it. */
interface Outcome {
  hasEnded: boolean;
  value?: unknown;
  failed?: { readonly error: unknown };
}

function outcomeOf(promise: PromiseLike<unknown>): Outcome {
  const outcome: Outcome = { hasEnded: false };
  promise.then(
    (value) => Object.assign(outcome, { hasEnded: true, value }),
    (error: unknown) => Object.assign(outcome, { hasEnded: true, failed: { error } }),
  );
  return outcome;
}

/** Whether a call's result is a promise of any make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/** Makes a call: a synchronous throw counts as a failure, a result that is no promise as a return. */
export function makeCall(
  call: () => unknown,
  succeed: () => void,
  fail: (error: unknown) => void,
): void {
  try {
    const result = call();
    if (isThenable(result)) result.then(succeed, fail);
    else succeed();
  } catch (error) {
    fail(error);
  }
}
