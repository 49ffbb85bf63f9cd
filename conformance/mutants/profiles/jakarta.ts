// The engine as Jakarta Messaging 7.3 has it: callbacks keep the order of the sends, and close waits for them. And two
// further ways to build it, which it allows.
import type { ErrorKind, SendOptions, OutgoingMessage } from '../../adapter.ts';
import { Job } from '../calls.ts';
import type { Engine, EngineClass } from '../engine.ts';

/** What deviations of it look at. */
export interface JakartaEngine extends Engine {
  /** Sends with a callback that has not fired, in the order in which they went out. */
  readonly line: Set<Job>;
  /** Those that have an answer. */
  readonly outcomes: Map<Job, Error | undefined>;
  fireInOrder(): void;
  awaitCallbacks(): Promise<void>;
}

/** Callbacks wait for those of earlier sends, and close for all of them. */
export function asJakarta(
  Producer: EngineClass,
): new (...args: ConstructorParameters<EngineClass>) => JakartaEngine {
  return class extends Producer {
    readonly line = new Set<Job>();
    readonly outcomes = new Map<Job, Error | undefined>();
    #waitingCloses: (() => void)[] = [];

    override admit(job: Job): void {
      if (job.options.onComplete) this.line.add(job);
      super.admit(job);
    }

    override callBack(job: Job, error?: Error): void {
      this.outcomes.set(job, error);
      this.fireInOrder();
    }

    fireInOrder(): void {
      for (const job of this.line) {
        if (!this.outcomes.has(job)) return;
        this.line.delete(job);
        super.callBack(job, this.outcomes.get(job));
        this.outcomes.delete(job);
      }
      for (const goOn of this.#waitingCloses.splice(0)) goOn();
    }

    override async close(): Promise<void> {
      await super.close();
      await this.awaitCallbacks();
    }

    async awaitCallbacks(): Promise<void> {
      while (this.line.size > 0) await new Promise<void>((goOn) => this.#waitingCloses.push(goOn));
    }
  };
}

/** A send with a callback never fails from its call: its callback is told. */
export function failingInCallbacks(Producer: EngineClass): EngineClass {
  return class extends Producer {
    override async send(message: OutgoingMessage, options: SendOptions): Promise<void> {
      const { onComplete } = options;
      if (!onComplete) return super.send(message, options);
      try {
        await super.send(message, options);
      } catch (error) {
        queueMicrotask(() => {
          try {
            onComplete(error);
          } catch {
            // The application's own fault.
          }
        });
      }
    }
  };
}

/** Close lets sends with a callback go out that wait for space, and waits for these too. */
export function closingGently(Producer: EngineClass): EngineClass {
  return class extends asJakarta(Producer) {
    override failAll(kind: ErrorKind): void {
      if (kind !== 'closed') return super.failAll(kind);
      this.ending = undefined;
      this.unqueue(({ options }) => !options.onComplete);
      for (const call of this.calls)
        if (!(call instanceof Job && call.options.onComplete)) this.fail(call, kind);
      this.pump();
    }

    override async awaitCallbacks(): Promise<void> {
      const isLeft = () => this.queue.length > 0 || this.line.size > 0;
      while (isLeft()) {
        const [first] = this.queue;
        if (this.line.size > 0) await super.awaitCallbacks();
        else await first?.promise.catch(() => {});
      }
    }
  };
}
