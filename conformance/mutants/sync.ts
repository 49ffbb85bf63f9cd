// Mutants of sends that block: too short, too long, or for the wrong answer (SYN-1 to SYN-5).
import { blocks } from '../../spec/model/decision.ts';
import type { OutgoingMessage } from '../adapter.ts';
import { Job } from './calls.ts';
import { Fault, isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const SYNC_MUTANTS: readonly Mutant[] = [
  {
    id: 'sync-returns-when-written',
    breaks: ['SYN-1'],
    what: 'A persistent send returns as soon as it is written.',
    make: (Producer) =>
      class extends Producer {
        override returnsAtOnce(job: Job) {
          const { alwaysSyncSend } = this.settings;
          const row7 = job.dispatch === 'sync' && !alwaysSyncSend && !job.message.responseRequired;
          return super.returnsAtOnce(job) || row7;
        }
      },
  },
  {
    id: 'any-answer-releases-the-oldest',
    breaks: ['SYN-1'],
    also: {
      'SYN-2': 'the oldest may be there by alwaysSyncSend',
      'SYN-3': 'the oldest may have asked for a response',
    },
    what: 'The ack of an async message releases the oldest sync send.',
    make: (Producer) =>
      class extends Producer {
        override answeredCharged(job: Job, error?: Error) {
          super.answeredCharged(job, error);
          for (const call of this.calls) {
            if (call instanceof Job && call.dispatch === 'sync' && call.state === 'written')
              return this.end(call);
          }
        }
      },
  },
  {
    id: 'ignores-always-sync-send',
    breaks: ['SYN-2'],
    what: 'alwaysSyncSend is honoured for messages that persist, and for no others.',
    make: (Producer) =>
      class extends Producer {
        override returnsAtOnce(job: Job) {
          const { alwaysSyncSend } = this.settings;
          const volatile = job.message.deliveryMode === 'non-persistent';
          return (
            super.returnsAtOnce(job) || (alwaysSyncSend && job.dispatch === 'sync' && volatile)
          );
        }
      },
  },
  {
    id: 'transaction-beats-always-sync-send',
    breaks: ['SYN-2'],
    what: 'alwaysSyncSend is ignored in a transaction.',
    make: (Producer) =>
      class extends Producer {
        override returnsAtOnce(job: Job) {
          const { alwaysSyncSend } = this.settings;
          const transacted = job.transaction !== undefined;
          return (
            super.returnsAtOnce(job) || (alwaysSyncSend && job.dispatch === 'sync' && transacted)
          );
        }
      },
  },
  {
    id: 'ignores-response-required',
    breaks: ['SYN-3'],
    also: {
      'WIN-4': 'it is charged like an async send',
      'WIN-3': 'it is charged like an async send',
      'SND-1': 'it may be too large for the window',
    },
    what: 'A message that asks for a response is sent like any other.',
    make: (Producer) =>
      class extends Producer {
        override dispatchOf(message: OutgoingMessage, completion: boolean) {
          return super.dispatchOf({ ...message, responseRequired: false }, completion);
        }
      },
  },
  {
    id: 'use-async-send-beats-response-required',
    breaks: ['SYN-3'],
    also: {
      'WIN-4': 'it is charged like an async send',
      'WIN-3': 'it is charged like an async send',
      'SND-1': 'it may be too large for the window',
    },
    what: 'With useAsyncSend a message that asks for a response does not get it.',
    make: (Producer) =>
      class extends Producer {
        override dispatchOf(message: OutgoingMessage, completion: boolean) {
          const responseRequired = message.responseRequired === true && !this.settings.useAsyncSend;
          return super.dispatchOf({ ...message, responseRequired }, completion);
        }
      },
  },
  {
    id: 'acks-are-awaited-in-order',
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
  {
    id: 'misses-an-early-ack',
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
  {
    id: 'forgets-the-third-caller',
    breaks: ['SYN-4'],
    what: 'While three sync sends are open, an ack of one of them is lost.',
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          const open = [...this.calls].filter(
            (call) => call instanceof Job && call.dispatch === 'sync',
          );
          if (error || open.length < 3) super.answeredBlocked(job, error);
        }
      },
  },
  {
    id: 'swallows-a-refusal',
    breaks: ['SYN-5'],
    what: 'A refused sync send returns as if it had been acked.',
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          super.answeredBlocked(job, isRefusal(error) ? undefined : error);
        }
      },
  },
  {
    id: 'refused-sync-hangs',
    breaks: ['SYN-5'],
    what: 'A refused sync send stays pending.',
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          if (!isRefusal(error)) super.answeredBlocked(job, error);
        }
      },
  },
  {
    id: 'refusal-is-nameless',
    breaks: ['SYN-5'],
    what: 'A refused sync send throws an error of another kind.',
    make: (Producer) =>
      class extends Producer {
        override answeredBlocked(job: Job, error?: Error) {
          super.answeredBlocked(job, isRefusal(error) ? new Fault('other', 'failed') : error);
        }
      },
  },
];
