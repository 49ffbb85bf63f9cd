// Mutants of sends that must not wait for their answer, or must report it (ASY).
import { awaitsAnswer } from './builds.ts';
import type { Job } from './calls.ts';
import { isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const ASYNC_MUTANTS: readonly Mutant[] = [
  {
    id: 'all-wait-after-twenty',
    breaks: ['ASY-1'],
    also: {
      'ASY-2': 'so do transacted sends',
      'ASY-3': 'so do sends with useAsyncSend',
    },
    what: 'After twenty messages async sends return at their answer only.',
    make: (Producer) =>
      awaitsAnswer(Producer, ({ number, dispatch }) => number > 20 && dispatch === 'async'),
  },
  {
    id: 'non-persistent-waits',
    breaks: ['ASY-1'],
    also: { 'ASY-4': 'so do those with a completion callback' },
    what: 'A non-persistent send with a time to live waits for its answer.',
    make: (Producer) =>
      awaitsAnswer(
        Producer,
        ({ message, transaction }) =>
          message.timeToLiveMs > 0 && message.deliveryMode === 'non-persistent' && !transaction,
      ),
  },
  {
    id: 'transacted-waits',
    breaks: ['ASY-2'],
    what: 'A persistent send within a transaction waits for its answer.',
    make: (Producer) =>
      awaitsAnswer(
        Producer,
        ({ message, transaction, dispatch }) =>
          dispatch === 'async' &&
          transaction !== undefined &&
          message.deliveryMode === 'persistent',
      ),
  },
  {
    id: 'use-async-send-waits',
    breaks: ['ASY-3'],
    what: 'With useAsyncSend a persistent send waits for its answer.',
    make: (Producer) =>
      awaitsAnswer(
        Producer,
        ({ message, transaction, dispatch }) =>
          dispatch === 'async' &&
          transaction === undefined &&
          message.deliveryMode === 'persistent',
      ),
  },
  {
    id: 'callback-waits',
    breaks: ['ASY-4'],
    what: 'A send with a completion callback waits for its answer.',
    make: (Producer) => awaitsAnswer(Producer, ({ dispatch }) => dispatch === 'completion'),
  },
  {
    id: 'callback-waits-if-timed',
    breaks: ['ASY-4'],
    what: 'With a timeout a send with a completion callback waits for its answer.',
    make: (Producer) =>
      class extends Producer {
        override returnsAtOnce(job: Job) {
          return super.returnsAtOnce(job) && this.settings.sendTimeoutMs === 0;
        }
        override answeredCharged(job: Job, error?: Error) {
          this.end(job);
          super.answeredCharged(job, error);
        }
      },
  },
  {
    id: 'refusal-is-not-reported',
    breaks: ['ASY-5'],
    what: 'Refusals of async sends are told to nobody.',
    make: (Producer) =>
      class extends Producer {
        override report() {}
      },
  },
  {
    id: 'only-the-first-refusal-is-reported',
    breaks: ['ASY-5'],
    what: 'Only the first refusal of the producer is reported.',
    make: (Producer) =>
      class extends Producer {
        reported = false;
        override report(job: Job, error: Error) {
          if (!this.reported) super.report(job, error);
          this.reported = true;
        }
      },
  },
  {
    id: 'refusal-is-reported-twice',
    breaks: ['ASY-5'],
    what: 'A refusal is reported by the producer and again by its session.',
    make: (Producer) =>
      class extends Producer {
        override report(job: Job, error: Error) {
          super.report(job, error);
          super.report(job, error);
        }
      },
  },
  {
    id: 'transacted-refusal-is-not-reported',
    breaks: ['ASY-5'],
    what: 'Refusals within a transaction are told to nobody: the commit will fail anyway.',
    make: (Producer) =>
      class extends Producer {
        override report(job: Job, error: Error) {
          if (!job.transaction) super.report(job, error);
        }
      },
  },
  {
    id: 'returns-late-and-fails',
    breaks: ['ASY-6'],
    what: 'An async send returns a turn late, and throws if it was refused meanwhile.',
    make: (Producer) =>
      class extends Producer {
        readonly refusals = new Map<Job, Error>();
        override returnsAtOnce(job: Job) {
          if (super.returnsAtOnce(job)) setImmediate(() => this.end(job, this.refusals.get(job)));
          return false;
        }
        override answeredCharged(job: Job, error?: Error) {
          if (isRefusal(error)) this.refusals.set(job, error);
          super.answeredCharged(job, error);
        }
      },
  },
];
