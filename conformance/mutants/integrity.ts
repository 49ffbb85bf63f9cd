// Mutants of integrity: messages that are lost (ORD-4), altered (ORD-5), or sent although their send failed
// (ORD-6).
import type { Packet } from '../../spec/events/message.ts';
import type { ErrorKind } from '../adapter.ts';
import { deferred } from './builds.ts';
import type { Job } from './calls.ts';
import { Fault } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const INTEGRITY_MUTANTS: readonly Mutant[] = [
  {
    id: 'close-empties-the-outbox',
    breaks: ['ORD-4'],
    what: 'A deferred writer forgets at close what it has not written, though the sends returned.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override failAll(kind: ErrorKind) {
          this.outbox = [];
          super.failAll(kind);
        }
      },
  },
  {
    id: 'outbox-of-three',
    breaks: ['ORD-4'],
    also: {
      'WIN-4': 'what is dropped is never answered',
      'WIN-3': 'what is dropped is never answered',
    },
    what: 'The outbox holds three messages; a fourth of the same turn is dropped.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override write(job: Job) {
          if (this.outbox.length < 3 || !this.isCharged(job)) super.write(job);
        }
      },
  },
  {
    id: 'no-bytes-no-message',
    breaks: ['ORD-4'],
    also: {
      'CMP-1': 'its callback never fires',
      'ERR-3': 'its callback never fires',
    },
    what: 'An async message without a body is not sent at all.',
    make: (Producer) =>
      class extends Producer {
        override transmit(job: Job) {
          if (job.message.size > 0 || !this.isCharged(job)) super.transmit(job);
        }
      },
  },
  {
    id: 'priority-is-lost',
    breaks: ['ORD-5'],
    what: 'Every message goes out with the default priority.',
    make: (Producer) =>
      class extends Producer {
        override packetOf(job: Job): Packet {
          const message = { ...job.message, priority: 4 };
          return { ...super.packetOf(job), type: 'message', message };
        }
      },
  },
  {
    id: 'time-to-live-is-lost-in-transactions',
    breaks: ['ORD-5'],
    what: 'The time to live of transacted messages is lost.',
    make: (Producer) =>
      class extends Producer {
        override packetOf(job: Job): Packet {
          const { timeToLiveMs } = job.message;
          const message = { ...job.message, timeToLiveMs: job.transaction ? 0 : timeToLiveMs };
          return { ...super.packetOf(job), type: 'message', message };
        }
      },
  },
  {
    id: 'size-in-31-bits',
    breaks: ['ORD-5'],
    what: 'Sizes above 2^31 are truncated on the wire.',
    make: (Producer) =>
      class extends Producer {
        override packetOf(job: Job): Packet {
          const message = { ...job.message, size: job.message.size | 0 };
          return { ...super.packetOf(job), type: 'message', message };
        }
      },
  },
  {
    id: 'interrupted-is-sent-later',
    breaks: ['ORD-6'],
    also: {
      'WIN-10': 'it waited, failed, and was sent',
      'WIN-3': 'it takes space in its turn',
      'TXN-7': 'its transaction waits for it',
    },
    what: 'A send interrupted while it waits fails, and goes out in its turn all the same.',
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state === 'waiting') this.end(job, new Fault('interrupted'));
          else super.interrupt(job);
        }
      },
  },
  {
    id: 'timed-out-is-sent-later',
    strictOnly: true,
    breaks: ['ORD-6'],
    also: {
      'WIN-10': 'it waited, failed, and was sent',
      'WIN-3': 'it takes space in its turn',
      'TXN-7': 'its transaction waits for it',
    },
    what: 'A send that times out while it waits fails, and goes out in its turn all the same.',
    make: (Producer) =>
      class extends Producer {
        override timeOut(job: Job) {
          if (job.state === 'waiting') this.end(job, new Fault('timeout'));
          else super.timeOut(job);
        }
      },
  },
];
