// Defects of calls, callbacks and connections that shipped in real clients, each modelled by the mechanism
// of its report.
import { around, awaitsAnswer } from './builds.ts';
import { because, issue, mutants, NEVER_CALLED_BACK, pull } from './mutant.ts';
import { isRefusal, Job } from './calls.ts';

export const CALL_GALLERY = mutants({
  'kafkajs-waits-for-an-ack-that-is-not-asked-for': {
    breaks: ['ASY-1'],
    what: 'A send that asks for no acknowledgement waits for it.',
    reports: [issue('tulios/kafkajs', 180)],
    make: awaitsAnswer(
      ({ dispatch, transaction, message }) =>
        dispatch === 'async' && !transaction && message.deliveryMode === 'non-persistent',
    ),
  },
  'rabbot-resolves-although-the-connection-is-gone': {
    breaks: ['ERR-2'],
    also: because('no ack has come', 'SYN-1', 'SYN-2', 'SYN-3', 'SYN-6'),
    what: 'When the connection goes, the sends that wait for their ack return.',
    reports: [issue('arobson/rabbot', 9)],
    make: around('fail', (engine, base, call, kind) => {
      if (engine.lost && call instanceof Job && call.state === 'written') engine.end(call);
      else base(call, kind);
    }),
  },
  'amqplib-drain-stops-at-the-first-pause': {
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
  'amqplib-close-waits-for-the-broker': {
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
  'rabbitmq-client-hangs-while-reconnecting': {
    breaks: ['ERR-4'],
    also: { 'ERR-1': 'the connection is lost, and it is pending' },
    what: 'A send on a lost connection waits for one that never comes.',
    reports: [issue('cody-greene/node-rabbitmq-client', 45)],
    make: around('send', async (engine, base, message, options) => {
      if (engine.lost && !engine.closed) await new Promise(() => {});
      return base(message, options);
    }),
  },
  'openmq-close-wakes-too-early': {
    breaks: ['LIF-2'],
    what: 'Close wakes those that wait before it sets the flag: they look, and wait on for ever.',
    reports: [issue('eclipse-ee4j/openmq', 68)],
    make: around('close', async (engine, base) => {
      for (const job of engine.queue) engine.calls.delete(job);
      return base();
    }),
  },
  'kafka-completed-twice-on-an-error': {
    breaks: ['CMP-1'],
    what: 'On a refusal the callback is called by the error path, and again by the clean-up.',
    reports: [pull('apache/kafka', 11689), pull('apache/kafka', 12064)],
    make: around('callBack', (_, base, job, error) => {
      base(job, error);
      if (isRefusal(error)) base(job, error);
    }),
  },
  'pulsar-retry-is-cleared': {
    breaks: ['CMP-5'],
    also: {
      ...NEVER_CALLED_BACK,
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
    make: around('callBack', (engine, base, job, error) => {
      const before = engine.count;
      base(job, error);
      if (!isRefusal(error)) return;
      engine.unqueue(({ number }) => number > before);
      for (const one of engine.unanswered) if (one.number > before) one.state = 'done';
    }),
  },
});
