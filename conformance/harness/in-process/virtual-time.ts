// Virtual time: once installed, setTimeout, setImmediate, Date and the like belong to the kit, so that a
// 30-second timeout costs nothing. Install it before a subject is loaded: static imports of node:timers
// then get the virtual functions too. Microtasks and process.nextTick stay real, and so does what is defined last.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { install as installFakeTimers, type Clock } from '@sinonjs/fake-timers';
import { noteUncaught } from './determinism.ts';

const realImmediate = globalThis.setImmediate;
const realTimeout = globalThis.setTimeout;
const nextTick: (run: () => void) => void = process.nextTick.bind(process);

/** The moment every case begins. */
const EPOCH_MS = Date.UTC(2024, 0, 1);

/** The time a harness runs a subject on. */
export interface Time {
  /** Milliseconds until the next timer is due; undefined: there is none. */
  untilNextTimer(): number | undefined;
  /** Runs the next timer, moving time on to it. Returns the milliseconds moved. */
  runNextTimer(): number;
  /** Moves time on and runs what falls due, without any await. */
  advance(ms: number): void;
  /** Timers that are to run and keep the process alive. */
  timersLeft(): number;
  /** Forgets all timers and starts again at the epoch. */
  reset(): void;
}

let installed: Time | undefined;

/** Takes over the clock of this process, for good. */
export function installVirtualTime(): Time {
  installed ??= install();
  return installed;
}

function install(): Time {
  const clock: Clock = installFakeTimers({
    now: EPOCH_MS,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'Date',
      'performance',
      'hrtime',
    ],
  });
  const handles = keepHandles();
  AbortSignal.timeout = abortedAfter;
  syncBuiltinESMExports();
  return {
    untilNextTimer: () => {
      const next = heapOf(clock)?.peek();
      return next && Math.max(0, next.callAt - clock.now);
    },
    runNextTimer: () => {
      const before = clock.now;
      keepingErrors(() => clock.next());
      return clock.now - before;
    },
    advance: (ms) => keepingErrors(() => clock.tick(ms)),
    timersLeft: () => {
      const all = heapOf(clock)?.timers ?? [];
      return all.filter(({ id }) => handles.get(id)?.hasRef() ?? true).length;
    },
    reset: () => {
      handles.clear();
      clock.reset();
    },
  };
}

/**
 * Keeps the handles of timers, which alone know whether they keep the process alive. An interval of less than a
 * millisecond is one of a millisecond, as in Node; with 0 virtual time would stand still for ever.
 */
function keepHandles(): Map<number, NodeJS.Timeout> {
  const handles = new Map<number, NodeJS.Timeout>();
  for (const [name, leastMs] of [
    ['setTimeout', 0],
    ['setInterval', 1],
  ] as const) {
    const set = globalThis[name];
    const keep = (run: () => void, ms?: number, ...args: []) => {
      const handle = set(run, (ms ?? 0) >= leastMs ? ms : leastMs, ...args);
      handles.set(Number(handle), handle);
      return handle;
    };
    const kept = Object.defineProperties(keep, Object.getOwnPropertyDescriptors(set));
    Object.assign(globalThis, { [name]: kept });
    Object.assign(timers, { [name]: kept });
  }
  return handles;
}

/** Node's own would run on a real timer. It does not keep the process alive. */
function abortedAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  setTimeout(() => controller.abort(reason), ms).unref();
  return controller.signal;
}

/** What a timer throws is the subject's, and must not end the case. */
function keepingErrors(run: () => void): void {
  try {
    run();
  } catch (error) {
    noteUncaught(error);
  }
}

/** The clock's timers, soonest first: the library's own heap, which it does not type. */
function heapOf(clock: Clock): Heap | undefined {
  return (clock as unknown as { timerHeap?: Heap }).timerHeap;
}

interface Heap {
  readonly timers: readonly { readonly id: number }[];
  peek(): { readonly callAt: number } | undefined;
}

/** Runs `then` after one real turn of the event loop. */
export const afterTurnOfTheLoop: (then: () => void) => void = realImmediate;

/** Resolves when the microtask and nextTick queues have run dry. */
export function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve));
}

/** Resolves after one real turn of the event loop. */
export function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => void realImmediate(resolve));
}

/** Real milliseconds, whatever clock is installed. */
export const realNowMs: () => number = performance.now.bind(performance);

/** Resolves after real milliseconds, whatever clock is installed. */
export function realDelay(ms: number): Promise<void> {
  return new Promise((resolve) => void realTimeout(resolve, ms));
}

/** Counts whole milliseconds of real time, rounded up: a rule is never told of less time than passed. */
export class Stopwatch {
  readonly #startMs = realNowMs();
  #takenMs = 0;

  /** Milliseconds that passed since the last `take`. */
  get ms(): number {
    return Math.max(0, Math.ceil(realNowMs() - this.#startMs) - this.#takenMs);
  }

  /** The same, and `moreMs`; from now on they count as taken. */
  take(moreMs = 0): number {
    const ms = this.ms + moreMs;
    this.#takenMs += ms;
    return ms;
  }
}
