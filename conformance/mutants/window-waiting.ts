// Mutants of waiting for space: whoever does not fit must wait (WIN-2), and go as soon as it fits (WIN-3).
import { blocks } from '../../spec/model/decision.ts';
import type { Job } from './calls.ts';
import { Fault } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const WINDOW_WAITING_MUTANTS: readonly Mutant[] = [
  {
    id: 'rejects-when-full',
    breaks: ['WIN-2'],
    also: { 'SND-1': 'a send that would have fitted fails for no cause' },
    what: 'A send that does not fit is refused with an error.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          if (!blocks(job.dispatch) && !this.fits(job)) this.end(job, new Fault('other', 'full'));
          else super.enqueue(job);
        }
      },
  },
  {
    id: 'third-waiter-is-refused',
    breaks: ['WIN-2'],
    also: { 'SND-1': 'a send that would have fitted fails for no cause' },
    what: 'Only two sends may wait; the third is refused.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          if (this.queue.length < 2) super.enqueue(job);
          else this.end(job, new Fault('other', 'too many wait'));
        }
      },
  },
  {
    id: 'gives-up-waiting',
    breaks: ['WIN-2'],
    also: {
      'SND-1': 'a send that would have fitted fails for no cause',
      'SYN-6': 'a timed send gives up before its timeout',
    },
    what: 'A send that has waited 40 ms for space fails, although nobody asked for a timeout.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          super.enqueue(job);
          if (job.state === 'waiting') setTimeout(() => this.giveUp(job), 40);
        }
        giveUp(job: Job) {
          if (job.state === 'waiting') this.withdraw(job, new Fault('other', 'waited too long'));
        }
      },
  },
  {
    id: 'wakes-one-of-two',
    breaks: ['WIN-3'],
    what: 'An answer wakes one waiting send, even if two fit.',
    make: (Producer) =>
      class extends Producer {
        override pump() {
          const [head] = this.queue;
          if (head && this.fits(head)) this.admit(this.queue.shift() ?? head);
          this.commitWhenReady();
        }
      },
  },
  {
    id: 'second-ack-of-a-turn-is-unseen',
    breaks: ['WIN-3'],
    what: 'Waiting sends are woken a turn later, by the usage as it was at the first ack.',
    make: (Producer) =>
      class extends Producer {
        seen: number | undefined;
        override fits(job: Job) {
          const unseen = Math.max(0, (this.seen ?? 0) - this.usage);
          this.usage += unseen;
          const fits = super.fits(job);
          this.usage -= unseen;
          return fits;
        }
        override answeredCharged(job: Job, error?: Error) {
          this.unanswered.delete(job);
          this.release(job, error);
          if (this.seen === undefined) setImmediate(() => this.wake());
          this.seen ??= this.usage;
          this.tell(job, error);
        }
        wake() {
          this.pump();
          this.seen = undefined;
        }
      },
  },
  {
    id: 'exact-fit-waits',
    breaks: ['WIN-3'],
    what: 'A send that fills the window exactly waits.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          if (this.usage === 0) return super.fits(job);
          return (
            super.fits(job) &&
            !(this.isCharged(job) && this.usage + this.sizeOf(job) === this.limit)
          );
        }
      },
  },
  {
    id: 'polls-for-space',
    breaks: ['WIN-3'],
    what: 'Waiting sends look for space every 100 ms only.',
    make: (Producer) =>
      class extends Producer {
        alarm: ReturnType<typeof setTimeout> | undefined;
        override answeredCharged(job: Job, error?: Error) {
          this.unanswered.delete(job);
          this.release(job, error);
          this.alarm ??= setTimeout(() => this.look(), 100);
          this.tell(job, error);
        }
        look() {
          this.alarm = undefined;
          this.pump();
        }
      },
  },
  {
    id: 'only-a-new-send-looks',
    breaks: ['WIN-3'],
    what: 'Freed space is noticed by the next send only, not by those that wait.',
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          this.unanswered.delete(job);
          this.release(job, error);
          this.tell(job, error);
        }
      },
  },
  {
    id: 'no-bytes-wait-when-full',
    strictOnly: true,
    breaks: ['WIN-3'],
    what: 'A send of no bytes waits at a full window.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return super.fits(job) && this.usage < this.limit;
        }
      },
  },
];
