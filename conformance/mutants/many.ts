// Mutants of many and of again: what has room for so many and no more, and ids that are remembered for ever.
import { around, type Build } from './builds.ts';
import { Fault, type Job } from './calls.ts';
import type { Engine } from './engine.ts';
import {
  because,
  issue,
  mutants,
  NEVER_CALLED_BACK,
  SPACE_IS_FREED,
  SPACE_IS_MISSING,
} from './mutant.ts';

export const MANY_MUTANTS = mutants({
  'sixteen-may-wait': {
    breaks: ['WIN-2', 'SND-1'],
    what: 'The seventeenth send that waits fails: so many fit into the queue.',
    make: around('enqueue', (engine, base, job) => {
      if (engine.queue.length < 16) base(job);
      else engine.end(job, new Fault('other', 'the queue is full'));
    }),
  },
  'ring-of-sixty-four': {
    breaks: ['SYN-4', 'CMP-1'],
    also: {
      ...SPACE_IS_MISSING,
      ...NEVER_CALLED_BACK,
      ...because('the answer that is lost may be any', 'ASY-5', 'SYN-5', 'SYN-6', 'WIN-9', 'CMP-3'),
    },
    what: 'What is unanswered is kept in a ring of 64: the next one takes the place of the first.',
    make: ringOf(64),
  },
  'long-queue-is-a-stack': {
    strictOnly: true,
    breaks: ['WIN-5', 'ORD-2'],
    what: 'A queue that is longer than 30 is made shorter from the wrong end.',
    make: around('pump', (engine, base) => {
      if (engine.queue.length > 30) engine.queue.reverse();
      base();
    }),
  },
  'wakes-a-hundred': {
    strictOnly: true,
    breaks: ['WIN-3'],
    also: { ...SPACE_IS_MISSING, 'SYN-8': 'sync sends may be those that are not woken' },
    what: 'Each send that is woken wakes the next, until the stack overflows, which is taken for the end.',
    make: wakesAtMost(100),
  },
  'usage-in-32-bits-without-a-sign': {
    strictOnly: true,
    breaks: ['WIN-12', 'WIN-4'],
    also: SPACE_IS_FREED,
    what: 'Usage is kept in 32 bits without a sign: of a window of 4 GiB that is full, nothing is used.',
    make: around('charge', (engine, base, job) => {
      base(job);
      engine.usage >>>= 0;
    }),
  },
  'id-is-remembered': {
    breaks: ['SND-1', 'WIN-2'],
    what: 'A message that failed while it waited fails again, whenever it is sent.',
    reports: [issue('Azure/azure-event-hubs', 346)],
    make: remembers((engine, job) => engine.end(job, new Fault('other', 'it has failed'))),
  },
  'cancelled-keeps-its-id': {
    breaks: ['SYN-1', 'ORD-4', 'WIN-2'],
    what: 'A message that failed while it waited counts as under way: sent again, it is taken for sent.',
    reports: [issue('Yakifo/amqtt', 126)],
    make: remembers((engine, job) => engine.end(job)),
  },
});

/** What is done with a send whose message has the id of one that failed while it waited. */
function remembers(react: (engine: Engine, job: Job) => void): Build {
  return (Producer) =>
    class extends Producer {
      readonly failed = new Set<string>();
      override withdraw(job: Job, error: Fault) {
        if (job.state === 'waiting') this.failed.add(job.message.id);
        super.withdraw(job, error);
      }
      override enqueue(job: Job) {
        if (this.failed.has(job.message.id)) react(this, job);
        else super.enqueue(job);
      }
    };
}

function ringOf(size: number): Build {
  return (Producer) =>
    class extends Producer {
      readonly ring: Job[] = [];
      override transmit(job: Job) {
        this.ring.push(job);
        if (this.ring.length > size) this.ring.shift();
        super.transmit(job);
      }
      override answered(job: Job, error?: Error) {
        if (!this.ring.includes(job)) return;
        this.ring.splice(this.ring.indexOf(job), 1);
        super.answered(job, error);
      }
    };
}

function wakesAtMost(depth: number): Build {
  return (Producer) =>
    class extends Producer {
      override pump() {
        const head = this.queue[depth];
        if (!head) return super.pump();
        const rest = this.queue.splice(depth);
        super.pump();
        this.queue.push(...rest);
      }
    };
}
