// Mutants of closing and interrupting (LIF).
import type { ErrorKind } from '../adapter.ts';
import { around, deferred } from './builds.ts';
import { Ending, Job } from './calls.ts';
import { Fault } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const LIFECYCLE_MUTANTS: readonly Mutant[] = [
  {
    id: 'closed-producer-hangs',
    breaks: ['LIF-1'],
    also: {
      'LIF-2': 'it is pending after close',
      'ERR-1': 'it is pending after a loss',
      'ERR-4': 'the connection may be lost besides',
    },
    what: 'A send on a closed producer never ends.',
    make: around('send', async (engine, base, message, options) => {
      if (engine.closed) await new Promise(() => {});
      return base(message, options);
    }),
  },
  {
    id: 'closed-producer-returns',
    breaks: ['LIF-1'],
    also: { 'ORD-4': 'it returned and was not sent' },
    what: 'A closed producer queues what it is given, async sends return, and nothing goes out.',
    make: (Producer) =>
      class extends Producer {
        override checkUsable() {
          if (this.lost || this.broker.lost.aborted) throw new Fault('connection-lost');
        }
        override enqueue(job: Job) {
          if (!this.closed) super.enqueue(job);
          else if (this.isCharged(job)) this.end(job);
          else this.end(job, new Fault('closed'));
        }
      },
  },
  {
    id: 'closed-producer-sends',
    breaks: ['LIF-1'],
    also: {
      'LIF-2': 'what close has failed is followed by more',
      'LIF-4': 'it goes out after close',
    },
    what: 'A send on a closed producer goes out.',
    make: around('checkUsable', (engine, base) => {
      const { closed } = engine;
      engine.closed = false;
      try {
        base();
      } finally {
        engine.closed = closed;
      }
    }),
  },
  {
    id: 'closed-is-nameless',
    breaks: ['LIF-1'],
    what: 'A send on a closed producer fails with a nameless error.',
    make: around('checkUsable', (engine, base) => {
      if (engine.closed) throw new Fault('other', 'cannot send');
      base();
    }),
  },
  {
    id: 'close-leaves-sync-sends',
    breaks: ['LIF-2'],
    what: 'Close leaves the sync sends that are out pending until their ack.',
    make: around('fail', (engine, base, call, kind) => {
      const out = call instanceof Job && call.state === 'written';
      if (!out || engine.lost) base(call, kind);
    }),
  },
  {
    id: 'close-leaves-the-commit',
    breaks: ['LIF-2'],
    what: 'Close leaves a commit or rollback pending.',
    make: around('fail', (engine, base, call, kind) => {
      if (!(call instanceof Ending) || engine.lost) base(call, kind);
    }),
  },
  {
    id: 'close-one-by-one',
    strictOnly: true,
    breaks: ['LIF-2'],
    what: 'Close withdraws what waits one by one, and the next slips out meanwhile.',
    make: around('close', async (engine, base) => {
      for (const job of engine.queue) {
        if (job.state === 'waiting') engine.withdraw(job, new Fault('closed'));
      }
      return base();
    }),
  },
  {
    id: 'second-close-throws',
    breaks: ['LIF-3'],
    what: 'Closing again throws.',
    make: around('close', async (engine, base) => {
      if (engine.closed) throw new Fault('closed');
      return base();
    }),
  },
  {
    id: 'second-close-hangs',
    breaks: ['LIF-3'],
    what: 'Closing again never returns.',
    make: around('close', async (engine, base) => {
      if (engine.closed) await new Promise(() => {});
      return base();
    }),
  },
  {
    id: 'outbox-is-written-after-close',
    breaks: ['LIF-4'],
    what: 'A deferred writer writes its outbox after close has returned.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override failAll(kind: ErrorKind) {
          const { outbox } = this;
          this.outbox = [];
          super.failAll(kind);
          this.outbox = outbox;
        }
      },
  },
  {
    id: 'waiting-goes-out-after-close',
    breaks: ['LIF-4'],
    also: {
      'ORD-6': 'it waited, failed, and was sent',
      'WIN-10': 'it waited, failed, and was sent',
    },
    what: 'Close fails what waits, but a later answer still lets it go.',
    make: around('failAll', (engine, base, kind) => {
      const { queue } = engine;
      base(kind);
      if (kind === 'closed') engine.queue = queue;
    }),
  },
  {
    id: 'waiting-cannot-be-interrupted',
    breaks: ['LIF-5'],
    what: 'An interrupt of a send that waits for space is ignored.',
    make: around('interrupt', (_, base, job) => {
      if (job.state !== 'waiting') base(job);
    }),
  },
  {
    id: 'blocked-cannot-be-interrupted',
    breaks: ['LIF-5'],
    what: 'An interrupt of a send that waits for its ack is ignored.',
    make: around('interrupt', (_, base, job) => {
      if (job.state === 'waiting') base(job);
    }),
  },
  {
    id: 'interrupt-is-nameless',
    breaks: ['LIF-5'],
    what: 'An interrupted send fails with a nameless error.',
    make: around('interrupt', (engine, _base, job) =>
      engine.withdraw(job, new Fault('other', 'aborted')),
    ),
  },
  {
    id: 'interrupt-fails-all-that-wait',
    breaks: ['SND-1'],
    also: { 'LIF-5': 'an interrupt concerns its own call alone' },
    what: 'An interrupt of one waiting send fails all that wait.',
    make: around('interrupt', (engine, base, job) => {
      if (job.state !== 'waiting') return base(job);
      for (const waiting of engine.unqueue(() => true))
        engine.end(waiting, new Fault('interrupted'));
      engine.pump();
    }),
  },
  {
    id: 'interrupt-kills-the-producer',
    breaks: ['SND-1'],
    also: { 'LIF-6': 'the interrupt may have come too late', 'LIF-5': 'the producer stays usable' },
    what: 'After an interrupt every later send fails.',
    make: (Producer) =>
      class extends Producer {
        dead = false;
        override interrupt(job: Job) {
          this.dead = true;
          super.interrupt(job);
        }
        override enqueue(job: Job) {
          if (this.dead) this.end(job, new Fault('interrupted'));
          else super.enqueue(job);
        }
      },
  },
];
