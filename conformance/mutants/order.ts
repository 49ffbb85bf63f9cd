// Mutants of what goes out: its order (ORD-1, ORD-2), too much or too little of it (ORD-3 to ORD-6), and
// sends that fail for no reason (SND-1).
import type { ErrorKind, OutgoingMessage } from '../adapter.ts';
import { around, type Build, deferred, failsAfter, onlyIf } from './builds.ts';
import {
  because,
  issue,
  mutants,
  NEVER_CALLED_BACK,
  SENT_IN_ITS_TURN,
  WRITTEN_LATE,
} from './mutant.ts';
import { Fault, isRefusal, type Job } from './calls.ts';

export const ORDER_MUTANTS = mutants({
  'every-fifteenth-fails': {
    breaks: ['SND-1'],
    also: { 'WIN-2': 'a send that does not fit fails instead of waiting' },
    what: 'Every fifteenth send fails for no reason.',
    make: around('enqueue', (engine, base, job) => {
      if (job.number % 15 === 0) engine.end(job, new Fault('other', 'internal error'));
      else base(job);
    }),
  },
  'refusal-poisons-the-producer': {
    breaks: ['SND-1'],
    what: 'After one refused message every later send fails.',
    make: failsAfter(
      'answered',
      (_, _job, error) => isRefusal(error),
      () => new Fault('other', 'an earlier message was refused'),
    ),
  },
  'two-sends-in-one-turn': {
    breaks: ['SND-1'],
    also: { 'WIN-2': 'the second may not fit either' },
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
  'outbox-by-priority': {
    breaks: ['ORD-1', 'ORD-2'],
    also: WRITTEN_LATE,
    what: 'A deferred writer writes its batch in the order of priority.',
    make: reordersOutbox((outbox) =>
      outbox.toSorted((a, b) => b.message.priority - a.message.priority),
    ),
  },
  'burst-is-swapped': {
    breaks: ['ORD-1', 'ORD-2'],
    also: WRITTEN_LATE,
    what: 'The second send of a burst is written before the first.',
    make: reordersOutbox((outbox) => [
      ...outbox.slice(1, 2),
      ...outbox.slice(0, 1),
      ...outbox.slice(2),
    ]),
  },
  'persistent-takes-longer': {
    strictOnly: true,
    breaks: ['ORD-2'],
    also: { ...WRITTEN_LATE, 'TXN-2': 'a commit may overtake it' },
    what: 'Persistent messages take one microtask more to write, so that others overtake them.',
    make: around('transmit', (_, base, job) => {
      if (job.dispatch !== 'sync') return base(job);
      queueMicrotask(() => {
        if (!job.ended) base(job);
      });
    }),
  },
  'every-tenth-is-sent-twice': {
    breaks: ['ORD-3'],
    what: 'Every tenth message is written twice.',
    make: around('transmit', (_, base, job) => {
      base(job);
      if (job.number % 10 === 0) base(job);
    }),
  },
  'heartbeat-is-a-message': {
    breaks: ['ORD-3'],
    what: 'After twelve messages the producer sends one of its own.',
    make: around('transmit', (engine, base, job) => {
      base(job);
      if (job.number !== 12) return;
      const message = { ...job.message, id: 'heartbeat', size: 0 };
      engine.broker.receive({ type: 'message', message }).catch(() => {});
    }),
  },
  'refused-is-sent-again': {
    breaks: ['ORD-3'],
    also: { 'LIF-4': 'the refusal may come after close' },
    what: 'A refused message is sent again.',
    reports: [issue('jwalton/node-amqp-connection-manager', 124)],
    make: around('answered', (engine, base, job, error) => {
      if (isRefusal(error)) engine.broker.receive(engine.packetOf(job)).catch(() => {});
      base(job, error);
    }),
  },
  'timed-out-is-sent-again': {
    breaks: ['ORD-3'],
    what: 'At its timeout a message is sent again, and its send fails all the same.',
    make: around('timeOut', (engine, base, job) => {
      if (job.state === 'written') engine.broker.receive(engine.packetOf(job)).catch(() => {});
      base(job);
    }),
  },
  'close-empties-the-outbox': {
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
  'outbox-of-three': {
    breaks: ['ORD-4'],
    also: because('what is dropped is never answered', 'WIN-4', 'WIN-3'),
    what: 'The outbox holds three messages; a fourth of the same turn is dropped.',
    make: (Producer) =>
      class extends deferred(Producer) {
        override write(job: Job) {
          if (this.outbox.length < 3 || !this.isCharged(job)) super.write(job);
        }
      },
  },
  'no-bytes-no-message': {
    breaks: ['ORD-4'],
    also: NEVER_CALLED_BACK,
    what: 'An async message without a body is not sent at all.',
    reports: [issue('Azure/amqpnetlite', 14)],
    make: onlyIf('transmit', (engine, job) => job.message.size > 0 || !engine.isCharged(job)),
  },
  'priority-is-lost': {
    breaks: ['ORD-5'],
    what: 'Every message goes out with the default priority.',
    reports: [issue('rabbitmq/rabbitmq-jms-client', 25), issue('php-enqueue/enqueue-dev', 1187)],
    make: writes(({ message }) => ({ ...message, priority: 4 })),
  },
  'time-to-live-is-lost-in-transactions': {
    breaks: ['ORD-5'],
    what: 'The time to live of transacted messages is lost.',
    make: writes(({ message, transaction }) =>
      transaction ? { ...message, timeToLiveMs: 0 } : message,
    ),
  },
  'size-in-31-bits': {
    breaks: ['ORD-5'],
    what: 'Sizes above 2^31 are truncated on the wire.',
    make: writes(({ message }) => ({ ...message, size: message.size | 0 })),
  },
  'time-to-live-in-31-bits': {
    breaks: ['ORD-5'],
    what: 'A time to live above 2^31 ms is truncated on the wire.',
    make: writes(({ message }) => ({ ...message, timeToLiveMs: message.timeToLiveMs | 0 })),
  },
  'destination-is-lost': {
    breaks: ['ORD-5'],
    what: 'The destination of a message is checked, and left out of its packet.',
    make: writes(({ message: { destination: _, ...message } }) => message),
  },
  'request-for-a-response-is-lost': {
    breaks: ['ORD-5'],
    what: 'The sender waits for the response, for which the packet does not ask.',
    make: writes(({ message: { responseRequired: _, ...message } }) => message),
  },
  'interrupted-is-sent-later': {
    breaks: ['ORD-6', 'WIN-10'],
    also: SENT_IN_ITS_TURN,
    what: 'A send interrupted while it waits fails, and goes out in its turn all the same.',
    make: around('interrupt', (engine, base, job) => {
      if (job.state === 'waiting') engine.end(job, new Fault('interrupted'));
      else base(job);
    }),
  },
  'timed-out-is-sent-later': {
    strictOnly: true,
    breaks: ['ORD-6', 'WIN-10'],
    also: SENT_IN_ITS_TURN,
    what: 'A send that times out while it waits fails, and goes out in its turn all the same.',
    make: around('timeOut', (engine, base, job) => {
      if (job.state === 'waiting') engine.end(job, new Fault('timeout'));
      else base(job);
    }),
  },
});

/** A deferred writer writes its outbox in another order. */
function reordersOutbox(order: (outbox: readonly Job[]) => Job[]): Build {
  return (Producer) =>
    class extends deferred(Producer) {
      override writeOut() {
        this.outbox = order(this.outbox);
        super.writeOut();
      }
    };
}

/** What goes out is not quite what was sent. */
function writes(messageOf: (job: Job) => OutgoingMessage): Build {
  return around('packetOf', (_, base, job) => ({
    ...base(job),
    type: 'message',
    message: messageOf(job),
  }));
}
