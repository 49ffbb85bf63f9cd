// Lawful ways to bound the wait for space: a timer for each send, or one for the deadline that comes first, set again
// when the turn is over.
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import { defineAdapter, type OpenContext, type ProducerAdapter } from '../../adapter.ts';
import { deferred } from '../builds.ts';
import { Fault, type Job, kindOf } from '../calls.ts';
import { Engine } from '../engine.ts';
import { bounded } from '../max-block.ts';

/** The timer may find that what it was set for has gone out. */
class OneTimer extends Engine {
  readonly #deadlines = new Map<Job, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  override enqueue(job: Job): void {
    super.enqueue(job);
    const { maxBlockMs = 0 } = this.settings;
    if (job.state !== 'waiting' || maxBlockMs === 0) return;
    this.#deadlines.set(job, Date.now() + maxBlockMs);
    queueMicrotask(() => this.#set());
  }

  #set(): void {
    clearTimeout(this.#timer);
    for (const job of this.#deadlines.keys())
      if (job.state !== 'waiting') this.#deadlines.delete(job);
    const first = Math.min(...this.#deadlines.values());
    if (first < Infinity) this.#timer = setTimeout(() => this.#expire(), first - Date.now());
  }

  #expire(): void {
    for (const [job, deadline] of this.#deadlines)
      if (deadline <= Date.now() && job.state === 'waiting')
        this.withdraw(job, new Fault('timeout'));
    this.#set();
  }

  override failAll(kind: 'closed'): void {
    super.failAll(kind);
    this.#set();
  }
}

/** Every one of them. */
export const BOUNDED_WAITS: readonly ProducerAdapter[] = [
  waits('bounded waits, a timer each', bounded(Engine)),
  waits('bounded waits before an outbox', bounded(deferred(Engine))),
  waits('bounded waits, one timer', OneTimer),
];

function waits(name: string, Producer: new (context: OpenContext) => Engine): ProducerAdapter {
  const supports = [...CAPABILITIES, 'max-block'] as const;
  const open = (context: OpenContext) => new Producer(context);
  return defineAdapter({ name, supports, errorKind: kindOf, open });
}
