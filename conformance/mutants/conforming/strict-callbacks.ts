// A build that forbids its callbacks all calls but sends, as Jakarta Messaging 3.1 allows (7.3.5): what is called
// there fails, and changes nothing.
import { Engine } from '../engine.ts';
import { Fault, type Job } from '../calls.ts';
import { conforming } from './entrance.ts';

class StrictCallbacks extends Engine {
  override callBack(job: Job, error?: Error): void {
    queueMicrotask(() => super.callBack(job, error));
  }

  override async begin(): Promise<void> {
    this.checkOutside();
    return super.begin();
  }

  override async commit(): Promise<void> {
    this.checkOutside();
    return super.commit();
  }

  override async close(): Promise<void> {
    this.checkOutside();
    return super.close();
  }

  checkOutside(): void {
    if (this.insideCallback) throw new Fault('illegal-state', 'not from a callback');
  }
}

/** Sends alone may be made from a callback. */
export const strictCallbacks = conforming(
  'no calls from callbacks but sends',
  (context) => new StrictCallbacks(context),
);
