// A semaphore around the connection, as application code has it: acquire a permit, write, release in the end. It knows
// nothing of sizes; a send that returns at once leaves its release to the answer.
import { defineAdapter, type OpenContext, type ProducerAdapter } from '../../adapter.ts';
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import { Front, type Accepted } from '../conforming/front.ts';
import { kindOf } from '../calls.ts';

/** Who takes a permit: every send, or those alone that return before their answer. */
type Takes = 'every send' | 'returning sends';

class Semaphore extends Front {
  readonly #takes: Takes;
  readonly #limit: number;
  #line: (() => boolean)[] = [];

  constructor(context: OpenContext, takes: Takes) {
    // Whatever its size, no message is too large.
    super({ ...context, settings: { ...context.settings, windowSize: 0 } });
    this.#takes = takes;
    this.#limit = context.settings.windowSize || Infinity;
  }

  override take(send: Accepted): void {
    this.#line.push(() => {
      if (send.ended) return true;
      if (this.used >= this.#limit) return false;
      const takes = this.#takes === 'every send' || send.entry.charged;
      if (takes) this.used += 1;
      void this.#perform(send, takes);
      return true;
    });
    this.changed();
  }

  override changed(): void {
    while (this.#line[0]?.()) this.#line.shift();
    this.commitWhenReady();
  }

  async #perform(send: Accepted, takes: boolean): Promise<void> {
    let error: Error | undefined;
    try {
      const answer = this.write(send);
      if (send.entry.charged) this.end(send);
      await Promise.race([answer, ...(send.entry.charged ? [] : [send.promise])]);
    } catch (cause) {
      error = cause as Error;
    }
    if (error?.name === 'ConnectionLost') this.lose();
    if (takes && !this.lost) this.used -= 1;
    this.changed();
    if (send.entry.charged) this.tell(send, error);
    else this.end(send, error);
  }
}

function semaphore(takes: Takes): ProducerAdapter {
  return defineAdapter({
    name: `a semaphore: permits for ${takes}`,
    supports: CAPABILITIES,
    open: (context) => new Semaphore(context, takes),
    errorKind: kindOf,
  });
}

/** Both. */
export const SEMAPHORES: readonly ProducerAdapter[] = [
  semaphore('every send'),
  semaphore('returning sends'),
];
