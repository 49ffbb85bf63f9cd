// Defects that shipped in real clients, each modelled by the mechanism of its report: those of the window,
// then those of calls, callbacks and connections. More of them are in gallery-clients.ts, and wherever a mutant names
// its reports.
import { blocks } from '../../spec/model/decision.ts';
import { around, awaitsAnswer, onlyIf } from './builds.ts';
import { isRefusal, Job } from './calls.ts';
import {
  because,
  issue,
  mutants,
  NEVER_CALLED_BACK,
  OVERTAKES_ON_THE_WIRE,
  pull,
  SPACE_IS_FREED,
  SPACE_IS_MISSING,
  SYNC_GOES_OUT,
} from './mutant.ts';

export const GALLERY = mutants({
  'pulsar-failed-send-keeps-its-permit': {
    breaks: ['WIN-9'],
    also: SPACE_IS_MISSING,
    what: 'A message that fails does not give its space back.',
    reports: [issue('apache/pulsar', 6360), pull('apache/pulsar', 6488)],
    make: onlyIf('release', (_, _job, error) => !error),
  },
  'pulsar-one-permit-for-a-batch': {
    breaks: ['WIN-1', 'WIN-4'],
    also: { 'WIN-11': 'an answer gives back more than its message took' },
    what: 'The sends of a batch take the space of one; each of their answers gives its own back.',
    reports: [issue('apache/pulsar', 5585), pull('apache/pulsar', 5587)],
    make: (Producer) =>
      class extends Producer {
        batching = false;
        override charge(job: Job) {
          super.charge(job);
          if (this.batching) this.usage -= job.held;
          else queueMicrotask(() => (this.batching = false));
          this.batching = true;
        }
      },
  },
  'pulsar-released-too-often': {
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-11': 'an answer that is late gives something back',
      'SYN-7': 'an answer that is late lets others out',
    },
    what: 'Every answer gives space back, also one to a send that took none, until the count overflows.',
    reports: [issue('apache/pulsar', 12151), pull('apache/pulsar', 12410)],
    make: around('answeredBlocked', (engine, base, job, error) => {
      if (!engine.lost) engine.usage -= engine.sizeOf(job);
      base(job, error);
      engine.pump();
    }),
  },
  'pulsar-leaked-here-released-twice-there': {
    breaks: ['WIN-4'],
    also: {
      'WIN-3': 'space that is not given back is missing to those that wait',
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-9': 'the one path keeps it',
      'WIN-11': 'the other gives back what is not held',
    },
    what: 'On a refusal the path with a callback keeps the space, the other gives it back twice.',
    reports: [pull('apache/pulsar', 16837)],
    make: around('release', (engine, base, job, error) => {
      if (error && job.dispatch === 'completion') return;
      if (error) engine.usage -= job.held;
      base(job);
    }),
  },
  'pulsar-chunks-are-kept': {
    breaks: ['WIN-9'],
    also: SPACE_IS_MISSING,
    what: 'A refused message gives back the space of its last chunk, and keeps that of those before.',
    reports: [pull('apache/pulsar', 13454)],
    make: around('release', (_, base, job, error) => {
      if (error) job.held = Math.min(job.held, CHUNK_BYTES);
      base(job);
    }),
  },
  'pulsar-limit-behind-the-queue': {
    breaks: ['WIN-2', 'ORD-4'],
    also: {
      'WIN-4': 'what is queued has returned and is not counted',
      'CMP-1': 'what is queued is forgotten at a loss',
      'ERR-3': 'what is queued is forgotten at a loss',
      'ORD-1': 'others that wait are behind it',
      'WIN-5': 'it returns before others',
    },
    what: 'A send returns once it is queued; the limit holds back the queue, never its caller.',
    reports: [pull('apache/pulsar', 26540), issue('apache/pulsar', 26470)],
    make: around('enqueue', (engine, base, job) => {
      base(job);
      if (engine.isCharged(job)) engine.end(job);
    }),
  },
  'paho-told-before-the-count-goes-down': {
    strictOnly: true,
    breaks: ['WIN-3'],
    also: { 'CMP-5': 'what waits was sent by a callback' },
    what: 'The application is told before the space is given back; what it sends then finds a full window.',
    reports: [issue('eclipse-paho/paho.mqtt.java', 551)],
    make: around('answeredCharged', (engine, _base, job, error) => {
      const someWait = engine.queue.length > 0;
      engine.unanswered.delete(job);
      engine.tell(job, error);
      engine.release(job, error);
      if (someWait) engine.pump();
    }),
  },
  'paho-flush-overruns-the-window': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'When the window has become empty, all that waits is flushed without looking at it.',
    reports: [issue('eclipse-paho/paho.mqtt.java', 582)],
    make: around('answeredCharged', (engine, base, job, error) => {
      const last = engine.usage === job.held;
      if (last) for (const waiting of engine.queue.splice(0)) engine.admit(waiting);
      base(job, error);
    }),
  },
  'mosquitto-usually-decremented': {
    breaks: ['WIN-3', 'WIN-4'],
    what: 'Every seventh answer does not give its space back: in the end nothing goes out any more.',
    reports: [issue('eclipse-mosquitto/mosquitto', 112)],
    make: (Producer) =>
      class extends Producer {
        answers = 0;
        override release(job: Job) {
          this.answers += 1;
          if (this.answers % 7 !== 0) super.release(job);
        }
      },
  },
  'esp-mqtt-counts-what-is-never-released': {
    breaks: ['WIN-7'],
    also: { ...SPACE_IS_MISSING, 'SYN-8': 'what is counted stands before others' },
    what: 'What takes no space is counted as well, and its answer gives nothing back.',
    reports: [issue('espressif/esp-mqtt', 317)],
    make: around('admit', (engine, base, job) => {
      if (blocks(job.dispatch))
        engine.usage = Math.min(engine.limit, engine.usage + engine.sizeOf(job));
      base(job);
    }),
  },
  'moquette-second-slot-for-a-late-ack': {
    breaks: ['WIN-11'],
    also: { ...SPACE_IS_FREED, 'SYN-7': 'the late answer may be one after a timeout' },
    what: 'The ack to a send that had timed out or was interrupted frees space that it never held.',
    reports: [issue('moquette-io/moquette', 583)],
    make: around('answeredBlocked', (engine, base, job, error) => {
      if (job.ended && !engine.lost) engine.usage = Math.max(0, engine.usage - engine.sizeOf(job));
      base(job, error);
      engine.pump();
    }),
  },
  'stan-interrupt-is-eaten': {
    breaks: ['WIN-1', 'WIN-4'],
    also: {
      ...OVERTAKES_ON_THE_WIRE,
      'WIN-5': 'it overtakes those before it',
      'LIF-5': 'a sync send does not fail',
      'LIF-6': 'the listener of a send that is let go stays',
    },
    what: 'An interrupted wait is taken for a granted one: the send goes out and takes no space.',
    reports: [issue('nats-io/stan.java', 79), pull('nats-io/stan.java', 80)],
    make: around('interrupt', (engine, base, job) => {
      if (job.state !== 'waiting') return base(job);
      engine.unqueue((other) => other === job);
      engine.admit(job);
      engine.usage -= job.held;
    }),
  },
  'arroyo-back-pressure-after-the-send': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'A message is written at once; its caller is held back afterwards, one message too late.',
    reports: [pull('getsentry/arroyo', 554)],
    make: (Producer) =>
      class extends Producer {
        readonly held = new Set<Job>();
        override fits() {
          return true;
        }
        override returnsAtOnce(job: Job) {
          if (this.usage > this.limit && this.isCharged(job)) this.held.add(job);
          return super.returnsAtOnce(job) && !this.held.has(job);
        }
        override release(job: Job, error?: Error) {
          super.release(job, error);
          if (this.usage <= this.limit) for (const one of this.held) this.end(one);
        }
      },
  },

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

const CHUNK_BYTES = 8;
