// The abort signal of a send, made when it is first looked at: most sends never wait, and never look,
// and an AbortController costs as much as the rest of the call.
import { setMaxListeners } from 'node:events';
import type { SendOptions } from '../adapter.ts';

/** The reason of every interrupt: made once, since a DOMException is dear. */
const INTERRUPTION = new DOMException('the send was interrupted', 'AbortError');

/** A signal that can be aborted before it exists. */
export class LazySignal {
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
