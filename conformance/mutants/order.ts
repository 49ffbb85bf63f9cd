// Mutants of order (ORD-1, ORD-2), of messages that nobody asked for (ORD-3), and sends that fail for nothing
// (SND-1).
import { deferred } from './builds.ts';
import type { Job } from './calls.ts';
import { Fault, isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const ORDER_MUTANTS: readonly Mutant[] = [
  {
    id: 'every-fifteenth-fails',
    breaks: ['SND-1'],
    also: {
      'WIN-2': 'a send that does not fit fails instead of waiting',
    },
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
    also: { 'WIN-5': 'what is written late is overtaken while others wait' },
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
    also: { 'WIN-5': 'what is written late is overtaken while others wait' },
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
    strictOnly: true,
    breaks: ['ORD-2'],
    also: {
      'WIN-5': 'what is written late is overtaken while others wait',
      'TXN-2': 'a commit may overtake it',
    },
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
    also: { 'LIF-4': 'the refusal may come after close' },
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
];
