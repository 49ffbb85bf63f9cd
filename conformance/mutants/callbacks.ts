// Mutants in which a callback, or the error listener, has a part: what they call goes wrong, or goes wrong for others.
import { around } from './builds.ts';
import { Fault, type Job } from './calls.ts';
import { because, mutants, NEVER_CALLED_BACK } from './mutant.ts';

/** More sends of one callback are forgotten. */
const MOST_IN_A_CALLBACK = 64;

export const CALLBACK_MUTANTS = mutants({
  'sends-of-one-callback-are-capped': {
    breaks: ['CMP-5'],
    also: because(
      'what is forgotten waits for nothing, whatever it ought to do',
      ...(['WIN-3', 'WIN-6', 'WIN-8', 'ASY-4', 'SYN-8', 'TXN-4', 'ERR-1', 'LIF-2'] as const),
      ...(['DST-1', 'DST-2', 'DST-3', 'DST-4'] as const),
    ),
    what: 'A callback may send 64 messages; more than that do not fit its buffer and are forgotten.',
    make: (Producer) =>
      class extends Producer {
        sends = 0;
        override callBack(job: Job, error?: Error) {
          this.sends = 0;
          super.callBack(job, error);
        }
        override enqueue(job: Job) {
          if (this.insideCallback) this.sends += 1;
          if (!this.insideCallback || this.sends <= MOST_IN_A_CALLBACK) super.enqueue(job);
        }
      },
  },
  'callback-of-a-callback-of-a-callback': {
    breaks: ['CMP-5'],
    also: NEVER_CALLED_BACK,
    what: 'A message sent from a callback that was itself sent from a callback is not called back.',
    make: (Producer) =>
      class extends Producer {
        depth = 0;
        readonly depths = new Map<Job, number>();
        override enqueue(job: Job) {
          this.depths.set(job, this.depth);
          super.enqueue(job);
        }
        override callBack(job: Job, error?: Error) {
          const depth = this.depths.get(job) ?? 0;
          if (depth > 1) return;
          this.depth = depth + 1;
          super.callBack(job, error);
          this.depth = 0;
        }
      },
  },
  'error-listener-may-not-send': {
    breaks: ['CMP-5'],
    also: because(
      'a send that would fail in any case fails for the wrong cause',
      ...(['SND-1', 'WIN-6', 'ERR-4', 'LIF-1', 'DST-1', 'DST-2', 'DST-3'] as const),
    ),
    what: 'A send made while the error listener is told fails.',
    make: (Producer) =>
      class extends Producer {
        telling = false;
        override report(job: Job, error: Error) {
          this.telling = true;
          super.report(job, error);
          this.telling = false;
        }
        override checkUsable() {
          super.checkUsable();
          if (this.telling) throw new Fault('other', 'the error listener may not send');
        }
      },
  },
  'commit-in-a-callback-deadlocks': {
    breaks: ['CMP-5'],
    also: because('it waits for nothing', 'TXN-5', 'TXN-6', 'TXN-7', 'ERR-1', 'LIF-2'),
    what: 'A commit made inside a callback waits for that callback to return, which waits for it.',
    make: around('commit', (engine, base) =>
      engine.insideCallback && engine.transaction ? new Promise(() => {}) : base(),
    ),
  },
  'callback-has-a-session-of-its-own': {
    breaks: ['TXN-2', 'TXN-3', 'TXN-7'],
    also: because(
      'the transaction is taken for open, or for over',
      ...(['TXN-6', 'TXN-4', 'ASY-2', 'SYN-1', 'WIN-4', 'WIN-3', 'SND-1', 'CMP-5'] as const),
    ),
    what: 'After a callback the transaction is as it was before: begun and ended inside for nothing.',
    make: around('callBack', (engine, base, job, error) => {
      const { transaction } = engine;
      base(job, error);
      engine.transaction = transaction;
    }),
  },
  'close-in-a-callback-fails': {
    breaks: ['LIF-2'],
    also: { 'LIF-3': 'closing again does so, too', 'CMP-5': 'it does so in a callback alone' },
    what: 'A close made inside a callback throws for a lock that is held.',
    make: around('close', async (engine, base) => {
      if (engine.insideCallback) throw new Fault('other', 'the lock is held');
      return base();
    }),
  },
  'throwing-callback-hides-the-loss-from-others': {
    breaks: ['CMP-6'],
    also: because('a broken SHOULD hides no broken MUST', 'CMP-1', 'ERR-3'),
    what: 'A callback that throws when it is told of a loss keeps all others from being told.',
    make: (Producer) =>
      class extends Producer {
        hidden = false;
        override callBack(job: Job, error?: Error) {
          if (!this.lost) return super.callBack(job, error);
          if (this.hidden) return;
          try {
            job.options.onComplete?.(error);
          } catch {
            this.hidden = true;
          }
        }
      },
  },
  'callback-is-told-of-its-own-error': {
    breaks: ['CMP-1'],
    also: { 'CMP-6': 'it does so after a throw alone' },
    what: 'A callback that throws is called again, with its own error.',
    make: (Producer) =>
      class extends Producer {
        override callBack({ options }: Job, error?: Error) {
          this.insideCallback = true;
          try {
            try {
              options.onComplete?.(error);
            } catch (own) {
              options.onComplete?.(own);
            }
          } catch {
            // Twice is enough.
          }
          this.insideCallback = false;
        }
      },
  },
});
