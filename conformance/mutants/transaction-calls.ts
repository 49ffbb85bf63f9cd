// Mutants of begin, commit and rollback themselves: on a producer that has ended (LIF-1, LIF-2, ERR-4), and when
// the broker refuses (TXN-7) or is not told (TXN-4). What goes into a transaction is in transactions.ts.
import { around, type Build } from './builds.ts';
import { Call, Fault, isRefusal } from './calls.ts';
import type { Engine } from './engine.ts';
import { mutants } from './mutant.ts';

const never = () => new Promise<void>(() => {});

/** An engine whose `begin` waits for its answer; `refused` says what becomes of the call then. */
function waitingBegin(refused: (engine: Engine, call: Call, error: Error) => void): Build {
  return (Producer) =>
    class extends Producer {
      override async begin() {
        this.checkUsable();
        if (this.transaction) throw new Fault('illegal-state', 'a transaction is open');
        this.transaction = this.newTransaction();
        const call = new Call();
        this.calls.add(call);
        this.broker.receive({ type: 'begin', transaction: this.transaction.id }).then(
          () => this.end(call),
          (error: Error) => {
            if (isRefusal(error)) refused(this, call, error);
          },
        );
        return call.promise;
      }
    };
}

export const TRANSACTION_CALL_MUTANTS = mutants({
  'begin-on-a-closed-producer-hangs': {
    breaks: ['LIF-1'],
    what: 'A begin on a closed producer waits for an answer that cannot come.',
    make: around('begin', (engine, base) => (engine.closed ? never() : base())),
  },
  'rollback-on-a-closed-producer-returns': {
    breaks: ['LIF-1'],
    what: 'A rollback on a closed producer reports success.',
    make: around('rollback', (engine, base) => (engine.closed ? Promise.resolve() : base())),
  },
  'commit-on-a-lost-connection-returns': {
    breaks: ['ERR-4'],
    what: 'A commit on a lost connection reports success.',
    make: around('commit', (engine, base) =>
      engine.lost && !engine.closed ? Promise.resolve() : base(),
    ),
  },
  'begin-on-a-lost-connection-waits': {
    breaks: ['ERR-4'],
    what: 'A begin on a lost connection waits for a connection that is not made anew.',
    make: around('begin', (engine, base) => (engine.lost && !engine.closed ? never() : base())),
  },
  'close-fails-after-a-loss': {
    breaks: ['LIF-2'],
    what: 'A close wants to take leave of the broker, and fails if the connection is lost.',
    make: around('close', async (engine, base) => {
      const goneBefore = engine.lost && !engine.closed;
      await base();
      if (goneBefore) throw new Fault('connection-lost', 'cannot take leave');
    }),
  },
  'refused-begin-hangs': {
    breaks: ['TXN-7'],
    what: 'A begin that waits for its answer knows only one answer.',
    make: waitingBegin(() => {}),
  },
  'refused-begin-returns': {
    breaks: ['TXN-7'],
    what: 'A begin that waits for its answer takes any answer for success.',
    make: waitingBegin((engine, call) => engine.end(call)),
  },
  'refused-begin-leaves-a-transaction': {
    breaks: ['TXN-7'],
    what: 'A begin that was refused throws, and later sends go into its transaction all the same.',
    make: waitingBegin((engine, call, error) => engine.end(call, error)),
  },
  'refused-rollback-returns': {
    breaks: ['TXN-7'],
    what: 'A rollback takes any answer for success.',
    make: around('answeredEnding', (_, base, ending, error) =>
      base(ending, ending.action === 'rollback' && isRefusal(error) ? undefined : error),
    ),
  },
  'rollback-is-kept-to-itself': {
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'A rollback forgets what waits, and does not tell the broker.',
    make: around('sendEnding', (engine, base, ending) => {
      if (ending.action === 'commit') return base(ending);
      return engine.end(ending);
    }),
  },
});
