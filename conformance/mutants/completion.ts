// Mutants of the completion callback: too often, never, too early, or untrue (CMP-1 to CMP-4).
import type { OutgoingMessage, SendOptions } from '../adapter.ts';
import type { Job } from './calls.ts';
import { Fault, isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const COMPLETION_MUTANTS: readonly Mutant[] = [
  {
    id: 'thirteenth-callback-is-lost',
    breaks: ['CMP-1'],
    also: { 'ERR-3': 'it may be due at a loss' },
    what: 'The callback of the thirteenth message of a producer never fires.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          if (job.number !== 13) super.callBack(job, error);
        }
      },
  },
  {
    id: 'one-callback-a-turn',
    breaks: ['CMP-1'],
    also: { 'ERR-3': 'at a loss all callbacks are due in one turn' },
    what: 'Of two completions answered in one turn only the later one is called back.',
    make: (Producer) =>
      class extends Producer {
        due: ReturnType<typeof setImmediate> | undefined;
        override callBack(job: Job, error?: Error) {
          clearImmediate(this.due);
          this.due = setImmediate(() => super.callBack(job, error));
        }
      },
  },
  {
    id: 'refusal-is-not-called-back',
    breaks: ['CMP-1'],
    what: 'The callback of a refused message never fires.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          if (!isRefusal(error)) super.callBack(job, error);
        }
      },
  },
  {
    id: 'called-back-at-close-and-again',
    breaks: ['CMP-1'],
    what: 'Callbacks get an error at close, and once more their answer.',
    make: (Producer) =>
      class extends Producer {
        override async close() {
          if (!this.closed)
            for (const job of this.unanswered) this.callBack(job, new Fault('closed'));
          return super.close();
        }
      },
  },
  {
    id: 'success-when-written',
    breaks: ['CMP-2'],
    what: 'The callback reports success when the message is written.',
    make: (Producer) =>
      class extends Producer {
        override write(job: Job) {
          super.write(job);
          if (job.dispatch === 'completion') queueMicrotask(() => super.callBack(job));
        }
        override callBack() {}
      },
  },
  {
    id: 'oldest-callback-is-called',
    breaks: ['CMP-2'],
    also: {
      'CMP-1': 'the right one is not called',
      'CMP-3': 'the oldest may get the error of another',
      'ERR-3': 'the right one is not called',
    },
    what: 'An ack calls the oldest callback that is open, not its own.',
    make: (Producer) =>
      class extends Producer {
        open: Job[] = [];
        override write(job: Job) {
          if (job.dispatch === 'completion') this.open.push(job);
          super.write(job);
        }
        override callBack(_job: Job, error?: Error) {
          const oldest = this.open.shift();
          if (oldest) super.callBack(oldest, error);
        }
      },
  },
  {
    id: 'refusal-is-called-success',
    breaks: ['CMP-3'],
    what: 'The callback of a refused message reports success.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          super.callBack(job, isRefusal(error) ? undefined : error);
        }
      },
  },
  {
    id: 'refusal-is-called-a-timeout',
    breaks: ['CMP-3'],
    what: 'The callback of a refused message is told of a timeout.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          super.callBack(job, isRefusal(error) ? new Fault('timeout') : error);
        }
      },
  },
  {
    id: 'spurious-error',
    breaks: ['CMP-3'],
    what: 'The callback of every fifth message reports an error although it was acked.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          super.callBack(job, error ?? (job.number % 5 === 0 ? new Fault('other') : undefined));
        }
      },
  },
  {
    id: 'failed-check-calls-back-inside',
    breaks: ['CMP-4'],
    what: 'A send that fails its checks calls back before it throws.',
    make: (Producer) =>
      class extends Producer {
        override async send(message: OutgoingMessage, options: SendOptions) {
          try {
            this.checkDestination(message);
          } catch (error) {
            options.onComplete?.(error);
          }
          return super.send(message, options);
        }
      },
  },
  {
    id: 'oversized-calls-back-inside',
    strictOnly: true,
    breaks: ['CMP-4'],
    what: 'A message that is too large calls back inside the call.',
    make: (Producer) =>
      class extends Producer {
        override refuseTooLarge(job: Job) {
          this.callBack(job, new Fault('too-large'));
          super.refuseTooLarge(job);
        }
      },
  },
];
