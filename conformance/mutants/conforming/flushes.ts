// Lawful ways to flush: told of the answers, or looking after each; waiting for what was sent, or until nothing at
// all is under way; failing at the first refusal, or leaving refusals to the sends.
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import { defineAdapter, type OpenContext, type ProducerAdapter } from '../../adapter.ts';
import { deferred } from '../builds.ts';
import { type Call, Fault, type Job, kindOf } from '../calls.ts';
import { Engine } from '../engine.ts';
import { type Flush, flushing } from '../flushing.ts';

const Flushing = flushing(Engine);

/** Fails with the first refusal, and does not await what else is due; at the end it fails too. */
class FailsFast extends Flushing {
  override answeredFor(flush: Flush, job: Job, error?: Error): void {
    if (flush.owed.has(job) && error) this.endFlush(flush, error);
    else super.answeredFor(flush, job, error);
  }

  override endFlushes(kind: 'closed'): void {
    for (const flush of this.flushes) this.endFlush(flush, new Fault(kind));
  }

  override async flush(): Promise<void> {
    this.checkUsable();
    return super.flush();
  }
}

/** Looks after every answer whether anything is under way, also what was sent later, or still waits. */
class UntilIdle extends Flushing {
  override async flush(): Promise<void> {
    while (!this.closed && !this.lost && this.calls.size + this.unanswered.size > 0)
      await this.nextNews();
  }

  #news = () => {};

  nextNews(): Promise<void> {
    const others = this.#news;
    return new Promise((resolve) => {
      this.#news = () => {
        others();
        resolve();
      };
    });
  }

  override end(call: Call, error?: Error): void {
    super.end(call, error);
    this.#news();
  }

  override tell(job: Job, error?: Error): void {
    super.tell(job, error);
    this.#news();
  }

  override endFlushes(): void {
    this.#news();
  }
}

/** Keeps the first failure of any send, and fails the next flush for it. */
class Reports extends flushing(deferred(Engine)) {
  #failure: Error | undefined;

  override tell(job: Job, error?: Error): void {
    if (error) this.#failure ??= error;
    super.tell(job, error);
  }

  override async flush(): Promise<void> {
    await super.flush();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }
}

/** Every one of them. */
export const FLUSHES: readonly ProducerAdapter[] = [
  flushes('flush counts down', Flushing),
  flushes('flush fails fast', FailsFast),
  flushes('flush waits until nothing is under way', UntilIdle),
  flushes('flush reports what has failed, from an outbox', Reports),
];

function flushes(name: string, Producer: new (context: OpenContext) => Engine): ProducerAdapter {
  const supports = [...CAPABILITIES, 'flush'] as const;
  const open = (context: OpenContext) => new Producer(context);
  return defineAdapter({ name, supports, errorKind: kindOf, open });
}
