// Mutants of sends that do not block (ASY), and of their completion callbacks (CMP).
import { around, awaitsAnswer, onlyIf } from './builds.ts';
import { issue, mutants, NEVER_CALLED_BACK, pull } from './mutant.ts';
import { Fault, isRefusal, type Job } from './calls.ts';

export const ASYNC_MUTANTS = mutants({
  'all-wait-after-twenty': {
    breaks: ['ASY-1', 'ASY-2', 'ASY-3'],
    also: { 'ASY-2': 'so do transacted sends', 'ASY-3': 'so do sends with useAsyncSend' },
    what: 'After twenty messages async sends return at their answer only.',
    make: awaitsAnswer(({ number, dispatch }) => number > 20 && dispatch === 'async'),
  },
  'non-persistent-waits': {
    breaks: ['ASY-1'],
    also: { 'ASY-4': 'so do those with a completion callback' },
    what: 'A non-persistent send with a time to live waits for its answer.',
    reports: [issue('eclipse-paho/paho.mqtt.java', 314)],
    make: awaitsAnswer(
      ({ message, transaction }) =>
        message.timeToLiveMs > 0 && message.deliveryMode === 'non-persistent' && !transaction,
    ),
  },
  'transacted-waits': {
    breaks: ['ASY-2'],
    what: 'A persistent send within a transaction waits for its answer.',
    make: awaitsAnswer(
      ({ message, transaction, dispatch }) =>
        dispatch === 'async' && transaction !== undefined && message.deliveryMode === 'persistent',
    ),
  },
  'use-async-send-waits': {
    breaks: ['ASY-3'],
    what: 'With useAsyncSend a persistent send waits for its answer.',
    make: awaitsAnswer(
      ({ message, transaction, dispatch }) =>
        dispatch === 'async' && transaction === undefined && message.deliveryMode === 'persistent',
    ),
  },
  'callback-waits': {
    breaks: ['ASY-4'],
    what: 'A send with a completion callback waits for its answer.',
    make: awaitsAnswer(({ dispatch }) => dispatch === 'completion'),
  },
  'callback-waits-if-timed': {
    breaks: ['ASY-4'],
    what: 'With a timeout a send with a completion callback waits for its answer.',
    make: awaitsAnswer((_, { settings }) => settings.sendTimeoutMs > 0),
  },
  'refusal-is-not-reported': {
    breaks: ['ASY-5'],
    what: 'Refusals of async sends are told to nobody.',
    reports: [issue('stompgem/stomp', 73)],
    make: around('report', () => {}),
  },
  'only-the-first-refusal-is-reported': {
    breaks: ['ASY-5'],
    what: 'Only the first refusal of the producer is reported.',
    make: (Producer) =>
      class extends Producer {
        reported = false;
        override report(job: Job, error: Error) {
          if (!this.reported) super.report(job, error);
          this.reported = true;
        }
      },
  },
  'refusal-is-reported-twice': {
    breaks: ['ASY-5'],
    what: 'A refusal is reported by the producer and again by its session.',
    make: around('report', (_, base, job, error) => {
      base(job, error);
      base(job, error);
    }),
  },
  'transacted-refusal-is-not-reported': {
    breaks: ['ASY-5'],
    what: 'Refusals within a transaction are told to nobody: the commit will fail anyway.',
    make: onlyIf('report', (_, job) => !job.transaction),
  },
  'returns-late-and-fails': {
    breaks: ['ASY-6'],
    what: 'An async send returns a turn late, and throws if it was refused meanwhile.',
    make: (Producer) =>
      class extends Producer {
        readonly refusals = new Map<Job, Error>();
        override returnsAtOnce(job: Job) {
          if (super.returnsAtOnce(job)) setImmediate(() => this.end(job, this.refusals.get(job)));
          return false;
        }
        override answeredCharged(job: Job, error?: Error) {
          if (isRefusal(error)) this.refusals.set(job, error);
          super.answeredCharged(job, error);
        }
      },
  },
  'thirteenth-callback-is-lost': {
    breaks: ['CMP-1', 'ERR-3'],
    also: { 'ERR-3': 'it may be due at a loss' },
    what: 'The callback of the thirteenth message of a producer never fires.',
    make: onlyIf('callBack', (_, job) => job.number !== 13),
  },
  'one-callback-a-turn': {
    breaks: ['CMP-1', 'ERR-3'],
    what: 'Of two completions answered in one turn only the later one is called back.',
    make: (Producer) =>
      class extends Producer {
        due: ReturnType<typeof setImmediate> | undefined;
        override callBack(job: Job, error?: Error) {
          clearImmediate(this.due);
          this.due = setImmediate(() => super.callBack(job, error));
        }
      },
  },
  'refusal-is-not-called-back': {
    breaks: ['CMP-1'],
    what: 'The callback of a refused message never fires.',
    make: onlyIf('callBack', (_, _job, error) => !isRefusal(error)),
  },
  'called-back-at-close-and-again': {
    breaks: ['CMP-1'],
    what: 'Callbacks get an error at close, and once more their answer.',
    make: around('close', async (engine, base) => {
      const unanswered = engine.closed ? [] : [...engine.unanswered];
      await base();
      for (const job of unanswered) engine.callBack(job, new Fault('closed'));
    }),
  },
  'success-when-written': {
    breaks: ['CMP-2'],
    what: 'The callback reports success when the message is written.',
    make: (Producer) =>
      class extends Producer {
        override write(job: Job) {
          super.write(job);
          if (job.dispatch === 'completion') queueMicrotask(() => super.callBack(job));
        }
        override callBack() {}
      },
  },
  'oldest-callback-is-called': {
    breaks: ['CMP-2'],
    also: {
      'CMP-1': 'the right one is not called',
      'CMP-3': 'the oldest may get the error of another',
      'ERR-3': 'the right one is not called',
    },
    what: 'An ack calls the oldest callback that is open, not its own.',
    make: (Producer) =>
      class extends Producer {
        open: Job[] = [];
        override write(job: Job) {
          if (job.dispatch === 'completion') this.open.push(job);
          super.write(job);
        }
        override callBack(_job: Job, error?: Error) {
          const oldest = this.open.shift();
          if (oldest) super.callBack(oldest, error);
        }
      },
  },
  'refusal-is-called-success': {
    breaks: ['CMP-3'],
    what: 'The callback of a refused message reports success.',
    reports: [pull('apache/artemis', 1695)],
    make: around('callBack', (_, base, job, error) =>
      base(job, isRefusal(error) ? undefined : error),
    ),
  },
  'refusal-is-called-a-timeout': {
    breaks: ['CMP-3'],
    what: 'The callback of a refused message is told of a timeout.',
    make: around('callBack', (_, base, job, error) =>
      base(job, isRefusal(error) ? new Fault('timeout') : error),
    ),
  },
  'spurious-error': {
    breaks: ['CMP-3'],
    what: 'The callback of every fifth message reports an error although it was acked.',
    make: around('callBack', (_, base, job, error) =>
      base(job, error ?? (job.number % 5 === 0 ? new Fault('other') : undefined)),
    ),
  },
  'failed-check-calls-back-inside': {
    breaks: ['CMP-4'],
    what: 'A send that fails its checks calls back before it throws.',
    make: around('send', async (engine, base, message, options) => {
      try {
        engine.checkDestination(message);
      } catch (error) {
        options.onComplete?.(error);
      }
      return base(message, options);
    }),
  },
  'oversized-calls-back-inside': {
    strictOnly: true,
    breaks: ['CMP-4'],
    what: 'A message that is too large calls back inside the call.',
    make: around('refuseTooLarge', (engine, base, job) => {
      engine.callBack(job, new Fault('too-large'));
      base(job);
    }),
  },
  'inner-callback-is-dropped': {
    breaks: ['CMP-5'],
    also: NEVER_CALLED_BACK,
    what: 'The callback of a send made inside a callback is not kept.',
    make: around('accept', (engine, base, message, options) => {
      if (!engine.insideCallback || !options.onComplete) return base(message, options);
      return base(message, { signal: options.signal, onComplete: () => {} });
    }),
  },
  'send-in-a-callback-deadlocks': {
    breaks: ['CMP-5'],
    also: {
      'WIN-3': 'it waits although it fits',
      'WIN-8': 'it waits although there is no window',
      'TXN-7': 'a commit made there waits likewise',
    },
    what: 'A send made inside a callback waits until something else happens.',
    reports: [issue('rabbitmq/amqp091-go', 10), pull('rabbitmq/amqp091-go', 25)],
    make: onlyIf('pump', (engine) => !engine.insideCallback),
  },
  'throwing-callback-keeps-its-space': {
    strictOnly: true,
    breaks: ['CMP-6'],
    also: { 'WIN-4': 'a broken SHOULD hides no broken MUST' },
    what: 'The bytes are given back after the callback, and not if it throws.',
    reports: [pull('linkedin/kafka', 100)],
    make: around('answeredCharged', (engine, _base, job, error) => {
      engine.unanswered.delete(job);
      try {
        if (job.dispatch === 'completion') job.options.onComplete?.(error);
        else engine.tell(job, error);
        engine.release(job, error);
      } catch {
        // The release is what went wrong.
      }
      engine.pump();
    }),
  },
  'throwing-callback-stops-the-pump': {
    breaks: ['CMP-6'],
    also: {
      'WIN-3': 'a broken SHOULD hides no broken MUST',
      'WIN-8': 'it shows without a window as well',
    },
    what: 'A callback that throws stops the producer for good.',
    reports: [issue('confluentinc/confluent-kafka-dotnet', 1094)],
    make: (Producer) =>
      class extends Producer {
        stopped = false;
        override callBack({ options }: Job, error?: Error) {
          try {
            options.onComplete?.(error);
          } catch {
            this.stopped = true;
          }
        }
        override fits(job: Job) {
          return super.fits(job) && !this.stopped;
        }
      },
  },
});
