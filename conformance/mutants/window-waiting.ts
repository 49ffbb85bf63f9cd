// Mutants of waiting for space: who must wait (WIN-2, WIN-3), in which order (WIN-5), what can never fit
// (WIN-6), and having no window (WIN-8).
import { blocks } from '../../spec/model/decision.ts';
import { around } from './builds.ts';
import { FAILS_THOUGH_IT_FITS, mutants, OVERTAKES_ON_THE_WIRE } from './mutant.ts';
import { Fault, type Job } from './calls.ts';

export const WINDOW_WAITING_MUTANTS = mutants({
  'rejects-when-full': {
    breaks: ['WIN-2'],
    also: FAILS_THOUGH_IT_FITS,
    what: 'A send that does not fit is refused with an error.',
    make: around('enqueue', (engine, base, job) => {
      if (!blocks(job.dispatch) && !engine.fits(job)) engine.end(job, new Fault('other', 'full'));
      else base(job);
    }),
  },
  'sync-send-ignores-a-full-window': {
    strictOnly: true,
    breaks: ['WIN-2'],
    what: 'A send that takes no space goes out although the window is full.',
    make: around('fits', (_, base, job) => blocks(job.dispatch) || base(job)),
  },
  'third-waiter-is-refused': {
    breaks: ['WIN-2'],
    also: FAILS_THOUGH_IT_FITS,
    what: 'Only two sends may wait; the third is refused.',
    make: around('enqueue', (engine, base, job) => {
      if (engine.queue.length < 2) base(job);
      else engine.end(job, new Fault('other', 'too many wait'));
    }),
  },
  'gives-up-waiting': {
    breaks: ['WIN-2'],
    also: {
      ...FAILS_THOUGH_IT_FITS,
      'SYN-6': 'a timed send gives up before its timeout',
      'LIF-7': 'the timer outlives the wait',
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
  'wakes-one-of-two': {
    breaks: ['WIN-3'],
    also: { 'WIN-12': 'of many small ones only one goes' },
    what: 'An answer wakes one waiting send, even if two fit.',
    make: around('pump', (engine) => {
      const [head] = engine.queue;
      if (head && engine.fits(head)) engine.admit(engine.queue.shift() ?? head);
      engine.commitWhenReady();
    }),
  },
  'second-ack-of-a-turn-is-unseen': {
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
          this.settle(job, error);
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
  'exact-fit-waits': {
    breaks: ['WIN-3'],
    what: 'A send that fills the window exactly waits.',
    make: around('fits', (engine, base, job) => {
      if (engine.usage === 0) return base(job);
      return (
        base(job) && !(engine.isCharged(job) && engine.usage + engine.sizeOf(job) === engine.limit)
      );
    }),
  },
  'polls-for-space': {
    breaks: ['WIN-3'],
    also: { 'LIF-7': 'the last look is still to come when the producer is closed' },
    what: 'Waiting sends look for space every 100 ms only.',
    make: (Producer) =>
      class extends Producer {
        alarm: ReturnType<typeof setTimeout> | undefined;
        override answeredCharged(job: Job, error?: Error) {
          this.settle(job, error);
          this.alarm ??= setTimeout(() => this.look(), 100);
          this.tell(job, error);
        }
        look() {
          this.alarm = undefined;
          this.pump();
        }
      },
  },
  'only-a-new-send-looks': {
    breaks: ['WIN-3'],
    what: 'Freed space is noticed by the next send only, not by those that wait.',
    make: around('answeredCharged', (engine, _base, job, error) => {
      engine.settle(job, error);
      engine.tell(job, error);
    }),
  },
  'no-bytes-wait-when-full': {
    strictOnly: true,
    breaks: ['WIN-3'],
    what: 'A send of no bytes waits at a full window.',
    make: around('fits', (engine, base, job) => base(job) && engine.usage < engine.limit),
  },
  'small-overtakes-large': {
    strictOnly: true,
    breaks: ['WIN-5'],
    also: OVERTAKES_ON_THE_WIRE,
    what: 'What fits goes: a small send overtakes a large one that waits.',
    make: around('pump', (engine) => {
      for (const job of engine.queue) {
        if (!engine.fits(job)) continue;
        engine.queue = engine.queue.filter((other) => other !== job);
        engine.admit(job);
      }
      engine.commitWhenReady();
    }),
  },
  'last-come-first-served': {
    strictOnly: true,
    breaks: ['WIN-5'],
    also: { ...OVERTAKES_ON_THE_WIRE, 'WIN-3': 'the first to wait is not looked at' },
    what: 'The latest waiting send is woken first.',
    make: around('enqueue', (engine, _base, job) => {
      engine.queue.unshift(job);
      engine.pump();
    }),
  },
  'barges-in': {
    strictOnly: true,
    breaks: ['WIN-5'],
    also: OVERTAKES_ON_THE_WIRE,
    what: 'A new send that fits goes out at once, although others wait.',
    make: around('enqueue', (engine, base, job) => {
      if (engine.fits(job)) engine.admit(job);
      else base(job);
    }),
  },
  'high-priority-first': {
    strictOnly: true,
    breaks: ['WIN-5'],
    also: {
      ...OVERTAKES_ON_THE_WIRE,
      'WIN-3': 'the first to wait is not the first to be looked at',
      'WIN-10': 'it is seen once one that waited has failed',
    },
    what: 'Waiting sends are woken in the order of their priority.',
    make: around('enqueue', (engine, _base, job) => {
      engine.queue.push(job);
      engine.queue.sort((a, b) => b.message.priority - a.message.priority);
      engine.pump();
    }),
  },
  'sync-does-not-queue': {
    strictOnly: true,
    breaks: ['WIN-2', 'WIN-5'],
    also: OVERTAKES_ON_THE_WIRE,
    what: 'Sync sends are not charged, so they do not queue either.',
    make: around('enqueue', (engine, base, job) => {
      if (blocks(job.dispatch)) engine.admit(job);
      else base(job);
    }),
  },
  'transacted-first': {
    strictOnly: true,
    breaks: ['WIN-5'],
    also: {
      ...OVERTAKES_ON_THE_WIRE,
      'WIN-3': 'the first to wait is not the first to be looked at',
    },
    what: 'Waiting sends of a transaction have a queue of their own, which is served first.',
    make: around('enqueue', (engine, _base, job) => {
      engine.queue.push(job);
      engine.queue.sort((a, b) => Number(!a.transaction) - Number(!b.transaction));
      engine.pump();
    }),
  },
  'oversized-goes-alone': {
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
  'oversized-waits-for-ever': {
    strictOnly: true,
    breaks: ['WIN-6'],
    what: 'A message larger than the window waits for ever.',
    make: around('isTooLarge', () => false),
  },
  'oversized-is-nameless': {
    strictOnly: true,
    breaks: ['WIN-6'],
    what: 'A message larger than the window fails with a nameless error.',
    make: around('refuseTooLarge', (engine, _base, job) =>
      engine.end(job, new Fault('other', 'cannot send')),
    ),
  },
  'no-window-is-no-room': {
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
  'four-in-flight-by-default': {
    breaks: ['WIN-8'],
    what: 'Without a window at most four sends may be unanswered.',
    make: around(
      'fits',
      (engine, base, job) =>
        base(job) && (engine.settings.windowSize > 0 || engine.unanswered.size < 4),
    ),
  },
});
