// Mutants of the order of waiting sends (WIN-5), of messages that can never fit (WIN-6), and of having no
// window (WIN-8).
import { blocks } from '../../spec/model/decision.ts';
import type { Job } from './calls.ts';
import { Fault } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const WINDOW_ORDER_MUTANTS: readonly Mutant[] = [
  {
    id: 'small-overtakes-large',
    strictOnly: true,
    breaks: ['WIN-5'],
    also: { 'ORD-2': 'whoever overtakes in the queue overtakes on the wire' },
    what: 'Whoever fits goes: a small send overtakes a large one that waits.',
    make: (Producer) =>
      class extends Producer {
        override pump() {
          for (const job of this.queue) {
            if (!this.fits(job)) continue;
            this.queue = this.queue.filter((other) => other !== job);
            this.admit(job);
          }
          this.commitWhenReady();
        }
      },
  },
  {
    id: 'last-come-first-served',
    strictOnly: true,
    breaks: ['WIN-5'],
    also: {
      'ORD-2': 'whoever overtakes in the queue overtakes on the wire',
      'WIN-3': 'the first to wait is not looked at',
    },
    what: 'The latest waiting send is woken first.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          this.queue.unshift(job);
          this.pump();
        }
      },
  },
  {
    id: 'barges-in',
    strictOnly: true,
    breaks: ['WIN-5'],
    also: { 'ORD-2': 'whoever overtakes in the queue overtakes on the wire' },
    what: 'A new send that fits goes out at once, although others wait.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          if (this.fits(job)) this.admit(job);
          else super.enqueue(job);
        }
      },
  },
  {
    id: 'high-priority-first',
    strictOnly: true,
    breaks: ['WIN-5'],
    also: {
      'ORD-2': 'whoever overtakes in the queue overtakes on the wire',
      'WIN-3': 'the first to wait is not the first to be looked at',
    },
    what: 'Waiting sends are woken in the order of their priority.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          this.queue.push(job);
          this.queue.sort((a, b) => b.message.priority - a.message.priority);
          this.pump();
        }
      },
  },
  {
    id: 'sync-does-not-queue',
    strictOnly: true,
    breaks: ['WIN-5'],
    also: { 'ORD-2': 'whoever overtakes in the queue overtakes on the wire' },
    what: 'Sync sends are not charged, so they do not queue either.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          if (blocks(job.dispatch)) this.admit(job);
          else super.enqueue(job);
        }
      },
  },
  {
    id: 'transacted-first',
    strictOnly: true,
    breaks: ['WIN-5'],
    also: {
      'ORD-2': 'whoever overtakes in the queue overtakes on the wire',
      'WIN-3': 'the first to wait is not the first to be looked at',
    },
    what: 'Waiting sends of a transaction have a queue of their own, which is served first.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          this.queue.push(job);
          this.queue.sort((a, b) => Number(!a.transaction) - Number(!b.transaction));
          this.pump();
        }
      },
  },
  {
    id: 'oversized-goes-alone',
    strictOnly: true,
    breaks: ['WIN-6'],
    what: 'A message larger than the window is let into an empty one.',
    make: (Producer) =>
      class extends Producer {
        override isTooLarge() {
          return false;
        }
        override fits(job: Job) {
          return super.fits(job) || (this.usage === 0 && this.sizeOf(job) > this.limit);
        }
      },
  },
  {
    id: 'oversized-waits-for-ever',
    strictOnly: true,
    breaks: ['WIN-6'],
    what: 'A message larger than the window waits for ever.',
    make: (Producer) =>
      class extends Producer {
        override isTooLarge() {
          return false;
        }
      },
  },
  {
    id: 'oversized-is-nameless',
    strictOnly: true,
    breaks: ['WIN-6'],
    what: 'A message larger than the window fails with a nameless error.',
    make: (Producer) =>
      class extends Producer {
        override refuseTooLarge(job: Job) {
          this.end(job, new Fault('other', 'cannot send'));
        }
      },
  },
  {
    id: 'no-window-is-no-room',
    breaks: ['WIN-8'],
    what: 'A window size of 0 is taken for a window of no bytes.',
    make: (Producer) =>
      class extends Producer {
        override get limit() {
          return this.settings.windowSize;
        }
        override isTooLarge(job: Job) {
          return this.limit > 0 && super.isTooLarge(job);
        }
      },
  },
  {
    id: 'four-in-flight-by-default',
    breaks: ['WIN-8'],
    what: 'Without a window at most four sends may be unanswered.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return super.fits(job) && (this.settings.windowSize > 0 || this.unanswered.size < 4);
        }
      },
  },
];
