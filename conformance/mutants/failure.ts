// Mutants of a lost connection (ERR), and of destinations (DST).
import type { ErrorKind } from '../adapter.ts';
import { around, onlyIf } from './builds.ts';
import { because, issue, mutants } from './mutant.ts';
import { type Call, Ending, Fault, isLoss, Job } from './calls.ts';

export const FAILURE_MUTANTS = mutants({
  'loss-leaves-the-commit': {
    breaks: ['ERR-1'],
    what: 'At a loss a commit or rollback stays pending.',
    reports: [issue('streadway/amqp', 256)],
    make: (Producer) =>
      class extends Producer {
        override fail(call: Call, kind: ErrorKind) {
          if (!(call instanceof Ending && this.lost)) super.fail(call, kind);
        }
        override answeredEnding(ending: Ending, error?: Error) {
          if (!isLoss(error)) super.answeredEnding(ending, error);
        }
      },
  },
  'loss-leaves-the-waiting': {
    breaks: ['ERR-1'],
    what: 'At a loss the sends that wait for space stay pending.',
    reports: [issue('pathosDev/actor-ts', 981)],
    make: around('lose', (engine, base) => {
      if (!engine.lost) for (const job of engine.queue) engine.calls.delete(job);
      base();
    }),
  },
  'loss-fails-one-waiting-send': {
    breaks: ['ERR-1'],
    what: 'At a loss only the first waiting send fails.',
    make: around('lose', (engine, base) => {
      if (!engine.lost) for (const job of engine.queue.slice(1)) engine.calls.delete(job);
      base();
    }),
  },
  'waiting-sends-return-at-the-loss': {
    breaks: ['ERR-2'],
    also: {
      ...because('a callback of it never fires', 'CMP-1', 'ERR-3', 'CMP-5'),
      ...because('a sync send may wait for space', 'SYN-1', 'SYN-2', 'SYN-3'),
      'SYN-6': 'a timed send may wait for space',
    },
    what: 'At a loss the sends that waited for space return.',
    make: around('fail', (engine, base, call, kind) => {
      if (engine.lost && call instanceof Job && call.state === 'done') engine.end(call);
      else base(call, kind);
    }),
  },
  'loss-is-called-closed': {
    breaks: ['ERR-2'],
    what: 'At a loss the pending sends fail as if the producer had been closed.',
    make: around('fail', (_, base, call) => base(call, 'closed')),
  },
  'loss-calls-nobody-back': {
    breaks: ['ERR-3'],
    also: { 'CMP-1': 'the callback never fires' },
    what: 'At a loss the open callbacks are forgotten.',
    make: onlyIf('callBack', (engine) => !engine.lost),
  },
  'loss-is-called-success': {
    breaks: ['CMP-2'],
    also: { 'CMP-3': 'the message may have been refused' },
    what: 'At a loss the open callbacks report success.',
    make: around('callBack', (engine, base, job, error) =>
      base(job, engine.lost ? undefined : error),
    ),
  },
  'called-back-for-each-sign-of-loss': {
    breaks: ['CMP-1'],
    what: 'At a loss the callbacks fire for the event, and again for the rejection.',
    make: around('answered', (engine, base, job, error) => {
      base(job, error);
      if (isLoss(error) && job.dispatch === 'completion') engine.callBack(job, error);
    }),
  },
  'returns-on-a-lost-connection': {
    breaks: ['ERR-4'],
    also: {
      'ERR-1': 'a commit on a lost connection may stay pending',
      'ERR-5': 'its space is taken after the window was emptied',
    },
    what: 'A lost connection is noticed by those who wait for an answer only: async sends return.',
    make: around('checkUsable', (engine) => {
      if (engine.closed) throw new Fault('closed');
    }),
  },
  'window-stays-full-after-a-loss': {
    breaks: ['ERR-5'],
    what: 'After a loss the window keeps its usage.',
    make: around('emptyWindow', () => {}),
  },
  'sends-without-a-destination': {
    breaks: ['DST-1'],
    what: 'A send without any destination goes out.',
    make: onlyIf('checkDestination', (_, message) => message.destination !== undefined),
  },
  'no-destination-is-nameless': {
    breaks: ['DST-1'],
    what: 'A send without any destination fails with a nameless error.',
    make: around('checkDestination', (engine, base, message) => {
      const none = message.destination === undefined && !engine.settings.destination;
      if (none) throw new Fault('other', 'cannot read properties of undefined');
      base(message);
    }),
  },
  'null-is-the-default': {
    breaks: ['DST-2'],
    what: 'An explicit null destination falls back to that of the producer.',
    make: around('checkDestination', (_, base, { destination, ...message }) =>
      base(
        destination === null
          ? message
          : { ...message, ...(destination !== undefined && { destination }) },
      ),
    ),
  },
  'bound-producer-sends-elsewhere': {
    breaks: ['DST-3'],
    what: 'A producer bound to one destination sends to another.',
    make: onlyIf('checkDestination', (_, message) => !message.destination),
  },
  'destination-checked-after-the-wait': {
    breaks: ['DST-4'],
    what: 'The destination is checked when the message is written, after the wait for space.',
    make: (Producer) =>
      class extends Producer {
        override checkDestination() {}
        override admit(job: Job) {
          try {
            super.checkDestination(job.message);
          } catch (error) {
            job.state = 'done';
            return this.end(job, error as Fault);
          }
          super.admit(job);
        }
      },
  },
  'failed-check-takes-space': {
    breaks: ['WIN-4'],
    also: {
      'WIN-3': 'space that is not given back is missing to those that wait',
      'DST-4': 'a failed check takes no space',
    },
    what: 'The space is taken before the destination is checked, and a failed check keeps it.',
    make: around('checkDestination', (engine, base, message) => {
      const { usage } = engine;
      engine.usage = Math.min(Math.max(engine.limit, usage), usage + message.size);
      base(message);
      engine.usage = usage;
    }),
  },
});
