// What leaves this thread: work that a subject gives to a worker, a message channel, a socket, the disk or the thread
// pool. It comes back in real time, whatever the virtual clock says, so that a case in which it is seen is settled in
// real time. Node tells of every such thing when it is made.
import { AsyncLocalStorage, asyncWrapProviders, createHook } from 'node:async_hooks';

/** Kinds of which nothing comes back that a case could wait for. */
const HARMLESS = /^(PROMISE|TTYWRAP|SIGNALWRAP|WRITEWRAP|SHUTDOWNWRAP|ELDHISTOGRAM)$/;
/** Kinds that are made once and stay: one that was made while the adapter was loaded may be used by any case. */
const LASTING =
  /^(WORKER|MESSAGEPORT|ZLIB|PROCESSWRAP|(TCP|PIPE|UDP|TLS|JSUDP|TCPSERVER|PIPESERVER)WRAP|HTTP2SESSION)$/;
const CROSSING = new Set(Object.keys(asyncWrapProviders).filter((kind) => !HARMLESS.test(kind)));

/** Cases that are watched before one is taken to stay on its thread: to watch all costs a twentieth of the time. */
const WATCHED_CASES = 60;

/** Watches one adapter, from before it is loaded. */
export class Crossings {
  readonly #hook = createHook({ init: (_, kind) => this.#note(kind) });
  /** What runs within a case; the process may have other business at the same time. */
  readonly #within = new AsyncLocalStorage<true>();
  #phase: 'load' | 'case' | 'between' = 'load';
  #isWatching = false;
  #cases = 0;
  /** Cases in which something was made that does not last. */
  #crossed = 0;
  /** Something left the thread in this case. */
  #isSeen = false;
  /** What cases may use at any time. */
  #isLasting = false;

  /** Also for cases to come, however many there were. */
  watch(): this {
    // Both make lasting things of Node's own when they are first used.
    structuredClone(0);
    void [process.stdout, process.stderr];
    // What is read when it is first needed was read by then.
    if (this.#cases > 0) this.#crossed = 1;
    this.#isWatching = true;
    this.#cases = 0;
    this.#hook.enable();
    return this;
  }

  /** From here on every case may cross. */
  get isOutside(): boolean {
    return this.#isLasting;
  }

  /** Something may be on its way now. */
  get isSeen(): boolean {
    return this.#isSeen || this.#isLasting;
  }

  /** Whether a case may turn out to cross. */
  get isPossible(): boolean {
    return this.#isWatching || this.#isLasting;
  }

  /** Plays a case, and watches it. */
  async during<T>(play: () => Promise<T>): Promise<T> {
    this.#cases += 1;
    if (this.#cases > WATCHED_CASES || this.#isLasting) this.rest();
    if (!this.#isWatching) return play();
    this.#phase = 'case';
    try {
      return await this.#within.run(true, play);
    } finally {
      this.#endCase();
    }
  }

  #endCase(): void {
    // A module that is read when it is first needed is no habit; what happens twice is.
    if (this.#isSeen) this.#crossed += 1;
    if (this.#crossed > 1) this.#isLasting = true;
    this.#isSeen = false;
    this.#phase = 'between';
  }

  /** Stops watching: one who watches slows down the whole process. */
  rest(): void {
    if (!this.#isWatching) return;
    this.#isWatching = false;
    this.#hook.disable();
    this.#within.disable();
  }

  #note(kind: string): void {
    if (!CROSSING.has(kind) || this.#phase === 'between') return;
    if (this.#phase === 'case' && !this.#within.getStore()) return;
    if (LASTING.test(kind)) this.#isLasting = true;
    else if (this.#phase === 'case') this.#isSeen = true;
  }
}
