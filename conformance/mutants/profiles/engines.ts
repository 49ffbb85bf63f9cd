// The engine as other profiles have it: with permits in place of bytes, with sync sends that take space too, and
// with sends that fail where they would have to wait.
import type { ProfileName } from '../../../spec/model/profile.ts';
import { ClassicEngine } from '../builds.ts';
import { Fault, type Job } from '../calls.ts';
import { Engine, type EngineClass } from '../engine.ts';
import { asJakarta } from './jakarta.ts';

/** A window of permits: each message takes one. */
export class PermitEngine extends Engine {
  override sizeOf(_job: Job): number {
    return 1;
  }
}

/** Every send takes space, also one that waits for its answer; it keeps the space until the answer has come. */
export function chargingEverySend(Producer: EngineClass): EngineClass {
  return class extends Producer {
    override isCharged(_job: Job): boolean {
      return true;
    }

    override returnsAtOnce({ dispatch }: Job): boolean {
      return dispatch === 'async' || dispatch === 'completion';
    }

    /** A caller that has gone wants nothing sent any more. */
    override transmit(job: Job): void {
      if (this.returnsAtOnce(job) || !job.ended) return super.transmit(job);
      this.settle(job);
      this.pump();
    }

    override answeredCharged(job: Job, error?: Error): void {
      if (this.returnsAtOnce(job)) return super.answeredCharged(job, error);
      this.settle(job, error);
      this.pump();
      this.answeredBlocked(job, error);
    }
  };
}

/** The same, but a send that fails gives its space back at once, as `finally` does. */
export function freeingInTheEnd(Producer: EngineClass): EngineClass {
  return class extends chargingEverySend(Producer) {
    override withdraw(job: Job, error: Fault): void {
      const isOut = job.state === 'written' && !job.ended;
      super.withdraw(job, error);
      if (!isOut || this.returnsAtOnce(job)) return;
      job.state = 'done';
      this.settle(job);
      this.pump();
    }
  };
}

/** A send that would have to wait fails. */
export function failingFast(Producer: EngineClass): EngineClass {
  return class extends Producer {
    override enqueue(job: Job): void {
      if (this.fits(job)) super.enqueue(job);
      else this.end(job, new Fault('other', 'the window is full'));
    }
  };
}

/** What mutants deviate from, by the profile. */
export const ENGINES: Readonly<Record<ProfileName, EngineClass>> = {
  strict: Engine,
  'activemq-classic': ClassicEngine,
  messages: PermitEngine,
  kafka: chargingEverySend(Engine),
  'fail-fast': failingFast(Engine),
  jakarta: asJakarta(Engine),
};
