// Mutants of a lost connection (ERR), and of destinations (DST).
import type { ErrorKind, OutgoingMessage } from '../adapter.ts';
import { Ending, Job, type Call } from './calls.ts';
import { Fault, isLoss } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const FAILURE_MUTANTS: readonly Mutant[] = [
  {
    id: 'loss-leaves-the-commit',
    breaks: ['ERR-1'],
    what: 'At a loss a commit or rollback stays pending.',
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
  {
    id: 'loss-leaves-the-waiting',
    breaks: ['ERR-1'],
    what: 'At a loss the sends that wait for space stay pending.',
    make: (Producer) =>
      class extends Producer {
        override lose() {
          if (!this.lost) for (const job of this.queue) this.calls.delete(job);
          super.lose();
        }
      },
  },
  {
    id: 'loss-fails-one-waiting-send',
    breaks: ['ERR-1'],
    what: 'At a loss only the first waiting send fails.',
    make: (Producer) =>
      class extends Producer {
        override lose() {
          if (!this.lost) for (const job of this.queue.slice(1)) this.calls.delete(job);
          super.lose();
        }
      },
  },
  {
    id: 'waiting-sends-return-at-the-loss',
    breaks: ['ERR-2'],
    also: {
      'CMP-1': 'a callback of it never fires',
      'ERR-3': 'a callback of it never fires',
      'SYN-1': 'a sync send may wait for space',
      'SYN-2': 'a sync send may wait for space',
      'SYN-3': 'a sync send may wait for space',
      'SYN-6': 'a timed send may wait for space',
    },
    what: 'At a loss the sends that waited for space return.',
    make: (Producer) =>
      class extends Producer {
        override fail(call: Call, kind: ErrorKind) {
          if (this.lost && call instanceof Job && call.state === 'done') this.end(call);
          else super.fail(call, kind);
        }
      },
  },
  {
    id: 'loss-is-called-closed',
    breaks: ['ERR-2'],
    what: 'At a loss the pending sends fail as if the producer had been closed.',
    make: (Producer) =>
      class extends Producer {
        override fail(call: Call) {
          super.fail(call, 'closed');
        }
      },
  },
  {
    id: 'loss-calls-nobody-back',
    breaks: ['ERR-3'],
    also: { 'CMP-1': 'the callback never fires' },
    what: 'At a loss the open callbacks are forgotten.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          if (!this.lost) super.callBack(job, error);
        }
      },
  },
  {
    id: 'loss-is-called-success',
    breaks: ['CMP-2'],
    also: { 'CMP-3': 'the message may have been refused' },
    what: 'At a loss the open callbacks report success.',
    make: (Producer) =>
      class extends Producer {
        override callBack(job: Job, error?: Error) {
          super.callBack(job, this.lost ? undefined : error);
        }
      },
  },
  {
    id: 'called-back-for-each-sign-of-loss',
    breaks: ['CMP-1'],
    what: 'At a loss the callbacks fire for the event, and again for the rejection.',
    make: (Producer) =>
      class extends Producer {
        override answered(job: Job, error?: Error) {
          super.answered(job, error);
          if (isLoss(error) && job.dispatch === 'completion') this.callBack(job, error);
        }
      },
  },
  {
    id: 'returns-on-a-lost-connection',
    breaks: ['ERR-4'],
    also: {
      'ERR-1': 'a commit on a lost connection may stay pending',
      'ERR-5': 'its space is taken after the window was emptied',
    },
    what: 'A lost connection is noticed by those who wait for an answer only: async sends return.',
    make: (Producer) =>
      class extends Producer {
        override checkUsable() {
          if (this.closed) throw new Fault('closed');
        }
      },
  },
  {
    id: 'window-stays-full-after-a-loss',
    breaks: ['ERR-5'],
    what: 'After a loss the window keeps its usage.',
    make: (Producer) =>
      class extends Producer {
        override emptyWindow() {}
      },
  },
  {
    id: 'sends-without-a-destination',
    breaks: ['DST-1'],
    what: 'A send without any destination goes out.',
    make: (Producer) =>
      class extends Producer {
        override checkDestination(message: OutgoingMessage) {
          if (message.destination !== undefined) super.checkDestination(message);
        }
      },
  },
  {
    id: 'no-destination-is-nameless',
    breaks: ['DST-1'],
    what: 'A send without any destination fails with a nameless error.',
    make: (Producer) =>
      class extends Producer {
        override checkDestination(message: OutgoingMessage) {
          const none = message.destination === undefined && !this.settings.destination;
          if (none) throw new Fault('other', 'cannot read properties of undefined');
          super.checkDestination(message);
        }
      },
  },
  {
    id: 'null-is-the-default',
    breaks: ['DST-2'],
    what: 'An explicit null destination falls back to that of the producer.',
    make: (Producer) =>
      class extends Producer {
        override checkDestination({ destination, ...message }: OutgoingMessage) {
          super.checkDestination(
            destination === null
              ? message
              : { ...message, ...(destination !== undefined && { destination }) },
          );
        }
      },
  },
  {
    id: 'bound-producer-sends-elsewhere',
    breaks: ['DST-3'],
    what: 'A producer bound to one destination sends to another.',
    make: (Producer) =>
      class extends Producer {
        override checkDestination(message: OutgoingMessage) {
          if (!message.destination) super.checkDestination(message);
        }
      },
  },
  {
    id: 'destination-checked-after-the-wait',
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
  {
    id: 'failed-check-takes-space',
    breaks: ['WIN-4'],
    also: {
      'WIN-3': 'space that is not given back is missing to whoever waits',
    },
    what: 'The space is taken before the destination is checked, and a failed check keeps it.',
    make: (Producer) =>
      class extends Producer {
        override checkDestination(message: OutgoingMessage) {
          const { usage } = this;
          this.usage = Math.min(Math.max(this.limit, usage), usage + message.size);
          super.checkDestination(message);
          this.usage = usage;
        }
      },
  },
];
