// Mutants of flush: it returns too early, is not woken, fails for nothing, or survives the end.
import type { ErrorKind } from '../adapter.ts';
import { Fault, isRefusal, type Job } from './calls.ts';
import type { EngineClass } from './engine.ts';
import { type Flush, flushing, type FlushingClass } from './flushing.ts';
import { because, issue, type Mutant } from './mutant.ts';

type FlushMutant = Omit<Mutant, 'id' | 'claims' | 'make'> & {
  readonly make: (Flushing: FlushingClass) => EngineClass;
};

export const FLUSH_MUTANTS = ofFlush({
  'flush-waits-for-the-write-only': {
    breaks: ['FLU-1'],
    what: 'Flush returns at once, since everything is written, whatever is unanswered.',
    reports: [issue('apache/pulsar-client-cpp', 51)],
    make: (Flushing) =>
      class extends Flushing {
        override owedNow() {
          return [];
        }
      },
  },
  'flush-ends-with-the-first-answer': {
    breaks: ['FLU-1'],
    what: 'The first answer ends a flush, though more are due.',
    make: (Flushing) =>
      class extends Flushing {
        override answeredFor(flush: Flush, job: Job) {
          if (flush.owed.delete(job)) this.endFlush(flush);
        }
      },
  },
  'flush-ends-with-the-last-send': {
    breaks: ['FLU-1'],
    what: 'Flush waits for the answer to the last send alone, as if answers came in order.',
    make: (Flushing) =>
      class extends Flushing {
        override owedNow() {
          return [...this.unanswered].slice(-1);
        }
      },
  },
  'flush-forgets-callbacks': {
    breaks: ['FLU-1'],
    what: 'Flush leaves out what was sent with a callback.',
    reports: [issue('googleapis/nodejs-pubsub', 1620)],
    make: (Flushing) =>
      class extends Flushing {
        override owedNow() {
          return [...this.unanswered].filter(({ dispatch }) => dispatch === 'async');
        }
      },
  },
  'flush-takes-a-refusal-for-the-end': {
    breaks: ['FLU-1'],
    what: 'A refusal ends a flush as if it were done, though more answers are due.',
    make: (Flushing) =>
      class extends Flushing {
        override answeredFor(flush: Flush, job: Job, error?: Error) {
          if (flush.owed.has(job) && isRefusal(error)) this.endFlush(flush);
          else super.answeredFor(flush, job, error);
        }
      },
  },
  'flush-is-not-woken-by-a-refusal': {
    breaks: ['FLU-2'],
    what: 'A flush waits for ever for what was refused.',
    make: (Flushing) =>
      class extends Flushing {
        override answeredFor(flush: Flush, job: Job, error?: Error) {
          if (!isRefusal(error)) super.answeredFor(flush, job, error);
        }
      },
  },
  'only-the-last-flush-is-woken': {
    breaks: ['FLU-2'],
    also: because('nobody knows the first one any more', 'FLU-3'),
    what: 'A second flush takes the place of the first, which never ends.',
    make: (Flushing) =>
      class extends Flushing {
        override flush() {
          const answer = super.flush();
          for (const flush of [...this.flushes].slice(0, -1)) this.flushes.delete(flush);
          return answer;
        }
      },
  },
  'flush-of-nothing-fails': {
    breaks: ['FLU-2'],
    what: 'A flush fails if there is nothing to flush.',
    make: (Flushing) =>
      class extends Flushing {
        override async flush() {
          if (this.unanswered.size === 0) throw new Fault('illegal-state', 'nothing to flush');
          return super.flush();
        }
      },
  },
  'flush-survives-the-loss': {
    breaks: ['FLU-3'],
    what: 'A lost connection leaves a flush waiting.',
    make: (Flushing) =>
      class extends Flushing {
        override endFlushes(kind: ErrorKind) {
          if (kind !== 'connection-lost') super.endFlushes(kind);
        }
      },
  },
  'flush-survives-close': {
    breaks: ['FLU-3'],
    what: 'Close leaves a flush waiting for its answers.',
    make: (Flushing) =>
      class extends Flushing {
        override endFlushes(kind: ErrorKind) {
          if (kind !== 'closed') super.endFlushes(kind);
        }
      },
  },
});

function ofFlush(byId: Readonly<Record<string, FlushMutant>>): readonly Mutant[] {
  return Object.entries(byId).map(([id, mutant]) => ({
    ...mutant,
    id,
    claims: ['flush'],
    make: (Producer) => mutant.make(flushing(Producer)),
  }));
}
