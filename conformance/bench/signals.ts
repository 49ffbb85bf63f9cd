// The abort signals of sends, each made when it is first looked at: most sends never wait, and never look,
// and an AbortController costs as much as the rest of the call.
import { setMaxListeners } from 'node:events';
import type { SendOptions } from '../adapter.ts';
import type { Tape } from '../tape/stimulus.ts';

/** The reason of every interrupt: made once, since a DOMException is dear. */
const INTERRUPTION = new DOMException('the send was interrupted', 'AbortError');

/** The signals of one case. Sends that its tape never interrupts share one, as the calls of one task would. */
export class Signals {
  readonly #interrupted = new Map<string, LazySignal>();
  readonly #quiet = new LazySignal();

  constructor(tape: Tape) {
    for (const step of tape) {
      if (step.do === 'interrupt') this.#interrupted.set(step.id, new LazySignal());
    }
  }

  optionsFor(id: string, onComplete: SendOptions['onComplete']): SendOptions {
    return (this.#interrupted.get(id) ?? this.#quiet).options(onComplete);
  }

  abort(id: string): void {
    this.#interrupted.get(id)?.abort();
  }
}

/** A signal that can be aborted before it exists. */
class LazySignal {
  #controller: AbortController | undefined;
  #aborted = false;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      // Several sends may share it; that is no leak to be warned of.
      setMaxListeners(0, this.#controller.signal);
      if (this.#aborted) this.#controller.abort(INTERRUPTION);
    }
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(INTERRUPTION);
  }

  /** Options for `send` whose `signal` is an own property, so that it survives being copied. */
  options(onComplete: SendOptions['onComplete']): SendOptions {
    const signal = () => this.signal;
    if (!onComplete) {
      return {
        get signal() {
          return signal();
        },
      };
    }
    return {
      get signal() {
        return signal();
      },
      onComplete,
    };
  }
}
