// Defects that shipped in clients of JMS, AMQP, MQTT, Kafka and others, each modelled by the mechanism of its report.
import type { OutgoingMessage } from '../adapter.ts';
import { around, deferred, onlyIf } from './builds.ts';
import { type Job, openJobs } from './calls.ts';
import { because, issue, mutants, pull, SPACE_IS_MISSING, SYNC_GOES_OUT } from './mutant.ts';

export const CLIENT_GALLERY = mutants({
  'rabbitmq-dotnet-message-is-not-copied': {
    breaks: ['ORD-5'],
    what: 'A deferred writer reads the message of its caller, who fills it anew meanwhile.',
    reports: [issue('rabbitmq/rabbitmq-dotnet-client', 868)],
    make: (Producer) =>
      class extends deferred(Producer) {
        override copyOf(message: OutgoingMessage) {
          return message;
        }
      },
  },
  'p-queue-aborted-beforehand': {
    breaks: ['LIF-5'],
    what: 'A send listens for the abort of its signal, and never looks whether it has aborted.',
    reports: [issue('sindresorhus/p-queue', 241)],
    make: around('watch', (engine, _base, job) => {
      job.onAbort = () => engine.interrupt(job);
      job.options.signal.addEventListener('abort', job.onAbort);
    }),
  },
  'confluent-dotnet-cancel-listener-stays': {
    breaks: ['LIF-6'],
    what: 'What listens for the interrupt of a send is not removed when the send ends.',
    reports: [issue('confluentinc/confluent-kafka-dotnet', 638)],
    make: onlyIf('unwatch', () => false),
  },
  'node-amqp-listener-for-each-send': {
    breaks: ['LIF-6', 'LIF-7'],
    what: 'Each send listens for the loss of the connection, and goes on when it has ended.',
    reports: [issue('postwait/node-amqp', 142)],
    make: around('transmit', (engine, base, job) => {
      engine.broker.lost.addEventListener('abort', () => engine.lose());
      base(job);
    }),
  },
  'confluent-close-in-a-handler': {
    breaks: ['CMP-5'],
    also: {
      ...because('it never returns', 'LIF-2', 'ERR-1'),
      'LIF-3': 'closing again does so, too',
    },
    what: 'Close waits until the callback that is under way has returned, also if that made the call.',
    reports: [issue('confluentinc/confluent-kafka-dotnet', 350)],
    make: around('close', async (engine, base) => {
      if (engine.insideCallback) await new Promise(() => {});
      return base();
    }),
  },
  'mqtt-lib-limit-is-never-applied': {
    strictOnly: true,
    breaks: ['WIN-1', 'WIN-2'],
    what: "The broker's limit is read, kept, and never applied.",
    reports: [issue('LabOverWire/mqtt-lib', 142)],
    make: around('fits', () => true),
  },
  'amqp10-gives-back-one-frame': {
    breaks: ['WIN-4'],
    also: SPACE_IS_MISSING,
    what: 'A large message takes space for each of its frames, and its answer gives back that of one.',
    reports: [issue('noodlefrenzy/node-amqp10', 337), issue('Azure/amqpnetlite', 30)],
    make: around('release', (_, base, job, error) => {
      job.held = Math.min(job.held, FRAME_BYTES);
      base(job, error);
    }),
  },
  'cancelled-wait-releases-what-it-never-had': {
    breaks: ['WIN-4', 'WIN-1'],
    also: { ...SYNC_GOES_OUT, 'WIN-10': 'it waited, failed, and freed space' },
    what: 'A send that is cancelled while it waits releases the permits that it never got.',
    reports: [issue('rabbitmq/rabbitmq-dotnet-client', 1900), issue('redisson/redisson', 7206)],
    make: around('interrupt', (engine, base, job) => {
      if (job.state === 'waiting' && engine.isCharged(job))
        engine.usage = Math.max(0, engine.usage - engine.sizeOf(job));
      base(job);
    }),
  },
  'franz-go-cancel-drops-what-is-buffered': {
    breaks: ['ORD-4', 'LIF-6'],
    also: because('what was dropped is never answered', 'WIN-3', 'WIN-4', 'CMP-1', 'ERR-3'),
    what: 'A cancel that comes after the return of a send takes its message out of the outbox.',
    reports: [issue('twmb/franz-go', 859)],
    make: (Producer) =>
      class extends deferred(Producer) {
        override enqueue(job: Job) {
          this.watch(job);
          if (!job.ended) super.enqueue(job);
        }
        override watch(job: Job) {
          if (!job.onAbort) super.watch(job);
        }
        override unwatch(job: Job) {
          if (!this.outbox.includes(job)) super.unwatch(job);
        }
        override transmit(job: Job) {
          if (job.ended) this.unwatch(job);
          super.transmit(job);
        }
        override interrupt(job: Job) {
          if (job.ended) this.outbox = this.outbox.filter((other) => other !== job);
          else super.interrupt(job);
        }
      },
  },
  'rabbitmq-java-waits-for-all-confirms': {
    breaks: ['SYN-4'],
    also: because('others wait for theirs as well', 'SYN-5', 'SYN-6'),
    what: 'A blocking send waits until nothing at all is unconfirmed.',
    reports: [issue('rabbitmq/rabbitmq-java-client', 53)],
    make: (Producer) =>
      class extends Producer {
        readonly told = new Map<Job, Error | undefined>();
        override answeredBlocked(job: Job, error?: Error) {
          this.told.set(job, error);
          this.letGo();
        }
        override answeredCharged(job: Job, error?: Error) {
          super.answeredCharged(job, error);
          this.letGo();
        }
        letGo() {
          const awaited = [...openJobs(this, 'sync'), ...openJobs(this, 'timed')];
          if (this.unanswered.size > 0 || awaited.some(({ state }) => state === 'written')) return;
          for (const [job, error] of this.told) this.end(job, error);
          this.told.clear();
        }
      },
  },
  'bunny-token-is-left-over': {
    breaks: ['SYN-1'],
    also: {
      ...because('the next may be one of these', 'SYN-2', 'SYN-3', 'SYN-6'),
      ...because('the token is left by a send that had ended', 'SYN-7', 'WIN-11'),
    },
    what: 'The answer to a send that has ended leaves a token, by which the next send goes early.',
    reports: [issue('ruby-amqp/bunny', 424), pull('ruby-amqp/bunny', 430)],
    make: (Producer) =>
      class extends Producer {
        tokens = 0;
        override answeredBlocked(job: Job, error?: Error) {
          if (job.ended && !error) this.tokens += 1;
          super.answeredBlocked(job, error);
        }
        override returnsAtOnce(job: Job) {
          if (super.returnsAtOnce(job)) return true;
          this.tokens -= 1;
          if (this.tokens >= 0) return true;
          this.tokens = 0;
          return false;
        }
      },
  },
});

const FRAME_BYTES = 8;
