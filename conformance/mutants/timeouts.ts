// Mutants of timed sends (SYN-6), and of sync sends that hold up others (SYN-8).
import { blocks } from '../../spec/model/decision.ts';
import { Job, type Call } from './calls.ts';
import type { Mutant } from './mutant.ts';

export const TIMEOUT_MUTANTS: readonly Mutant[] = [
  {
    id: 'timeout-is-ignored',
    breaks: ['SYN-6'],
    what: 'sendTimeoutMs makes a send block, but never ends it.',
    make: (Producer) =>
      class extends Producer {
        override startTimer() {}
      },
  },
  {
    id: 'timeout-comes-early',
    breaks: ['SYN-6'],
    what: 'A timed send fails two milliseconds before its timeout.',
    make: (Producer) =>
      class extends Producer {
        override startTimer(job: Job, ms: number) {
          super.startTimer(job, ms - 2);
        }
      },
  },
  {
    id: 'timeout-takes-twice-as-long',
    breaks: ['SYN-6'],
    what: 'A timed send fails after twice its timeout.',
    make: (Producer) =>
      class extends Producer {
        override startTimer(job: Job, ms: number) {
          super.startTimer(job, ms * 2);
        }
      },
  },
  {
    id: 'returns-at-its-timeout',
    breaks: ['SYN-6'],
    what: 'At its timeout a send returns as if it had been acked.',
    make: (Producer) =>
      class extends Producer {
        override timeOut(job: Job) {
          if (job.state === 'written') this.end(job);
          else super.timeOut(job);
        }
      },
  },
  {
    id: 'answers-restart-the-timeout',
    breaks: ['SYN-6'],
    what: 'Every answer to another message starts all timeouts anew.',
    make: (Producer) =>
      class extends Producer {
        override answered(job: Job, error?: Error) {
          super.answered(job, error);
          for (const call of this.calls) {
            if (!(call instanceof Job) || call.dispatch !== 'timed') continue;
            this.stopTimer(call);
            this.startTimer(call, this.settings.sendTimeoutMs);
          }
        }
      },
  },
  {
    id: 'one-timer-for-all',
    breaks: ['SYN-6'],
    what: 'While a timed send is open, the next one gets no timeout.',
    make: (Producer) =>
      class extends Producer {
        override startTimer(job: Job, ms: number) {
          const timed = [...this.calls].filter(
            (call) => call instanceof Job && call.dispatch === 'timed',
          );
          if (timed.length === 1) super.startTimer(job, ms);
        }
      },
  },
  {
    id: 'sync-send-holds-a-lock',
    strictOnly: true,
    breaks: ['SYN-8'],
    what: 'A sync send holds the session: nothing is written until it is acked.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return super.fits(job) && ![...this.calls].some(isAwaited);
        }
        override end(call: Call, error?: Error) {
          super.end(call, error);
          if (isBlocking(call)) this.pump();
        }
      },
  },
  {
    id: 'one-sync-send-at-a-time',
    strictOnly: true,
    breaks: ['SYN-8'],
    also: { 'WIN-3': 'it waits although the window has room' },
    what: 'A sync send is written only when the one before it is acked.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return super.fits(job) && !(isBlocking(job) && [...this.calls].some(isAwaited));
        }
        override end(call: Call, error?: Error) {
          super.end(call, error);
          if (isBlocking(call)) this.pump();
        }
      },
  },
];

function isBlocking(call: Call): call is Job {
  return call instanceof Job && blocks(call.dispatch);
}

function isAwaited(call: Call): boolean {
  return isBlocking(call) && call.state === 'written';
}
