// The abort signals a case hands out. An AbortController costs as much as a call, so one that will abort is
// made when it is first looked at, and one that never will is shared, as the calls of one task share theirs.
import type { SendOptions } from '../../adapter.ts';
import type { Scenario } from '../../cases/step.ts';

/** The reason of every interrupt: made once, since a DOMException is dear. */
const INTERRUPTION = new DOMException('the send was interrupted', 'AbortError');

/** Uses of a shared signal before a new one takes its place, so that what is derived from it goes with it. */
const USES = 100;

/** From a signal that never aborts nothing is heard: to keep account of who listens costs a case 3% of its time. */
const UNHEARD: PropertyDescriptorMap = {
  addEventListener: { value() {} },
  removeEventListener: { value() {} },
  onabort: { value: null, writable: true },
};

/** A signal that never aborts. */
export class QuietSignal {
  #uses = 0;
  #signal: AbortSignal | undefined;

  get signal(): AbortSignal {
    this.#uses += 1;
    if (!this.#signal || this.#uses > USES) {
      this.#uses = 0;
      this.#signal = Object.defineProperties(new AbortController().signal, UNHEARD);
    }
    return this.#signal;
  }
}

/** A signal that can be aborted before it exists. */
export class LazySignal {
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

const NEVER_INTERRUPTED = new QuietSignal();

/** The signals of one case's sends. */
export class Signals {
  readonly #interrupted = new Map<string, LazySignal>();

  constructor(scenario: Scenario) {
    for (const step of scenario) {
      if (step.do === 'interrupt') this.#interrupted.set(step.id, new LazySignal());
    }
  }

  /** Options for `send`. The signal is an own property, so that it survives being copied. */
  optionsFor(id: string, onComplete: SendOptions['onComplete']): SendOptions {
    const interrupted = this.#interrupted.get(id);
    if (!interrupted) {
      const { signal } = NEVER_INTERRUPTED;
      return onComplete ? { signal, onComplete } : { signal };
    }
    const options = {
      get signal() {
        return interrupted.signal;
      },
    };
    return onComplete ? Object.assign(options, { onComplete }) : options;
  }

  abort(id: string): void {
    this.#interrupted.get(id)?.abort(INTERRUPTION);
  }
}
