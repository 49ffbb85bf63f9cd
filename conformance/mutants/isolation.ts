// Mutants that share what is not theirs (ISO). What `make` gives stands for one loaded module: its producers have in
// common what the module keeps in static fields and in variables of its own.
import type { Engine, EngineClass } from './engine.ts';
import { mutants } from './mutant.ts';

export const ISOLATION_MUTANTS = mutants({
  'static-window': {
    breaks: ['ISO-1'],
    what: 'The bytes in use are counted in a static field: what one producer leaves unanswered is missing to the next.',
    make: sharing('usage'),
  },
  'static-transaction': {
    breaks: ['ISO-1'],
    what: 'The open transaction is kept in module scope: another producer sends within it.',
    make: sharing('transaction'),
  },
  'closed-for-all': {
    breaks: ['ISO-1'],
    what: 'A module variable says whether the producer is closed: once one is, all are.',
    make: sharing('closed'),
  },
  'one-queue-for-all': {
    breaks: ['ISO-1'],
    what: 'The sends of all producers wait in one queue: who comes later waits for the window of another.',
    make: sharing('queue'),
  },
  'calls-of-all-end-together': {
    breaks: ['ISO-1'],
    what: 'Pending calls are kept in module scope: closing one producer fails those of the others.',
    make: sharing('calls'),
  },
  'latest-connection': {
    breaks: ['ISO-1'],
    what: 'The connection is kept in module scope: whoever opened last gets the messages of all.',
    make: (Producer) => {
      let latest: Engine['broker'];
      return class extends Producer {
        constructor(context: ConstructorParameters<EngineClass>[0]) {
          super(context);
          latest = context.broker;
          Object.defineProperty(this, 'broker', { get: () => latest });
        }
      };
    },
  },
  'one-loss-is-everyones': {
    breaks: ['ISO-1'],
    what: 'A lost connection is told to every producer, whoever it belonged to.',
    make: (Producer) => {
      const everyone = new Set<Engine>();
      return class extends Producer {
        constructor(context: ConstructorParameters<EngineClass>[0]) {
          super(context);
          everyone.add(this);
        }
        override lose() {
          const others = this.lost ? [] : [...everyone];
          super.lose();
          for (const other of others) if (other !== this) other.lose();
        }
        override async close() {
          everyone.delete(this);
          return super.close();
        }
      };
    },
  },
});

/** Fields of the engine that all producers of a module share. */
function sharing(...names: readonly (keyof Engine)[]): (Producer: EngineClass) => EngineClass {
  return (Producer) => {
    const common: Partial<Record<keyof Engine, unknown>> = {};
    return class extends Producer {
      constructor(context: ConstructorParameters<EngineClass>[0]) {
        super(context);
        for (const name of names) {
          if (!(name in common)) common[name] = this[name];
          const set = (value: unknown) => (common[name] = value);
          Object.defineProperty(this, name, { get: () => common[name], set });
        }
      }
    };
  };
}
