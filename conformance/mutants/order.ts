// Mutants of order and integrity (ORD), and the sends that fail for nothing (SND).
import type { Packet } from '../../spec/message.ts';
import type { ErrorKind } from '../adapter.ts';
import { deferred } from './builds.ts';
import type { Job } from './calls.ts';
import { Fault, isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const ORDER_MUTANTS: readonly Mutant[] = [
  {
    id: 'every-fifteenth-fails',
    breaks: ['SND-1'],
    what: 'Every fifteenth send fails for no reason.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          if (job.number % 15 === 0) this.end(job, new Fault('other', 'internal error'));
          else super.enqueue(job);
        }
      },
  },
  {
    id: 'refusal-poisons-the-producer',
    breaks: ['SND-1'],
    what: 'After one refused message every later send fails.',
    make: (Producer) =>
      class extends Producer {
        poisoned = false;
        override answered(job: Job, error?: Error) {
          this.poisoned ||= isRefusal(error);
          super.answered(job, error);
        }
        override enqueue(job: Job) {
          if (this.poisoned) this.end(job, new Fault('other', 'an earlier message was refused'));
          else super.enqueue(job);
        }
      },
  },
  {
    id: 'two-sends-in-one-turn',
    breaks: ['SND-1'],
    what: 'A second send in the same turn is taken for misuse.',
    make: (Producer) =>
      class extends Producer {
        busy = false;
        override enqueue(job: Job) {
          if (this.busy) return this.end(job, new Fault('illegal-state', 'concurrent use'));
          this.busy = true;
          queueMicrotask(() => (this.busy = false));
          super.enqueue(job);
        }
      },
  },
  {
    id: 'outbox-by-priority',
    breaks: ['ORD-1', 'ORD-2'],
    what: 'A deferred writer writes its batch in the order of priority.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override flush() {
          this.outbox.sort((a, b) => b.message.priority - a.message.priority);
          super.flush();
        }
      },
  },
  {
    id: 'burst-is-swapped',
    breaks: ['ORD-1', 'ORD-2'],
    what: 'The second send of a burst is written before the first.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override flush() {
          const [first, second, ...rest] = this.outbox;
          if (first && second) this.outbox = [second, first, ...rest];
          super.flush();
        }
      },
  },
  {
    id: 'persistent-takes-longer',
    breaks: ['ORD-2'],
    what: 'Persistent messages take one microtask more to write, so that others overtake them.',
    make: (Producer) =>
      class extends Producer {
        override transmit(job: Job) {
          if (job.dispatch !== 'sync') return super.transmit(job);
          queueMicrotask(() => {
            if (!job.ended) super.transmit(job);
          });
        }
      },
  },
  {
    id: 'every-tenth-is-sent-twice',
    breaks: ['ORD-3'],
    what: 'Every tenth message is written twice.',
    make: (Producer) =>
      class extends Producer {
        override transmit(job: Job) {
          super.transmit(job);
          if (job.number % 10 === 0) super.transmit(job);
        }
      },
  },
  {
    id: 'heartbeat-is-a-message',
    breaks: ['ORD-3'],
    what: 'After twelve messages the producer sends one of its own.',
    make: (Producer) =>
      class extends Producer {
        override transmit(job: Job) {
          super.transmit(job);
          if (job.number !== 12) return;
          const message = { ...job.message, id: 'heartbeat', size: 0 };
          this.broker.receive({ type: 'message', message }).catch(() => {});
        }
      },
  },
  {
    id: 'refused-is-sent-again',
    breaks: ['ORD-3'],
    what: 'A refused message is sent again.',
    make: (Producer) =>
      class extends Producer {
        override answered(job: Job, error?: Error) {
          if (isRefusal(error)) this.broker.receive(this.packetOf(job)).catch(() => {});
          super.answered(job, error);
        }
      },
  },
  {
    id: 'timed-out-is-sent-again',
    breaks: ['ORD-3'],
    what: 'At its timeout a message is sent again, and its send fails all the same.',
    make: (Producer) =>
      class extends Producer {
        override timeOut(job: Job) {
          if (job.state === 'written') this.broker.receive(this.packetOf(job)).catch(() => {});
          super.timeOut(job);
        }
      },
  },
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
    breaks: ['ORD-6'],
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
