// The abort signals a case hands out. An AbortController costs as much as a call, so one that will abort is
// made when it is first looked at, and one that never will is shared, as the calls of one task share theirs.
import { getEventListeners, setMaxListeners } from 'node:events';
import type { SendOptions } from '../../adapter.ts';
import type { Scenario, SendStep } from '../../cases/step.ts';

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
      // Node warns of many; here they are counted.
      setMaxListeners(0, this.#controller.signal);
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

/** What still listens to a signal; nothing does to one that has aborted. */
export function listenersOn(signal: AbortSignal): number {
  return signal.aborted ? 0 : getEventListeners(signal, 'abort').length;
}

const NEVER_INTERRUPTED = new QuietSignal();

/** The signals of one case's sends. */
export class Signals {
  /** Messages whose signals are heard: those that are interrupted, or share one. */
  readonly #heard = new Set<string>();
  readonly #signals = new Map<string, LazySignal>();
  readonly #shared = new Set<LazySignal>();

  constructor(scenario: Scenario) {
    for (const step of scenario) {
      if (step.do === 'interrupt') this.#heard.add(step.id);
      if (step.do === 'send' && step.signal !== undefined)
        this.#heard.add(step.id).add(step.signal);
    }
  }

  /** Options for `send`. The signal is an own property, so that it survives being copied. */
  optionsFor(
    { id, signal: of }: Pick<SendStep, 'id' | 'signal'>,
    onComplete: SendOptions['onComplete'],
  ): SendOptions {
    if (!this.#heard.has(id)) {
      const { signal } = NEVER_INTERRUPTED;
      return onComplete ? { signal, onComplete } : { signal };
    }
    const other = of === undefined ? undefined : this.#signals.get(of);
    if (other) this.#shared.add(other);
    const heard = other ?? new LazySignal();
    this.#signals.set(id, heard);
    const options = {
      get signal() {
        return heard.signal;
      },
    };
    return onComplete ? Object.assign(options, { onComplete }) : options;
  }

  abort(id: string): void {
    this.#signals.get(id)?.abort(INTERRUPTION);
  }

  /** Listeners on the signal, of those that several sends shared, that has the most. */
  listenersLeft(): number {
    return Math.max(0, ...[...this.#shared].map(({ signal }) => listenersOn(signal)));
  }
}
