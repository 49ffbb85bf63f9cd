// A build of the engine with a flush, which waits for what has been sent and is unanswered when it is called.
import type { ErrorKind } from '../adapter.ts';
import { Call, type Job } from './calls.ts';
import type { Engine, EngineClass } from './engine.ts';

/** A call to `flush`. */
export class Flush extends Call {
  readonly owed: Set<Job>;

  constructor(owed: Iterable<Job>) {
    super();
    this.owed = new Set(owed);
  }
}

/** An engine with a flush. */
export interface FlushingEngine extends Engine {
  readonly flushes: Set<Flush>;
  flush(): Promise<void>;
  owedNow(): Iterable<Job>;
  answeredFor(flush: Flush, job: Job, error?: Error): void;
  endFlush(flush: Flush, error?: Error): void;
  endFlushes(kind: ErrorKind): void;
}

/** The class of an engine with a flush. */
export type FlushingClass = new (...args: ConstructorParameters<EngineClass>) => FlushingEngine;

/** An engine that flushes. */
export function flushing(Producer: EngineClass): FlushingClass {
  return class extends Producer {
    readonly flushes = new Set<Flush>();

    async flush(): Promise<void> {
      if (this.closed || this.lost) return;
      const flush = new Flush(this.owedNow());
      this.flushes.add(flush);
      if (flush.owed.size === 0) this.endFlush(flush);
      return flush.promise;
    }

    owedNow(): Iterable<Job> {
      return this.unanswered;
    }

    override answeredCharged(job: Job, error?: Error): void {
      super.answeredCharged(job, error);
      for (const flush of this.flushes) this.answeredFor(flush, job, error);
    }

    answeredFor(flush: Flush, job: Job, _error?: Error): void {
      if (flush.owed.delete(job) && flush.owed.size === 0) this.endFlush(flush);
    }

    endFlush(flush: Flush, error?: Error): void {
      this.flushes.delete(flush);
      flush.end(error);
    }

    override failAll(kind: ErrorKind): void {
      super.failAll(kind);
      this.endFlushes(kind);
    }

    endFlushes(_kind: ErrorKind): void {
      for (const flush of this.flushes) this.endFlush(flush);
    }
  };
}
