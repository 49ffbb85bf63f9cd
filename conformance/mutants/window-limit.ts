// Mutants of the window's limit: those that let too much in (WIN-1) or keep a wrong figure (WIN-4).
import { blocks } from '../../spec/model/decision.ts';
import { around, type Build, checkThenAct } from './builds.ts';
import { mutants, SYNC_GOES_OUT } from './mutant.ts';
import type { Job } from './calls.ts';

export const WINDOW_LIMIT_MUTANTS = mutants({
  'check-then-act-one-await': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'Between the check for space and the charge lies one await.',
    make: checkThenAct(1),
  },
  'check-then-act-ten-awaits': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'Between the check for space and the charge lie ten awaits.',
    make: checkThenAct(10),
  },
  'charged-after-the-write': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'The bytes are charged one microtask after the write: sends of one turn see no usage.',
    make: around('charge', (engine, base, job) => {
      engine.unanswered.add(job);
      queueMicrotask(() => {
        if (job.state === 'written') base(job);
      });
    }),
  },
  'one-byte-too-many': {
    breaks: ['WIN-1'],
    what: 'One byte more than the limit is let in.',
    make: around(
      'fits',
      (engine, base, job) =>
        base(job) ||
        (engine.isCharged(job) && engine.usage + engine.sizeOf(job) === engine.limit + 1),
    ),
  },
  'open-at-exact-equality': {
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'When usage equals the limit exactly, the window counts as open.',
    make: around('fits', (engine, base, job) => base(job) || engine.usage === engine.limit),
  },
  'no-check-after-twenty': {
    breaks: ['WIN-1'],
    also: { 'WIN-2': 'a sync send has to wait at a full window' },
    what: 'After twenty messages the window is no longer looked at.',
    make: around('fits', (engine, base, job) => engine.count > 20 || base(job)),
  },
  'admits-while-not-full': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: { 'WIN-3': 'a send of no bytes fits a full window, and waits here' },
    what: 'A send is admitted while usage is below the limit, whatever its size.',
    make: around('fits', (engine) => engine.usage < engine.limit),
  },
  'looks-at-the-first-wakes-two': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'An answer lets two waiting sends go, but only the first is looked at.',
    make: around('release', (engine, base, job) => {
      base(job);
      const [first, second] = engine.queue;
      if (first && second && engine.fits(first))
        engine.queue.splice(0, 2).forEach((one) => engine.admit(one));
    }),
  },
  'refusal-wakes-without-a-check': {
    breaks: ['WIN-1'],
    also: SYNC_GOES_OUT,
    what: 'After a refusal the next waiting send goes out, whether it fits or not.',
    make: around('release', (engine, base, job, error) => {
      base(job, error);
      const next = error && engine.queue.shift();
      if (next) engine.admit(next);
    }),
  },
  'callback-bypasses-the-window': {
    strictOnly: true,
    breaks: ['WIN-1'],
    also: { 'CMP-5': 'what bypasses it is sent from a callback' },
    what: 'A send made inside a completion callback does not look at the window.',
    make: around('enqueue', (engine, base, job) => {
      if (engine.insideCallback && engine.queue.length === 0) engine.admit(job);
      else base(job);
    }),
  },
  'usage-in-32-bits': {
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'a usage that has become negative leaves room for more than the limit',
      'WIN-12': 'it is bytes that are miscounted',
      'WIN-3': 'space that is not given back is missing to those that wait',
    },
    what: 'Usage is kept in a signed 32-bit integer and overflows above 2^31.',
    make: keepsUsageAs((bytes) => bytes | 0),
  },
  'usage-in-single-precision': {
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'bytes lost in rounding are let in again',
      'WIN-3': 'space that is not given back is missing to those that wait',
      'WIN-12': 'it is bytes that are miscounted',
    },
    what: 'Usage is kept as a single-precision float and loses bytes of large windows.',
    make: keepsUsageAs(Math.fround),
  },
  'callbacks-are-not-charged': {
    strictOnly: true,
    breaks: ['WIN-1', 'WIN-4'],
    what: 'Sends with a completion callback take no window space.',
    make: around('charge', (engine, base, job) => {
      if (job.dispatch === 'completion') engine.unanswered.add(job);
      else base(job);
    }),
  },
  'transacted-is-not-charged': {
    breaks: ['WIN-1', 'WIN-4'],
    what: 'Sends within a transaction take no window space.',
    make: around('charge', (engine, base, job) => {
      if (job.transaction) engine.unanswered.add(job);
      else base(job);
    }),
  },
  'figure-includes-waiting': {
    breaks: ['WIN-4'],
    what: 'The usage figure includes what still waits.',
    make: around('windowUsage', (engine) => {
      const charged = engine.queue.filter((job) => !blocks(job.dispatch));
      return charged.reduce((sum, job) => sum + engine.sizeOf(job), engine.usage);
    }),
  },
  'out-of-order-keeps-a-byte': {
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'the usage figure no longer tells what is unanswered',
      'WIN-3': 'space that is not given back is missing to those that wait',
    },
    what: 'An answer that overtakes another gives back one byte less.',
    make: around('answeredCharged', (engine, base, job, error) => {
      const [oldest] = engine.unanswered;
      if (oldest !== job && job.held > 0) job.held -= 1;
      base(job, error);
    }),
  },
  'too-large-keeps-a-byte': {
    strictOnly: true,
    breaks: ['WIN-4'],
    also: { 'WIN-3': 'space that is not given back is missing to those that wait' },
    what: 'A send that is refused for its size keeps a byte of the window.',
    make: around('refuseTooLarge', (engine, base, job) => {
      engine.usage += 1;
      base(job);
    }),
  },
});

/** Usage is kept in a number that cannot hold all values. */
function keepsUsageAs(round: (bytes: number) => number): Build {
  return (Producer) =>
    class extends Producer {
      override charge(job: Job) {
        super.charge(job);
        this.usage = round(this.usage);
      }
      override release(job: Job) {
        super.release(job);
        this.usage = round(this.usage);
      }
    };
}
