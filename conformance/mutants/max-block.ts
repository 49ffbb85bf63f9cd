// Mutants of the bounded wait for space, and the build that they deviate from, which keeps it.
import { type Call, Fault, Job } from './calls.ts';
import type { Engine, EngineClass } from './engine.ts';
import { because, issue, type Mutant, NOBODY_MOVES_UP } from './mutant.ts';

/** An engine whose sends wait for space for a while only. */
interface BoundedEngine extends Engine {
  readonly waits: Map<Job, ReturnType<typeof setTimeout>>;
  startWait(job: Job): void;
  stopWait(job: Job): void;
  giveUp(job: Job): void;
}
type BoundedClass = new (...args: ConstructorParameters<EngineClass>) => BoundedEngine;

/** An engine with `maxBlockMs`. */
export function bounded(Producer: EngineClass): BoundedClass {
  return class extends Producer {
    readonly waits = new Map<Job, ReturnType<typeof setTimeout>>();

    override enqueue(job: Job): void {
      super.enqueue(job);
      if (job.state === 'waiting') this.startWait(job);
    }

    startWait(job: Job): void {
      this.stopWait(job);
      const { maxBlockMs = 0 } = this.settings;
      if (maxBlockMs > 0)
        this.waits.set(
          job,
          setTimeout(() => this.giveUp(job), maxBlockMs),
        );
    }

    stopWait(job: Job): void {
      clearTimeout(this.waits.get(job));
      this.waits.delete(job);
    }

    giveUp(job: Job): void {
      this.withdraw(job, new Fault('timeout', `no space for ${job.message.id}`));
    }

    override admit(job: Job): void {
      this.stopWait(job);
      super.admit(job);
    }

    override end(call: Call, error?: Error): void {
      super.end(call, error);
      if (call instanceof Job) this.stopWait(call);
    }
  };
}

type BoundedMutant = Omit<Mutant, 'id' | 'claims' | 'make'> & {
  readonly make: (Bounded: BoundedClass) => EngineClass;
};

const TOO_EARLY = because('nothing ends its wait yet', 'WIN-2', 'SND-1', 'SYN-6');

export const MAX_BLOCK_MUTANTS = ofBounded({
  'max-block-is-ignored': {
    breaks: ['WIN-13'],
    what: 'A send waits for space for as long as it takes, whatever maxBlockMs says.',
    make: (Bounded) =>
      class extends Bounded {
        override startWait() {}
      },
  },
  'max-block-starts-again': {
    breaks: ['WIN-13'],
    what: 'Whenever an answer comes, or another send, the wait for space starts again.',
    make: (Bounded) =>
      class extends Bounded {
        override pump() {
          super.pump();
          for (const waiting of this.queue) this.startWait(waiting);
        }
      },
  },
  'max-block-is-halved': {
    breaks: ['WIN-13'],
    also: TOO_EARLY,
    what: 'A wait for space ends at half of its time.',
    make: (Bounded) =>
      class extends Bounded {
        override startWait(job: Job) {
          const { maxBlockMs = 0 } = this.settings;
          if (maxBlockMs === 0) return;
          this.waits.set(
            job,
            setTimeout(() => this.giveUp(job), maxBlockMs / 2),
          );
        }
      },
  },
  'max-block-of-none-is-taken-literally': {
    breaks: ['WIN-2'],
    also: because('nothing ends its wait', 'SND-1', 'SYN-6'),
    what: 'With a maxBlockMs of 0 a send does not wait for space at all.',
    make: (Bounded) =>
      class extends Bounded {
        override startWait(job: Job) {
          if (this.settings.maxBlockMs === 0) this.giveUp(job);
          else super.startWait(job);
        }
      },
  },
  'max-block-goes-on-after-admission': {
    breaks: ['WIN-13'],
    also: TOO_EARLY,
    what: 'The timer of the wait for space also ends the wait for the acknowledgement.',
    make: (Bounded) =>
      class extends Bounded {
        override stopWait(job: Job) {
          if (job.ended) super.stopWait(job);
        }
      },
  },
  'max-block-is-nameless': {
    breaks: ['WIN-13'],
    also: because('a timed send that has waited as long fails so as well', 'SYN-6'),
    what: 'Who has waited too long for space fails with a nameless error.',
    make: (Bounded) =>
      class extends Bounded {
        override giveUp(job: Job) {
          this.withdraw(job, new Fault('other', 'full'));
        }
      },
  },
  'max-block-leaves-its-mark': {
    breaks: ['WIN-10', 'ORD-6'],
    also: because('it waited, failed, and is in line still', 'WIN-3', 'WIN-4', 'WIN-1'),
    what: 'Who has waited too long for space fails, and is sent in its turn all the same.',
    reports: [issue('apache/kafka', 1314)],
    make: (Bounded) =>
      class extends Bounded {
        override giveUp(job: Job) {
          this.end(job, new Fault('timeout'));
        }
      },
  },
  'max-block-wakes-nobody': {
    // Classic admits while any room is left: who waits behind another would not fit either.
    strictOnly: true,
    breaks: ['WIN-3'],
    also: NOBODY_MOVES_UP,
    what: 'When one has waited too long for space, those behind it that would fit do not move up.',
    make: (Bounded) =>
      class extends Bounded {
        override giveUp(job: Job) {
          this.unqueue((other) => other === job);
          this.end(job, new Fault('timeout'));
        }
      },
  },
});

function ofBounded(byId: Readonly<Record<string, BoundedMutant>>): readonly Mutant[] {
  return Object.entries(byId).map(([id, mutant]) => ({
    ...mutant,
    id,
    claims: ['max-block'],
    make: (Producer) => mutant.make(bounded(Producer)),
  }));
}
