// Mutants that cannot bear what a completion callback does: send again (CMP-5), or throw (CMP-6).
import type { OutgoingMessage, SendOptions } from '../adapter.ts';
import type { Job } from './calls.ts';
import type { Mutant } from './mutant.ts';

export const CALLBACK_MUTANTS: readonly Mutant[] = [
  {
    id: 'inner-callback-is-dropped',
    breaks: ['CMP-5'],
    also: { 'CMP-1': 'a callback never fires', 'ERR-3': 'a callback never fires' },
    what: 'The callback of a send made inside a callback is not kept.',
    make: (Producer) =>
      class extends Producer {
        inside = false;
        override callBack(job: Job, error?: Error) {
          this.inside = true;
          super.callBack(job, error);
          this.inside = false;
        }
        override accept(message: OutgoingMessage, options: SendOptions) {
          if (!this.inside || !options.onComplete) return super.accept(message, options);
          return super.accept(message, { signal: options.signal, onComplete: () => {} });
        }
      },
  },
  {
    id: 'send-in-a-callback-deadlocks',
    breaks: ['CMP-5'],
    also: {
      'WIN-3': 'it waits although it fits',
      'WIN-8': 'it waits although there is no window',
    },
    what: 'A send made inside a callback waits until something else happens.',
    make: (Producer) =>
      class extends Producer {
        inside = false;
        override callBack(job: Job, error?: Error) {
          this.inside = true;
          super.callBack(job, error);
          this.inside = false;
        }
        override pump() {
          if (!this.inside) super.pump();
        }
      },
  },
  {
    id: 'throwing-callback-keeps-its-space',
    strictOnly: true,
    breaks: ['CMP-6'],
    what: 'The bytes are given back after the callback, and not if it throws.',
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          this.unanswered.delete(job);
          try {
            if (job.dispatch === 'completion') job.options.onComplete?.(error);
            else this.tell(job, error);
            this.release(job, error);
          } catch {
            // The release is what went wrong.
          }
          this.pump();
        }
      },
  },
  {
    id: 'throwing-callback-stops-the-pump',
    breaks: ['CMP-6'],
    what: 'A callback that throws stops the producer for good.',
    make: (Producer) =>
      class extends Producer {
        stopped = false;
        override callBack({ options }: Job, error?: Error) {
          try {
            options.onComplete?.(error);
          } catch {
            this.stopped = true;
          }
        }
        override fits(job: Job) {
          return super.fits(job) && !this.stopped;
        }
      },
  },
];
