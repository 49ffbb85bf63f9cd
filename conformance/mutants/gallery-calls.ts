// Defects of calls, callbacks and connections that shipped in real clients, each modelled by the mechanism
// of its report.
import type { ErrorKind, OutgoingMessage, SendOptions } from '../adapter.ts';
import { awaitsAnswer } from './builds.ts';
import { Job, type Call } from './calls.ts';
import { isRefusal } from './fault.ts';
import { issue, pull, type Mutant } from './mutant.ts';

export const CALL_GALLERY: readonly Mutant[] = [
  {
    id: 'kafkajs-waits-for-an-ack-that-is-not-asked-for',
    breaks: ['ASY-1'],
    what: 'A send that asks for no acknowledgement waits for it.',
    reports: [issue('tulios/kafkajs', 180)],
    make: (Producer) =>
      awaitsAnswer(
        Producer,
        ({ dispatch, transaction, message }) =>
          dispatch === 'async' && !transaction && message.deliveryMode === 'non-persistent',
      ),
  },
  {
    id: 'rabbot-resolves-although-the-connection-is-gone',
    breaks: ['ERR-2'],
    also: {
      'SYN-1': 'no ack has come',
      'SYN-2': 'no ack has come',
      'SYN-3': 'no ack has come',
      'SYN-6': 'no ack has come',
    },
    what: 'When the connection goes, the sends that wait for their ack return.',
    reports: [issue('arobson/rabbot', 9)],
    make: (Producer) =>
      class extends Producer {
        override fail(call: Call, kind: ErrorKind) {
          if (this.lost && call instanceof Job && call.state === 'written') this.end(call);
          else super.fail(call, kind);
        }
      },
  },
  {
    id: 'amqplib-drain-stops-at-the-first-pause',
    breaks: ['ERR-3'],
    also: { 'CMP-1': 'a callback never fires' },
    what: 'At a loss callbacks are called up to the first send that has none, and no further.',
    reports: [issue('amqp-node/amqplib', 419), pull('amqp-node/amqplib', 846)],
    make: (Producer) =>
      class extends Producer {
        pause = false;
        override tell(job: Job, error?: Error) {
          this.pause ||= this.lost && !job.options.onComplete;
          if (!this.pause) super.tell(job, error);
        }
      },
  },
  {
    id: 'amqplib-close-waits-for-the-broker',
    breaks: ['LIF-2'],
    also: { 'LIF-3': 'closing again waits for the same', 'ERR-1': 'it is pending after a loss' },
    what: 'Close waits until the broker has answered everything, which it may never do.',
    reports: [pull('amqp-node/amqplib', 744), issue('amqp-node/amqplib', 181)],
    make: (Producer) =>
      class extends Producer {
        drained = () => {};
        override async close() {
          await super.close();
          if (this.unanswered.size > 0) await new Promise<void>((done) => (this.drained = done));
        }
        override tell(job: Job, error?: Error) {
          super.tell(job, error);
          if (this.unanswered.size === 0) this.drained();
        }
      },
  },
  {
    id: 'rabbitmq-client-hangs-while-reconnecting',
    breaks: ['ERR-4'],
    also: { 'ERR-1': 'the connection is lost, and it is pending' },
    what: 'A send on a lost connection waits for one that never comes.',
    reports: [issue('cody-greene/node-rabbitmq-client', 45)],
    make: (Producer) =>
      class extends Producer {
        override async send(message: OutgoingMessage, options: SendOptions) {
          if (this.lost && !this.closed) await new Promise(() => {});
          return super.send(message, options);
        }
      },
  },
  {
    id: 'openmq-close-wakes-too-early',
    breaks: ['LIF-2'],
    what: 'Close wakes those that wait before it sets the flag: they look, and wait on for ever.',
    reports: [issue('eclipse-ee4j/openmq', 68)],
    make: (Producer) =>
      class extends Producer {
        override async close() {
          for (const job of this.queue) this.calls.delete(job);
          return super.close();
        }
      },
  },
  {
    id: 'kafka-completed-twice-on-an-error',
    breaks: ['CMP-1'],
    what: 'On a refusal the callback is called by the error path, and again by the clean-up.',
    reports: [pull('apache/kafka', 11689), pull('apache/kafka', 12064)],
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          super.callBack(job, error);
          if (isRefusal(error)) super.callBack(job, error);
        }
      },
  },
  {
    id: 'pulsar-retry-is-cleared',
    breaks: ['CMP-5'],
    also: {
      'CMP-1': 'its callback never fires',
      'ERR-3': 'its callback never fires',
      'WIN-3': 'its space is never given back',
      'WIN-4': 'its space is never given back',
      'WIN-5': 'what was cleared from the queue is overtaken',
      'ASY-5': 'its refusal is never reported',
      'TXN-4': 'it may belong to a transaction',
      'TXN-7': 'it may belong to a transaction',
      'TXN-2': 'it may belong to a transaction',
    },
    what: 'After the callback of a refused message, what it has sent is cleared with the message.',
    reports: [issue('apache/pulsar', 25201)],
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          const before = this.count;
          super.callBack(job, error);
          if (!isRefusal(error)) return;
          this.unqueue(({ number }) => number > before);
          for (const one of this.unanswered) if (one.number > before) one.state = 'done';
        }
      },
  },
];
