// Mutants of closing and interrupting (LIF).
import type { ErrorKind } from '../adapter.ts';
import { around, deferred, failsAfter, onlyIf } from './builds.ts';
import { because, issue, mutants } from './mutant.ts';
import { Ending, Fault, Job } from './calls.ts';

export const LIFECYCLE_MUTANTS = mutants({
  'closed-producer-hangs': {
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
  'closed-producer-returns': {
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
  'closed-producer-sends': {
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
  'closed-is-nameless': {
    breaks: ['LIF-1'],
    what: 'A send on a closed producer fails with a nameless error.',
    make: around('checkUsable', (engine, base) => {
      if (engine.closed) throw new Fault('other', 'cannot send');
      base();
    }),
  },
  'close-leaves-sync-sends': {
    breaks: ['LIF-2'],
    what: 'Close leaves the sync sends that are out pending until their ack.',
    reports: [issue('rabbitmq/amqp091-go', 46)],
    make: around('fail', (engine, base, call, kind) => {
      const out = call instanceof Job && call.state === 'written';
      if (!out || engine.lost) base(call, kind);
    }),
  },
  'close-leaves-the-commit': {
    breaks: ['LIF-2'],
    what: 'Close leaves a commit or rollback pending.',
    make: onlyIf('fail', (engine, call) => !(call instanceof Ending) || engine.lost),
  },
  'close-one-by-one': {
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
  'second-close-throws': {
    breaks: ['LIF-3'],
    what: 'Closing again throws.',
    make: around('close', async (engine, base) => {
      if (engine.closed) throw new Fault('closed');
      return base();
    }),
  },
  'second-close-hangs': {
    breaks: ['LIF-3'],
    what: 'Closing again never returns.',
    make: around('close', async (engine, base) => {
      if (engine.closed) await new Promise(() => {});
      return base();
    }),
  },
  'outbox-is-written-after-close': {
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
  'waiting-goes-out-after-close': {
    breaks: ['LIF-4'],
    also: because('it waited, failed, and was sent', 'ORD-6', 'WIN-10'),
    what: 'Close fails what waits, but a later answer still lets it go.',
    make: around('failAll', (engine, base, kind) => {
      const { queue } = engine;
      base(kind);
      if (kind === 'closed') engine.queue = queue;
    }),
  },
  'waiting-cannot-be-interrupted': {
    breaks: ['LIF-5'],
    also: { 'LIF-6': 'a send that is let go later has left its listener' },
    what: 'An interrupt of a send that waits for space is ignored.',
    make: onlyIf('interrupt', (_, job) => job.state !== 'waiting'),
  },
  'blocked-cannot-be-interrupted': {
    breaks: ['LIF-5'],
    what: 'An interrupt of a send that waits for its ack is ignored.',
    make: onlyIf('interrupt', (_, job) => job.state === 'waiting'),
  },
  'interrupt-is-nameless': {
    breaks: ['LIF-5'],
    what: 'An interrupted send fails with a nameless error.',
    make: around('interrupt', (engine, _base, job) =>
      engine.withdraw(job, new Fault('other', 'aborted')),
    ),
  },
  'interrupt-fails-all-that-wait': {
    breaks: ['LIF-5'],
    also: {
      'SND-1': 'a send that was not interrupted fails',
      'LIF-6': 'the interrupt may have come too late for its own call',
    },
    what: 'An interrupt of one waiting send fails all that wait.',
    make: around('interrupt', (engine, base, job) => {
      if (job.state !== 'waiting') return base(job);
      for (const waiting of engine.unqueue(() => true))
        engine.end(waiting, new Fault('interrupted'));
      engine.pump();
    }),
  },
  'interrupt-kills-the-producer': {
    breaks: ['LIF-5'],
    also: { 'LIF-6': 'the interrupt may have come too late' },
    what: 'After an interrupt every later send fails.',
    make: failsAfter(
      'interrupt',
      () => true,
      () => new Fault('interrupted'),
    ),
  },
});
