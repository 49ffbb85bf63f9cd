// Mutants of sends that block (SYN): their answers, and what comes after their end (SYN-7, LIF-6). Their timeouts
// are in time.ts.
import { blocks } from '../../spec/model/decision.ts';
import { around, type Build, type Deviation, onlyIf } from './builds.ts';
import {
  CHARGED_AS_ASYNC,
  FAILS_THOUGH_IT_FITS,
  issue,
  mutants,
  SPACE_IS_FREED,
} from './mutant.ts';
import { type Call, Fault, isRefusal, Job, openJobs } from './calls.ts';
import type { Engine } from './engine.ts';

export const SYNC_MUTANTS = mutants({
  'sync-returns-when-written': {
    breaks: ['SYN-1'],
    what: 'A persistent send returns as soon as it is written.',
    make: returnsWhenWritten(
      ({ message }, { settings }) => !settings.alwaysSyncSend && !message.responseRequired,
    ),
  },
  'any-answer-releases-the-oldest': {
    breaks: ['SYN-1'],
    also: {
      'SYN-2': 'the oldest may be there by alwaysSyncSend',
      'SYN-3': 'the oldest may have asked for a response',
    },
    what: 'The ack of an async message releases the oldest sync send.',
    make: around('answeredCharged', (engine, base, job, error) => {
      base(job, error);
      const oldest = openJobs(engine, 'sync').find(({ state }) => state === 'written');
      if (oldest) engine.end(oldest);
    }),
  },
  'ignores-always-sync-send': {
    breaks: ['SYN-2'],
    what: 'alwaysSyncSend is honoured for messages that persist, and for no others.',
    make: returnsWhenWritten(
      ({ message }, { settings }) =>
        settings.alwaysSyncSend && message.deliveryMode === 'non-persistent',
    ),
  },
  'transaction-beats-always-sync-send': {
    breaks: ['SYN-2'],
    what: 'alwaysSyncSend is ignored in a transaction.',
    make: returnsWhenWritten(
      ({ transaction }, { settings }) => settings.alwaysSyncSend && transaction !== undefined,
    ),
  },
  'ignores-response-required': {
    breaks: ['SYN-3'],
    also: CHARGED_AS_ASYNC,
    what: 'A message that asks for a response is sent like any other.',
    make: around('dispatchOf', (_, base, message, completion) =>
      base({ ...message, responseRequired: false }, completion),
    ),
  },
  'use-async-send-beats-response-required': {
    breaks: ['SYN-3'],
    also: CHARGED_AS_ASYNC,
    what: 'With useAsyncSend a message that asks for a response does not get it.',
    make: around('dispatchOf', (engine, base, message, completion) => {
      const responseRequired = message.responseRequired === true && !engine.settings.useAsyncSend;
      return base({ ...message, responseRequired }, completion);
    }),
  },
  'acks-are-awaited-in-order': {
    breaks: ['SYN-4'],
    also: { 'SYN-5': 'the answer may be a refusal', 'SYN-6': 'the send may be a timed one' },
    what: 'A sync send that is acked out of turn returns only when the earlier ones are acked too.',
    make: (Producer) =>
      class extends Producer {
        blocked: { job: Job; answer?: { error: Error | undefined } }[] = [];
        override write(job: Job) {
          if (blocks(job.dispatch)) this.blocked.push({ job });
          super.write(job);
        }
        override answeredBlocked(job: Job, error?: Error) {
          for (const one of this.blocked) if (one.job === job) one.answer = { error };
          for (let [first] = this.blocked; first; [first] = this.blocked) {
            if (!first.answer && !first.job.ended) return;
            this.blocked.shift();
            this.end(first.job, first.answer?.error);
          }
        }
      },
  },
  'misses-an-early-ack': {
    breaks: ['SYN-4'],
    what: 'An ack that comes in the very turn of the write is missed.',
    make: (Producer) =>
      class extends Producer {
        readonly fresh = new WeakSet<Job>();
        override write(job: Job) {
          this.fresh.add(job);
          setTimeout(() => this.fresh.delete(job), 0);
          super.write(job);
        }
        override answeredBlocked(job: Job, error?: Error) {
          if (error || job.dispatch === 'timed' || !this.fresh.has(job))
            super.answeredBlocked(job, error);
        }
      },
  },
  'forgets-the-third-caller': {
    breaks: ['SYN-4'],
    what: 'While three sync sends are open, an ack of one of them is lost.',
    make: onlyIf(
      'answeredBlocked',
      (engine, _job, error) => error !== undefined || openJobs(engine, 'sync').length < 3,
    ),
  },
  'swallows-a-refusal': {
    breaks: ['SYN-5'],
    what: 'A refused sync send returns as if it had been acked.',
    make: around('answeredBlocked', (_, base, job, error) =>
      base(job, isRefusal(error) ? undefined : error),
    ),
  },
  'refused-sync-hangs': {
    breaks: ['SYN-5'],
    what: 'A refused sync send stays pending.',
    make: onlyIf('answeredBlocked', (_, _job, error) => !isRefusal(error)),
  },
  'refusal-is-nameless': {
    breaks: ['SYN-5'],
    what: 'A refused sync send throws an error of another kind.',
    make: around('answeredBlocked', (_, base, job, error) =>
      base(job, isRefusal(error) ? new Fault('other', 'failed') : error),
    ),
  },
  'sync-send-holds-a-lock': {
    strictOnly: true,
    breaks: ['SYN-8'],
    what: 'A sync send holds the session: nothing is written until it is acked.',
    make: holdsALock(() => true),
  },
  'one-sync-send-at-a-time': {
    strictOnly: true,
    breaks: ['SYN-8'],
    also: { 'WIN-3': 'it waits although the window has room' },
    what: 'A sync send is written only when the one before it is acked.',
    make: holdsALock(isBlocking),
  },
  'late-answer-ends-the-next': {
    breaks: ['SYN-7'],
    also: {
      'SYN-6': 'the next returns before its own ack',
      'SND-1': 'the late answer may be a refusal',
    },
    what: 'The late answer to a send that timed out ends the next timed send.',
    make: around('answeredBlocked', (engine, base, job, error) => {
      const next = openJobs(engine, 'timed').find(({ state }) => state === 'written');
      base(job.ended && next ? next : job, error);
    }),
  },
  'late-answer-confuses-the-next': {
    breaks: ['SYN-7'],
    also: {
      'LIF-5': 'the answer may come in the turn of the interrupt',
    },
    what: 'After the late answer to a send that timed out, the next send fails.',
    reports: [issue('php-amqplib/php-amqplib', 597)],
    make: (Producer) =>
      class extends Producer {
        confused = false;
        override answeredBlocked(job: Job, error?: Error) {
          if (job.ended && job.dispatch === 'timed') this.confused = true;
          super.answeredBlocked(job, error);
        }
        override enqueue(job: Job) {
          if (this.confused) this.end(job, new Fault('illegal-state', 'unexpected answer'));
          else super.enqueue(job);
          this.confused = false;
        }
      },
  },
  'late-interrupt-frees-space': {
    breaks: ['LIF-6'],
    also: { ...SPACE_IS_FREED, 'WIN-11': 'the answer frees the same space again' },
    what: 'An interrupt after the return of an async send frees its space.',
    make: hearsLateInterrupts((engine, base, job) => {
      base(job);
      engine.release(job);
      engine.pump();
    }),
  },
  'late-interrupt-calls-back': {
    breaks: ['LIF-6'],
    also: { 'CMP-1': 'the answer calls back again', 'CMP-3': 'no answer gave cause for it' },
    what: 'An interrupt after the return of a send fires its callback.',
    make: hearsLateInterrupts((engine, base, job) => {
      if (job.ended && job.state === 'written') engine.tell(job, new Fault('interrupted'));
      else base(job);
    }),
  },
  'late-interrupt-hits-the-next': {
    breaks: ['LIF-6', 'LIF-5'],
    also: {
      'LIF-5': 'the interrupt may come in the turn in which its call ends',
      ...FAILS_THOUGH_IT_FITS,
    },
    what: 'An interrupt of a send that has ended fails the first one that waits.',
    make: hearsLateInterrupts((engine, base, job) => {
      const [next] = engine.queue;
      base(job.ended && next ? next : job);
    }),
  },
});

function isBlocking(call: Call): call is Job {
  return call instanceof Job && blocks(call.dispatch);
}

/** While a blocking send waits for its answer, some others are not written. */
function holdsALock(isHeldUp: (job: Job) => boolean): Build {
  return (Producer) =>
    class extends Producer {
      override fits(job: Job) {
        const isTaken = [...this.calls].some(
          (call) => isBlocking(call) && call.state === 'written',
        );
        return super.fits(job) && !(isHeldUp(job) && isTaken);
      }
      override end(call: Call, error?: Error) {
        super.end(call, error);
        if (isBlocking(call)) this.pump();
      }
    };
}

/** A send is watched for interrupts after its end as well. */
function hearsLateInterrupts(interrupt: Deviation<'interrupt'>): Build {
  return (Producer) => {
    const Watching = class extends Producer {
      override enqueue(job: Job) {
        this.watch(job);
        if (!job.ended) super.enqueue(job);
      }
      override unwatch() {}
    };
    return around('interrupt', interrupt)(Watching);
  };
}

/** Some sync sends do not wait for their ack. */
function returnsWhenWritten(isOne: (job: Job, engine: Engine) => boolean): Build {
  return around(
    'returnsAtOnce',
    (engine, base, job) => base(job) || (job.dispatch === 'sync' && isOne(job, engine)),
  );
}
