// A caller that is held up: its promise, and what must be undone when it is let go (the abort
// listener, the timer). Why it is held up, and who lets it go, is not known here.

/**
 * One blocked call. It is let go once, by `release` or by `fail`; anything later changes nothing.
 */
export class BlockedCaller {
  /** What the call returned. */
  readonly promise: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Calls back when the signal aborts, unless the caller has been let go by then (LIF-6). */
  onInterrupt(signal: AbortSignal, interrupted: () => void): void {
    this.#signal = signal;
    this.#onAbort = interrupted;
    signal.addEventListener('abort', interrupted);
  }

  /** Calls back after `ms` milliseconds, unless the caller has been let go by then. */
  onTimeout(ms: number, expired: () => void): void {
    this.#timer = setTimeout(expired, ms);
  }

  release(): void {
    this.#undo();
    this.#resolve();
  }

  fail(error: unknown): void {
    this.#undo();
    this.#reject(error);
  }

  #undo(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#timer = undefined;
    this.#onAbort = undefined;
  }
}
