// Mutants of closing and interrupting (LIF).
import type { ErrorKind, OutgoingMessage, SendOptions } from '../adapter.ts';
import { deferred } from './builds.ts';
import { Ending, Job, type Call } from './calls.ts';
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
    make: (Producer) =>
      class extends Producer {
        override async send(message: OutgoingMessage, options: SendOptions) {
          if (this.closed) await new Promise(() => {});
          return super.send(message, options);
        }
      },
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
    make: (Producer) =>
      class extends Producer {
        override checkUsable() {
          const { closed } = this;
          this.closed = false;
          try {
            super.checkUsable();
          } finally {
            this.closed = closed;
          }
        }
      },
  },
  {
    id: 'closed-is-nameless',
    breaks: ['LIF-1'],
    what: 'A send on a closed producer fails with a nameless error.',
    make: (Producer) =>
      class extends Producer {
        override checkUsable() {
          if (this.closed) throw new Fault('other', 'cannot send');
          super.checkUsable();
        }
      },
  },
  {
    id: 'close-leaves-sync-sends',
    breaks: ['LIF-2'],
    what: 'Close leaves the sync sends that are out pending until their ack.',
    make: (Producer) =>
      class extends Producer {
        override fail(call: Call, kind: ErrorKind) {
          const out = call instanceof Job && call.state === 'written';
          if (!out || this.lost) super.fail(call, kind);
        }
      },
  },
  {
    id: 'close-leaves-the-commit',
    breaks: ['LIF-2'],
    what: 'Close leaves a commit or rollback pending.',
    make: (Producer) =>
      class extends Producer {
        override fail(call: Call, kind: ErrorKind) {
          if (!(call instanceof Ending) || this.lost) super.fail(call, kind);
        }
      },
  },
  {
    id: 'close-one-by-one',
    strictOnly: true,
    breaks: ['LIF-2'],
    what: 'Close withdraws what waits one by one, and the next slips out meanwhile.',
    make: (Producer) =>
      class extends Producer {
        override async close() {
          for (const job of this.queue) {
            if (job.state === 'waiting') this.withdraw(job, new Fault('closed'));
          }
          return super.close();
        }
      },
  },
  {
    id: 'second-close-throws',
    breaks: ['LIF-3'],
    what: 'Closing again throws.',
    make: (Producer) =>
      class extends Producer {
        override async close() {
          if (this.closed) throw new Fault('closed');
          return super.close();
        }
      },
  },
  {
    id: 'second-close-hangs',
    breaks: ['LIF-3'],
    what: 'Closing again never returns.',
    make: (Producer) =>
      class extends Producer {
        override async close() {
          if (this.closed) await new Promise(() => {});
          return super.close();
        }
      },
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
    make: (Producer) =>
      class extends Producer {
        override failAll(kind: ErrorKind) {
          const { queue } = this;
          super.failAll(kind);
          if (kind === 'closed') this.queue = queue;
        }
      },
  },
  {
    id: 'waiting-cannot-be-interrupted',
    breaks: ['LIF-5'],
    what: 'An interrupt of a send that waits for space is ignored.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state !== 'waiting') super.interrupt(job);
        }
      },
  },
  {
    id: 'blocked-cannot-be-interrupted',
    breaks: ['LIF-5'],
    what: 'An interrupt of a send that waits for its ack is ignored.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state === 'waiting') super.interrupt(job);
        }
      },
  },
  {
    id: 'interrupt-is-nameless',
    breaks: ['LIF-5'],
    what: 'An interrupted send fails with a nameless error.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          this.withdraw(job, new Fault('other', 'aborted'));
        }
      },
  },
  {
    id: 'interrupt-fails-all-that-wait',
    breaks: ['SND-1'],
    what: 'An interrupt of one waiting send fails all that wait.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state !== 'waiting') return super.interrupt(job);
          for (const waiting of this.unqueue(() => true))
            this.end(waiting, new Fault('interrupted'));
          this.pump();
        }
      },
  },
  {
    id: 'interrupt-kills-the-producer',
    breaks: ['SND-1'],
    also: {
      'LIF-6': 'the interrupt may have come too late',
    },
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
