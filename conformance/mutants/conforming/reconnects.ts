// Lawful ways to make a connection anew: sending again, or reporting, from a queue or from an outbox, and letting
// calls wait for the connection, or fail.
import { CAPABILITIES } from '../../../spec/events/settings.ts';
import { defineAdapter, type ProducerAdapter, type Resends } from '../../adapter.ts';
import { deferred } from '../builds.ts';
import { Fault, type Job, kindOf } from '../calls.ts';
import { Engine } from '../engine.ts';
import { reconnecting, type ReconnectingClass } from '../reconnecting.ts';

/** While there is no connection no send is taken. */
class FailsWhileDown extends reconnecting(Engine, 'never') {
  override checkUsable(): void {
    super.checkUsable();
    if (!this.isUp) throw new Fault('connection-lost');
  }
}

/** What was sent while there is no connection, and may return at once, does. */
class KeepsWhileDown extends reconnecting(Engine, 'at-least-once') {
  readonly kept = new Set<Job>();

  override enqueue(job: Job): void {
    super.enqueue(job);
    if (this.isUp || !this.isCharged(job) || job !== this.queue[0] || !this.fits(job)) return;
    this.queue.shift();
    this.unanswered.add(job);
    this.charge(job);
    this.inFlight.add(job);
    job.state = 'written';
    this.end(job);
  }
}

/** What is unanswered is sent again one by one, each after the answer to the last; all that is new waits meanwhile. */
class OneByOne extends reconnecting(Engine, 'at-least-once') {
  #again: Job[] = [];

  override sendAgain(): void {
    this.#again = [...this.inFlight].filter((job) => this.isToBeSentAgain(job));
    this.inFlight = new Set(this.#again);
    this.#next();
  }

  #next(): void {
    const job = this.#again.shift();
    if (job && !this.closed) this.transmit(job);
  }

  override pump(): void {
    if (this.#again.length === 0) super.pump();
  }

  override answered(job: Job, error?: Error): void {
    if (this.isUp && this.#again.length > 0 && error?.name !== 'ConnectionLost') this.#next();
    super.answered(job, error);
    this.pump();
  }
}

/** Every one of them. */
export const RECONNECTS: readonly ProducerAdapter[] = [
  reconnects('sends again', 'at-least-once', reconnecting(Engine, 'at-least-once')),
  reconnects('keeps what is sent while down', 'at-least-once', KeepsWhileDown),
  reconnects(
    'sends again, from an outbox',
    'at-least-once',
    reconnecting(deferred(Engine), 'at-least-once'),
  ),
  reconnects('sends again one by one', 'at-least-once', OneByOne),
  reconnects('reports what is unanswered', 'at-most-once', reconnecting(Engine, 'at-most-once')),
  reconnects('fails while down', 'never', FailsWhileDown),
];

function reconnects(name: string, resends: Resends, Producer: ReconnectingClass): ProducerAdapter {
  return defineAdapter({
    name,
    supports: CAPABILITIES,
    resends,
    errorKind: kindOf,
    open: (context) => new Producer(context),
  });
}
