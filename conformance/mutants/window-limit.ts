// Mutants that let too much in (WIN-1), and those that account for it wrongly (WIN-4).
import { blocks } from '../../spec/model/decision.ts';
import { checkThenAct } from './builds.ts';
import type { Job } from './calls.ts';
import type { Mutant } from './mutant.ts';

export const WINDOW_LIMIT_MUTANTS: readonly Mutant[] = [
  {
    id: 'check-then-act-one-await',
    strictOnly: true,
    breaks: ['WIN-1'],
    what: 'Between the check for space and the charge lies one await.',
    make: (Producer) => checkThenAct(Producer, 1),
  },
  {
    id: 'check-then-act-ten-awaits',
    strictOnly: true,
    breaks: ['WIN-1'],
    what: 'Between the check for space and the charge lie ten awaits.',
    make: (Producer) => checkThenAct(Producer, 10),
  },
  {
    id: 'charged-after-the-write',
    strictOnly: true,
    breaks: ['WIN-1'],
    what: 'The bytes are charged one microtask after the write: sends of one turn see no usage.',
    make: (Producer) =>
      class extends Producer {
        override charge(job: Job) {
          this.unanswered.add(job);
          queueMicrotask(() => {
            if (job.state === 'written') super.charge(job);
          });
        }
      },
  },
  {
    id: 'one-byte-too-many',
    breaks: ['WIN-1'],
    what: 'One byte more than the limit is let in.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return (
            super.fits(job) ||
            (this.isCharged(job) && this.usage + this.sizeOf(job) === this.limit + 1)
          );
        }
      },
  },
  {
    id: 'open-at-exact-equality',
    breaks: ['WIN-1'],
    what: 'When usage equals the limit exactly, the window counts as open.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return super.fits(job) || this.usage === this.limit;
        }
      },
  },
  {
    id: 'no-check-after-twenty',
    breaks: ['WIN-1'],
    what: 'After twenty messages the window is no longer looked at.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return this.count > 20 || super.fits(job);
        }
      },
  },
  {
    id: 'admits-while-not-full',
    strictOnly: true,
    breaks: ['WIN-1'],
    also: {
      'WIN-3': 'a send of no bytes fits a full window, and waits here',
    },
    what: 'A send is admitted while usage is below the limit, whatever its size.',
    make: (Producer) =>
      class extends Producer {
        override fits() {
          return this.usage < this.limit;
        }
      },
  },
  {
    id: 'looks-at-the-first-wakes-two',
    strictOnly: true,
    breaks: ['WIN-1'],
    what: 'An answer lets two waiting sends go, but only the first is looked at.',
    make: (Producer) =>
      class extends Producer {
        override release(job: Job) {
          super.release(job);
          const [first, second] = this.queue;
          if (first && second && this.fits(first))
            this.queue.splice(0, 2).forEach((one) => this.admit(one));
        }
      },
  },
  {
    id: 'refusal-wakes-without-a-check',
    breaks: ['WIN-1'],
    what: 'After a refusal the next waiting send goes out, whether it fits or not.',
    make: (Producer) =>
      class extends Producer {
        override release(job: Job, error?: Error) {
          super.release(job, error);
          const next = error && this.queue.shift();
          if (next) this.admit(next);
        }
      },
  },
  {
    id: 'callback-bypasses-the-window',
    strictOnly: true,
    breaks: ['WIN-1'],
    what: 'A send made inside a completion callback does not look at the window.',
    make: (Producer) =>
      class extends Producer {
        inside = false;
        override callBack(job: Job, error?: Error) {
          this.inside = true;
          super.callBack(job, error);
          this.inside = false;
        }
        override enqueue(job: Job) {
          if (this.inside && this.queue.length === 0) this.admit(job);
          else super.enqueue(job);
        }
      },
  },
  {
    id: 'usage-in-32-bits',
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'a usage that has become negative leaves room for more than the limit',
      'WIN-12': 'it is bytes that are miscounted',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'Usage is kept in a signed 32-bit integer and overflows above 2^31.',
    make: (Producer) =>
      class extends Producer {
        override charge(job: Job) {
          super.charge(job);
          this.usage |= 0;
        }
        override release(job: Job) {
          super.release(job);
          this.usage |= 0;
        }
      },
  },
  {
    id: 'usage-in-single-precision',
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'bytes lost in rounding are let in again',
      'WIN-3': 'space that is not given back is missing to whoever waits',
      'WIN-12': 'it is bytes that are miscounted',
    },
    what: 'Usage is kept as a single-precision float and loses bytes of large windows.',
    make: (Producer) =>
      class extends Producer {
        override charge(job: Job) {
          super.charge(job);
          this.usage = Math.fround(this.usage);
        }
        override release(job: Job) {
          super.release(job);
          this.usage = Math.fround(this.usage);
        }
      },
  },
  {
    id: 'callbacks-are-not-charged',
    strictOnly: true,
    breaks: ['WIN-1', 'WIN-4'],
    what: 'Sends with a completion callback take no window space.',
    make: (Producer) =>
      class extends Producer {
        override charge(job: Job) {
          if (job.dispatch === 'completion') this.unanswered.add(job);
          else super.charge(job);
        }
      },
  },
  {
    id: 'transacted-is-not-charged',
    breaks: ['WIN-1', 'WIN-4'],
    what: 'Sends within a transaction take no window space.',
    make: (Producer) =>
      class extends Producer {
        override charge(job: Job) {
          if (job.transaction) this.unanswered.add(job);
          else super.charge(job);
        }
      },
  },
  {
    id: 'figure-includes-waiting',
    breaks: ['WIN-4'],
    what: 'The usage figure includes what still waits.',
    make: (Producer) =>
      class extends Producer {
        override windowUsage() {
          const charged = this.queue.filter((job) => !blocks(job.dispatch));
          return charged.reduce((sum, job) => sum + this.sizeOf(job), this.usage);
        }
      },
  },
  {
    id: 'out-of-order-keeps-a-byte',
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'the usage figure no longer tells what is unanswered',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'An answer that overtakes another gives back one byte less.',
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          const [oldest] = this.unanswered;
          if (oldest !== job && job.held > 0) job.held -= 1;
          super.answeredCharged(job, error);
        }
      },
  },
  {
    id: 'too-large-keeps-a-byte',
    strictOnly: true,
    breaks: ['WIN-4'],
    also: { 'WIN-3': 'space that is not given back is missing to whoever waits' },
    what: 'A send that is refused for its size keeps a byte of the window.',
    make: (Producer) =>
      class extends Producer {
        override refuseTooLarge(job: Job) {
          this.usage += 1;
          super.refuseTooLarge(job);
        }
      },
  },
];
