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
/** Errors wrapped into one another. */
const MOST_CAUSES = 10;
/** What ends a process, in sentences that begin with "it". */
const seen: string[] = [];
/** Rejections that nobody has handled so far. */
const unhandled = new Map<unknown, unknown>();

/**
 * Keeps the process alive when a subject drops an error, and keeps for the report what would have ended it: an
 * exception outside any call, and a promise of the subject's own that is rejected and that nobody handles by the end
 * of its case. Errors of the kit's own may be dropped: by contract, a `receive` whose rejection is ignored does no harm.
 */
export function keepUncaughtErrors(): void {
  process.on('unhandledRejection', (reason, promise) => {
    if (!isOfTheKit(reason)) unhandled.set(promise, reason);
  });
  process.on('rejectionHandled', (promise) => void unhandled.delete(promise));
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

/** Names of what the kit rejects with and aborts for. */
const OURS = new Set([
  'BrokerRefused',
  'ConnectionLost',
  'AbortError',
  'CallbackThrew',
  'AdapterFault',
]);

/** Whether an error is the kit's, or was made of one. */
function isOfTheKit(error: unknown): boolean {
  let one = error;
  for (let depth = 0; depth < MOST_CAUSES && one instanceof Error; depth += 1) {
    if (OURS.has(one.name)) return true;
    one = one.cause;
  }
  return false;
}

/**
 * Keeps an exception that escaped from a subject's timer or callback. What the kit itself threw may
 * escape: a producer may let such an error through to the process.
 */
export function noteUncaught(error: unknown): void {
  const cause = error instanceof Error && error.cause;
  if (error instanceof CallbackThrew || cause instanceof CallbackThrew) return;
  note('threw outside any call', error);
}

function note(what: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (seen.length < LIMIT)
    seen.push(`it ${what}, which ends a process: ${message}${originOf(error)}`);
}

/** Where an error was made, as far as its stack tells: the first line of it that is not Node's. */
function originOf(error: unknown): string {
  const stack = error instanceof Error ? String(error.stack) : '';
  const line = stack.split('\n').find((one) => /^ +at .*[/\\(]/.test(one) && !/node:/.test(one));
  return line === undefined ? '' : ` (${line.trim()})`;
}

/** Finds the first error that escapes from now on, and the case it fell in. */
export class FirstUncaught {
  #current = -1;
  #case: number | undefined;

  /** A case begins: what has escaped since the last call fell into the one before. */
  next(number: number): void {
    for (const reason of unhandled.values())
      note('left a rejected promise that nobody handles', reason);
    unhandled.clear();
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

/** The errors kept so far, the first few only. */
export function uncaughtErrors(): readonly string[] {
  return [...seen];
}
