// Mutants of giving space back: by a refusal (WIN-9), by a send that fails while it waits (WIN-10), by an
// answer that nobody waits for (WIN-11); and those that charge what takes no space (WIN-7).
import { blocks } from '../../spec/model/decision.ts';
import type { Job, Transaction } from './calls.ts';
import { Fault } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const WINDOW_ACCOUNT_MUTANTS: readonly Mutant[] = [
  {
    id: 'sync-is-charged',
    breaks: ['WIN-7'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
      'WIN-1': 'space that counts as free lets in too much',
    },
    what: 'Sync sends take window space until they are acked.',
    make: (Producer) =>
      class extends Producer {
        override admit(job: Job) {
          if (job.dispatch === 'sync') {
            job.held = Math.min(this.sizeOf(job), this.limit - this.usage);
            this.usage += job.held;
          }
          super.admit(job);
        }
        override answeredBlocked(job: Job, error?: Error) {
          if (!this.lost) this.release(job);
          super.answeredBlocked(job, error);
          this.pump();
        }
      },
  },
  {
    id: 'sync-must-fit',
    breaks: ['WIN-3'],
    what: 'A sync send waits until its own size fits, as if it were charged.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return (
            super.fits(job) && this.usage + Math.min(this.sizeOf(job), this.limit) <= this.limit
          );
        }
      },
  },
  {
    id: 'timed-is-charged',
    breaks: ['WIN-7'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'Timed sends take window space until they are answered.',
    make: (Producer) =>
      class extends Producer {
        override admit(job: Job) {
          if (job.dispatch === 'timed') {
            job.held = this.sizeOf(job);
            this.usage += job.held;
          }
          super.admit(job);
        }
        override answeredBlocked(job: Job, error?: Error) {
          if (!this.lost) this.release(job);
          super.answeredBlocked(job, error);
          this.pump();
        }
      },
  },
  {
    id: 'refused-callback-keeps-its-space',
    strictOnly: true,
    breaks: ['WIN-9'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'A refused send with a completion callback keeps its space.',
    make: (Producer) =>
      class extends Producer {
        override release(job: Job, error?: Error) {
          if (!(error && job.dispatch === 'completion')) super.release(job);
        }
      },
  },
  {
    id: 'refusal-wakes-nobody',
    breaks: ['WIN-3'],
    what: 'A refusal gives the space back, but wakes nobody.',
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          if (!error) return super.answeredCharged(job);
          this.unanswered.delete(job);
          this.release(job, error);
          this.tell(job, error);
        }
      },
  },
  {
    id: 'interrupted-waiter-keeps-space',
    strictOnly: true,
    breaks: ['WIN-10'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'A send interrupted while it waits keeps the space it had asked for.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state === 'waiting' && !blocks(job.dispatch))
            this.usage = Math.min(this.limit, this.usage + this.sizeOf(job));
          super.interrupt(job);
        }
      },
  },
  {
    id: 'rolled-back-waiter-keeps-a-byte',
    strictOnly: true,
    breaks: ['WIN-10'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'A send that waited and was rolled back keeps a byte.',
    make: (Producer) =>
      class extends Producer {
        override failWaiting(transaction: Transaction) {
          const waiting = this.queue.length;
          super.failWaiting(transaction);
          this.usage = Math.min(this.limit, this.usage + waiting - this.queue.length);
        }
      },
  },
  {
    id: 'ghost-takes-space',
    breaks: ['WIN-4'],
    also: {
      'WIN-3': 'space that is not given back is missing to whoever waits',
      'WIN-10': 'the ghost is a send that failed while it waited',
      'TXN-7': 'its transaction waits for it',
    },
    what: 'A send interrupted while it waits stays in the queue and takes its space in its turn.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state === 'waiting') this.end(job, new Fault('interrupted'));
          else super.interrupt(job);
        }
        override write(job: Job) {
          if (!job.ended) super.write(job);
        }
      },
  },
  {
    id: 'interrupt-wakes-nobody',
    strictOnly: true,
    breaks: ['WIN-3'],
    also: { 'WIN-10': 'those behind a send that failed while it waited do not move up' },
    what: 'When the first waiting send is interrupted, those behind it are not looked at.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          this.unqueue((other) => other === job);
          this.end(job, new Fault('interrupted'));
          this.commitWhenReady();
        }
      },
  },
  {
    id: 'timeout-wakes-nobody',
    strictOnly: true,
    breaks: ['WIN-3'],
    also: { 'WIN-10': 'those behind a send that failed while it waited do not move up' },
    what: 'When the first waiting send times out, those behind it are not looked at.',
    make: (Producer) =>
      class extends Producer {
        override timeOut(job: Job) {
          this.unqueue((other) => other === job);
          this.end(job, new Fault('timeout'));
          this.commitWhenReady();
        }
      },
  },
  {
    id: 'late-answer-clears-the-window',
    breaks: ['WIN-11'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-1': 'space that counts as free lets in too much',
      'SYN-7': 'the late answer may be one after a timeout',
    },
    what: 'An answer that nobody waits for any more resets the window.',
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          if (job.ended) this.usage = 0;
          super.answeredBlocked(job, error);
          this.pump();
        }
      },
  },
];
