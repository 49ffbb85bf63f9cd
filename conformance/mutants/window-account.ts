// Mutants of the account of space: what is charged (WIN-7), what gives space back (WIN-9 to WIN-11), and
// what is counted (WIN-12).
import { blocks, type Dispatch } from '../../spec/model/decision.ts';
import { around, type Build, onlyIf } from './builds.ts';
import {
  issue,
  mutants,
  NOBODY_MOVES_UP,
  pull,
  SPACE_IS_FREED,
  SPACE_IS_MISSING,
} from './mutant.ts';
import { Fault, type Job } from './calls.ts';
import type { Engine } from './engine.ts';

export const WINDOW_ACCOUNT_MUTANTS = mutants({
  'sync-is-charged': {
    breaks: ['WIN-7'],
    also: { ...SPACE_IS_MISSING, 'WIN-1': 'space that counts as free lets in too much' },
    what: 'Sync sends take window space until they are acked.',
    make: chargesBlocked('sync', (job, engine) =>
      Math.min(engine.sizeOf(job), engine.limit - engine.usage),
    ),
  },
  'sync-must-fit': {
    breaks: ['WIN-3'],
    what: 'A sync send waits until its own size fits, as if it were charged.',
    make: around(
      'fits',
      (engine, base, job) =>
        base(job) && engine.usage + Math.min(engine.sizeOf(job), engine.limit) <= engine.limit,
    ),
  },
  'timed-is-charged': {
    breaks: ['WIN-7'],
    also: SPACE_IS_MISSING,
    what: 'Timed sends take window space until they are answered.',
    make: chargesBlocked('timed', (job, engine) => engine.sizeOf(job)),
  },
  'refused-callback-keeps-its-space': {
    strictOnly: true,
    breaks: ['WIN-9'],
    also: SPACE_IS_MISSING,
    what: 'A refused send with a completion callback keeps its space.',
    reports: [issue('bytebeamio/rumqtt', 1060)],
    make: onlyIf('release', (_, job, error) => !(error && job.dispatch === 'completion')),
  },
  'refusal-wakes-nobody': {
    breaks: ['WIN-3'],
    what: 'A refusal gives the space back, but wakes nobody.',
    make: around('answeredCharged', (engine, base, job, error) => {
      if (!error) return base(job);
      engine.settle(job, error);
      engine.tell(job, error);
    }),
  },
  'interrupted-waiter-keeps-space': {
    strictOnly: true,
    breaks: ['WIN-10'],
    also: SPACE_IS_MISSING,
    what: 'A send interrupted while it waits keeps the space it had asked for.',
    make: around('interrupt', (engine, base, job) => {
      if (job.state === 'waiting' && !blocks(job.dispatch))
        engine.usage = Math.min(engine.limit, engine.usage + engine.sizeOf(job));
      base(job);
    }),
  },
  'rolled-back-waiter-keeps-a-byte': {
    strictOnly: true,
    breaks: ['WIN-10'],
    also: SPACE_IS_MISSING,
    what: 'A send that waited and was rolled back keeps a byte.',
    make: around('failWaiting', (engine, base, transaction) => {
      const waiting = engine.queue.length;
      base(transaction);
      engine.usage = Math.min(engine.limit, engine.usage + waiting - engine.queue.length);
    }),
  },
  'ghost-takes-space': {
    breaks: ['WIN-4'],
    also: {
      'WIN-3': 'space that is not given back is missing to those that wait',
      'WIN-10': 'the ghost is a send that failed while it waited',
      'TXN-7': 'its transaction waits for it',
    },
    what: 'A send interrupted while it waits stays in the queue and takes its space in its turn.',
    reports: [pull('apache/kafka', 1314), issue('sindresorhus/p-queue', 168)],
    make: (Producer) =>
      class extends Producer {
        override interrupt(job: Job) {
          if (job.state === 'waiting') this.end(job, new Fault('interrupted'));
          else super.interrupt(job);
        }
        override write(job: Job) {
          if (!job.ended) super.write(job);
        }
      },
  },
  'interrupt-wakes-nobody': {
    strictOnly: true,
    breaks: ['WIN-3'],
    also: NOBODY_MOVES_UP,
    what: 'When the first waiting send is interrupted, those behind it are not looked at.',
    make: around('interrupt', (engine, _base, job) => {
      engine.unqueue((other) => other === job);
      engine.end(job, new Fault('interrupted'));
      engine.commitWhenReady();
    }),
  },
  'timeout-wakes-nobody': {
    strictOnly: true,
    breaks: ['WIN-3'],
    also: NOBODY_MOVES_UP,
    what: 'When the first waiting send times out, those behind it are not looked at.',
    make: around('timeOut', (engine, _base, job) => {
      engine.unqueue((other) => other === job);
      engine.end(job, new Fault('timeout'));
      engine.commitWhenReady();
    }),
  },
  'late-answer-clears-the-window': {
    breaks: ['WIN-11'],
    also: { ...SPACE_IS_FREED, 'SYN-7': 'the late answer may be one after a timeout' },
    what: 'An answer that nobody waits for any more resets the window.',
    make: around('answeredBlocked', (engine, base, job, error) => {
      if (job.ended) engine.usage = 0;
      base(job, error);
      engine.pump();
    }),
  },
  'counts-messages': {
    strictOnly: true,
    breaks: ['WIN-12'],
    also: { ...SPACE_IS_FREED, 'WIN-3': 'a few small messages fill the window' },
    what: 'Messages are counted where bytes should be.',
    make: (Producer) =>
      class extends Producer {
        override sizeOf() {
          return 1;
        }
        override isTooLarge(job: Job) {
          return this.isCharged(job) && job.message.size > this.limit;
        }
      },
  },
  'whole-kilobytes': {
    strictOnly: true,
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-12': 'it is bytes that are miscounted',
    },
    what: 'Sizes above 4 KB are counted in whole kilobytes.',
    make: (Producer) =>
      class extends Producer {
        override sizeOf({ message: { size } }: Job) {
          return size > 4096 ? size - (size % 1024) : size;
        }
        override isTooLarge(job: Job) {
          return this.isCharged(job) && job.message.size > this.limit;
        }
      },
  },
  'no-bytes-count-as-one': {
    breaks: ['WIN-12'],
    also: { 'WIN-4': 'the figure shows it', 'WIN-3': 'messages of no bytes fill the window' },
    what: 'A message of no bytes counts as one.',
    make: around('sizeOf', (_, _base, { message }) => Math.max(1, message.size)),
  },
  'six-messages-at-most': {
    breaks: ['WIN-3'],
    also: { 'WIN-12': 'it is messages that are counted' },
    what: 'Besides the bytes, at most six messages may be unanswered.',
    make: around(
      'fits',
      (engine, base, job) =>
        base(job) && (engine.settings.windowSize === 0 || engine.unanswered.size < 6),
    ),
  },
  'no-bytes-never-go': {
    breaks: ['WIN-3'],
    also: { 'WIN-12': 'it is bytes that should be counted' },
    what: 'A charged send of no bytes is never admitted while there is a window.',
    make: around('fits', (engine, base, job) => {
      const nothing = engine.isCharged(job) && job.message.size === 0;
      return base(job) && !(nothing && engine.settings.windowSize > 0);
    }),
  },
});

/** Sends that block are charged until they are answered. */
function chargesBlocked(dispatch: Dispatch, bytesOf: (job: Job, engine: Engine) => number): Build {
  return (Producer) =>
    class extends Producer {
      override admit(job: Job) {
        if (job.dispatch === dispatch) {
          job.held = bytesOf(job, this);
          this.usage += job.held;
        }
        super.admit(job);
      }
      override answeredBlocked(job: Job, error?: Error) {
        if (!this.lost) this.release(job);
        super.answeredBlocked(job, error);
        this.pump();
      }
    };
}
