// Defects of the window that shipped in real clients, each modelled by the mechanism of its report.
import { blocks } from '../../spec/model/decision.ts';
import type { Job } from './calls.ts';
import { issue, pull, type Mutant } from './mutant.ts';

const CHUNK_BYTES = 8;

export const WINDOW_GALLERY: readonly Mutant[] = [
  {
    id: 'pulsar-failed-send-keeps-its-permit',
    breaks: ['WIN-9'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'A message that fails does not give its space back.',
    reports: [issue('apache/pulsar', 6360), pull('apache/pulsar', 6488)],
    make: (Producer) =>
      class extends Producer {
        override release(job: Job, error?: Error) {
          if (!error) super.release(job);
        }
      },
  },
  {
    id: 'pulsar-one-permit-for-a-batch',
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
  {
    id: 'pulsar-released-too-often',
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-11': 'an answer that is late gives something back',
      'SYN-7': 'an answer that is late lets others out',
    },
    what: 'Every answer gives space back, also one to a send that took none, until the count overflows.',
    reports: [issue('apache/pulsar', 12151), pull('apache/pulsar', 12410)],
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          if (!this.lost) this.usage -= this.sizeOf(job);
          super.answeredBlocked(job, error);
          this.pump();
        }
      },
  },
  {
    id: 'pulsar-leaked-here-released-twice-there',
    breaks: ['WIN-4'],
    also: {
      'WIN-3': 'space that is not given back is missing to whoever waits',
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-9': 'the one path keeps it',
      'WIN-11': 'the other gives back what is not held',
    },
    what: 'On a refusal the path with a callback keeps the space, the other gives it back twice.',
    reports: [pull('apache/pulsar', 16837)],
    make: (Producer) =>
      class extends Producer {
        override release(job: Job, error?: Error) {
          if (error && job.dispatch === 'completion') return;
          if (error) this.usage -= job.held;
          super.release(job);
        }
      },
  },
  {
    id: 'pulsar-chunks-are-kept',
    breaks: ['WIN-9'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'A refused message gives back the space of its last chunk, and keeps that of those before.',
    reports: [pull('apache/pulsar', 13454)],
    make: (Producer) =>
      class extends Producer {
        override release(job: Job, error?: Error) {
          if (error) job.held = Math.min(job.held, CHUNK_BYTES);
          super.release(job);
        }
      },
  },
  {
    id: 'pulsar-limit-behind-the-queue',
    breaks: ['WIN-1', 'ORD-4'],
    also: {
      'WIN-4': 'what is queued has returned and is not counted',
      'CMP-1': 'what is queued is forgotten at a loss',
      'ERR-3': 'what is queued is forgotten at a loss',
      'ORD-1': 'others that wait are behind it',
      'WIN-5': 'it returns before others',
    },
    what: 'A send returns once it is queued; the limit holds back the queue, never its caller.',
    reports: [pull('apache/pulsar', 26540), issue('apache/pulsar', 26470)],
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          super.enqueue(job);
          if (this.isCharged(job)) this.end(job);
        }
      },
  },
  {
    id: 'paho-told-before-the-count-goes-down',
    strictOnly: true,
    breaks: ['WIN-3'],
    also: { 'CMP-5': 'what waits was sent by a callback' },
    what: 'The application is told before the space is given back; what it sends then finds a full window.',
    reports: [issue('eclipse-paho/paho.mqtt.java', 551)],
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          const someWait = this.queue.length > 0;
          this.unanswered.delete(job);
          this.tell(job, error);
          this.release(job, error);
          if (someWait) this.pump();
        }
      },
  },
  {
    id: 'paho-flush-overruns-the-window',
    strictOnly: true,
    breaks: ['WIN-1'],
    what: 'When the window has become empty, all that waits is flushed without looking at it.',
    reports: [issue('eclipse-paho/paho.mqtt.java', 582)],
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          const last = this.usage === job.held;
          if (last) for (const waiting of this.queue.splice(0)) this.admit(waiting);
          super.answeredCharged(job, error);
        }
      },
  },
  {
    id: 'mosquitto-usually-decremented',
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
  {
    id: 'esp-mqtt-counts-what-is-never-released',
    breaks: ['WIN-7'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'space that is not given back is missing to whoever waits',
      'SYN-8': 'what is counted stands before others',
    },
    what: 'What takes no space is counted as well, and its answer gives nothing back.',
    reports: [issue('espressif/esp-mqtt', 317)],
    make: (Producer) =>
      class extends Producer {
        override admit(job: Job) {
          if (blocks(job.dispatch))
            this.usage = Math.min(this.limit, this.usage + this.sizeOf(job));
          super.admit(job);
        }
      },
  },
  {
    id: 'moquette-second-slot-for-a-late-ack',
    breaks: ['WIN-11'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-1': 'space that counts as free lets in too much',
      'SYN-7': 'the late answer may be one after a timeout',
    },
    what: 'The ack to a send that had timed out or was interrupted frees space that it never held.',
    reports: [issue('moquette-io/moquette', 583)],
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          if (job.ended && !this.lost) this.usage = Math.max(0, this.usage - this.sizeOf(job));
          super.answeredBlocked(job, error);
          this.pump();
        }
      },
  },
  {
    id: 'stan-interrupt-is-eaten',
    breaks: ['WIN-1', 'WIN-4'],
    also: {
      'WIN-5': 'it overtakes those before it',
      'LIF-5': 'a sync send does not fail',
      'ORD-2': 'whoever overtakes in the queue overtakes on the wire',
    },
    what: 'An interrupted wait is taken for a granted one: the send goes out and takes no space.',
    reports: [issue('nats-io/stan.java', 79), pull('nats-io/stan.java', 80)],
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state !== 'waiting') return super.interrupt(job);
          this.unqueue((other) => other === job);
          this.admit(job);
          this.usage -= job.held;
        }
      },
  },
  {
    id: 'arroyo-back-pressure-after-the-send',
    strictOnly: true,
    breaks: ['WIN-1'],
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
];
