// The determinism guard of a subject in process: randomness that repeats, and errors that nothing caught.

/** Math.random from a fixed seed, so that a subject that uses it repeats exactly. */
export function seedRandomness(): { reset(): void } {
  let state = 0;
  Math.random = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { reset: () => void (state = 0) };
}

/** Loaded before any clock is installed, this is the real one. */
const turnOfTheLoop = globalThis.setImmediate;
const LIMIT = 5;
const seen: string[] = [];

/**
 * Keeps the process alive when a subject drops an error. A rejection that nobody handles is harmless by
 * contract; an exception outside any call is the adapter's fault, and is kept for the report.
 */
export function keepUncaughtErrors(): void {
  process.on('unhandledRejection', () => {});
  process.on('rejectionHandled', () => {}); // Node would warn of each on stderr.
  process.on('uncaughtException', (error: unknown) => {
    noteUncaught(error);
    // What else process.nextTick was given, by us too, runs in the next turn. Node sees to it that there is one by
    // an immediate, and that is a virtual one.
    turnOfTheLoop(() => {});
  });
}

/** What a completion callback of the kit throws, to see what it breaks (CMP-6). */
export class CallbackThrew extends Error {
  override readonly name = 'CallbackThrew';

  constructor(id: string) {
    super(`the completion callback of ${id} throws, as callbacks do`);
  }
}

/**
 * Keeps an exception that escaped from a subject's timer or callback. What the kit itself threw may
 * escape: a producer may let such an error through to the process.
 */
export function noteUncaught(error: unknown): void {
  const cause = error instanceof Error && error.cause;
  if (error instanceof CallbackThrew || cause instanceof CallbackThrew) return;
  if (seen.length < LIMIT) seen.push(error instanceof Error ? error.message : String(error));
}

/** Finds the first exception that escapes from now on, and the case it fell in. */
export class FirstUncaught {
  #current = -1;
  #case: number | undefined;

  /** A case begins: what has escaped since the last call fell into the one before. */
  next(number: number): void {
    if (seen.length > 0) this.#case ??= this.#current;
    this.#current = number;
  }

  /** What was found, once the last case has ended. */
  found(): { uncaught?: { readonly case: number; readonly message: string } } {
    this.next(this.#current);
    const [message] = seen;
    if (this.#case === undefined || message === undefined) return {};
    return { uncaught: { case: this.#case, message } };
  }
}

/** The exceptions kept so far, the first few only. */
export function uncaughtErrors(): readonly string[] {
  return [...seen];
}
