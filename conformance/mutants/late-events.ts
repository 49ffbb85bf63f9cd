// Mutants that are not done with a send that has ended: by its late answer (SYN-7) or a late interrupt
// (LIF-6).
import { Job } from './calls.ts';
import { Fault } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const LATE_EVENT_MUTANTS: readonly Mutant[] = [
  {
    id: 'late-answer-ends-the-next',
    breaks: ['SYN-7'],
    also: {
      'SYN-6': 'the next returns before its own ack',
      'SND-1': 'the late answer may be a refusal',
    },
    what: 'The late answer to a send that timed out ends the next timed send.',
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          super.answeredBlocked(job.ended ? (this.nextTimed() ?? job) : job, error);
        }
        nextTimed() {
          for (const call of this.calls)
            if (call instanceof Job && call.dispatch === 'timed' && call.state === 'written')
              return call;
          return undefined;
        }
      },
  },
  {
    id: 'late-answer-confuses-the-next',
    breaks: ['SND-1'],
    what: 'After the late answer to a send that timed out, the next send fails.',
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
  {
    id: 'late-interrupt-frees-space',
    breaks: ['LIF-6'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-11': 'the answer frees the same space again',
    },
    what: 'An interrupt after the return of an async send frees its space.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          this.watch(job);
          super.enqueue(job);
        }
        override unwatch() {}
        override interrupt(job: Job) {
          super.interrupt(job);
          this.release(job);
          this.pump();
        }
      },
  },
  {
    id: 'late-interrupt-calls-back',
    breaks: ['LIF-6'],
    also: { 'CMP-1': 'the answer calls back again', 'CMP-3': 'no answer gave cause for it' },
    what: 'An interrupt after the return of a send fires its callback.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          this.watch(job);
          super.enqueue(job);
        }
        override unwatch() {}
        override interrupt(job: Job) {
          if (job.ended && job.state === 'written') this.tell(job, new Fault('interrupted'));
          else super.interrupt(job);
        }
      },
  },
  {
    id: 'late-interrupt-hits-the-next',
    breaks: ['LIF-6'],
    also: {
      'SND-1': 'a send that would have fitted fails for no cause',
    },
    what: 'An interrupt of a send that has ended fails the first one that waits.',
    make: (Producer) =>
      class extends Producer {
        override enqueue(job: Job) {
          this.watch(job);
          super.enqueue(job);
        }
        override unwatch() {}
        override interrupt(job: Job) {
          const [next] = this.queue;
          super.interrupt(job.ended && next ? next : job);
        }
      },
  },
];
