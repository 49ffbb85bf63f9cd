// Builds of the engine that make a broken connection anew: one sends again what is unanswered, the other reports it.
import type { Resends } from '../adapter.ts';
import { Fault, isLoss, type Job } from './calls.ts';
import type { Engine, EngineClass } from './engine.ts';

/** An engine that makes its connection anew. */
export interface ReconnectingEngine extends Engine {
  /** Sends that were written and not answered, in the order in which they were written. */
  inFlight: Set<Job>;
  isUp: boolean;
  goneDown(): void;
  listen(): void;
  comeBack(): void;
  sendAgain(): void;
  isToBeSentAgain(job: Job): boolean;
  giveUp(job: Job): void;
}

/** The class of an engine that makes its connection anew. */
export type ReconnectingClass = new (
  ...args: ConstructorParameters<EngineClass>
) => ReconnectingEngine;

/** An engine that makes its connection anew, by one of the promises. */
export function reconnecting(Producer: EngineClass, resends: Resends): ReconnectingClass {
  return class extends Producer {
    inFlight = new Set<Job>();
    isUp = true;

    /** Where the connection cannot be made anew, it is lost. */
    override lose(): void {
      if (!this.isUp) return;
      this.isUp = false;
      this.goneDown();
      this.broker.reconnect!().then(
        () => this.comeBack(),
        () => super.lose(),
      );
    }

    goneDown(): void {
      if (resends !== 'at-least-once') for (const job of this.inFlight) this.giveUp(job);
    }

    comeBack(): void {
      if (this.closed) return;
      this.isUp = true;
      this.listen();
      this.sendAgain();
      this.pump();
    }

    listen(): void {
      this.broker.lost.addEventListener('abort', () => this.lose());
    }

    sendAgain(): void {
      for (const job of this.inFlight) {
        if (this.isToBeSentAgain(job)) this.transmit(job);
        else this.inFlight.delete(job);
      }
    }

    /** Whoever was blocked, and has failed, does not ask for it any more. */
    isToBeSentAgain(job: Job): boolean {
      return this.isCharged(job) || !job.ended;
    }

    giveUp(job: Job): void {
      const loss = new Fault('connection-lost');
      this.inFlight.delete(job);
      job.state = 'done';
      this.settle(job);
      this.end(job, loss);
      if (!this.isCharged(job)) return;
      if (job.options.onComplete) this.callBack(job, loss);
      else this.report(job, loss);
    }

    override checkUsable(): void {
      if (this.closed) throw new Fault('closed');
      if (this.lost) throw new Fault('connection-lost');
    }

    override pump(): void {
      if (this.isUp) super.pump();
    }

    override transmit(job: Job): void {
      this.inFlight.add(job);
      super.transmit(job);
    }

    override answered(job: Job, error?: Error): void {
      if (isLoss(error)) return this.lose();
      this.inFlight.delete(job);
      super.answered(job, error);
    }
  };
}
