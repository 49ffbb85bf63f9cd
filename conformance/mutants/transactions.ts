// Mutants of transactions (TXN): which messages belong to one, and how one ends.
import { around, type Build, onlyIf } from './builds.ts';
import { because, mutants, SENT_AS_ASYNC } from './mutant.ts';
import { type Ending, Fault, isRefusal, type Job, type Transaction } from './calls.ts';
import type { Engine } from './engine.ts';

export const TRANSACTION_MUTANTS = mutants({
  'commit-returns-when-written': {
    breaks: ['TXN-1'],
    what: 'Commit returns as soon as it is written.',
    make: around('sendEnding', (engine, base, ending) => {
      base(ending);
      if (ending.action === 'commit') engine.end(ending);
    }),
  },
  'commit-in-the-background': {
    breaks: ['TXN-1'],
    also: because('the next transaction begins before the commit is out', 'TXN-2', 'TXN-3'),
    what: 'Commit returns at once and does its work in the background.',
    make: around('leaveTransaction', (engine, base, action) => {
      const ending = base(action);
      if (action === 'commit') engine.end(ending);
      return ending;
    }),
  },
  'commit-overtakes-waiting-sends': {
    strictOnly: true,
    breaks: ['TXN-2'],
    what: 'The commit goes out before the sends of its transaction that wait for space.',
    make: around('commitWhenReady', (engine) => {
      const { ending } = engine;
      engine.ending = undefined;
      if (ending) engine.sendEnding(ending);
    }),
  },
  'begin-comes-late': {
    breaks: ['TXN-2'],
    what: 'The begin is written a turn later, behind the first messages of its transaction.',
    make: around('sendBegin', (engine, base, transaction) =>
      setImmediate(() => {
        if (!engine.closed) base(transaction);
      }),
    ),
  },
  'transaction-read-when-written': {
    breaks: ['TXN-2'],
    also: { 'TXN-3': 'it joins the next transaction' },
    what: 'A send joins the transaction that is open when it is written, not when it was called.',
    make: around('packetOf', (engine, _base, { message }) => {
      if (!engine.transaction) return { type: 'message', message };
      return { type: 'message', message, transaction: engine.transaction.id };
    }),
  },
  'transaction-ids-are-reused': {
    breaks: ['TXN-2'],
    also: { 'TXN-3': 'the second transaction looks like the first' },
    what: 'Every transaction has the same id.',
    make: around('newTransaction', () => ({ id: 'tx' })),
  },
  'persistent-without-its-transaction': {
    breaks: ['TXN-2'],
    what: 'Persistent messages in a transaction do not carry it.',
    make: around('packetOf', (_, base, job) => {
      const { message } = job;
      if (message.deliveryMode === 'persistent') return { type: 'message', message };
      return base(job);
    }),
  },
  'flag-survives-the-commit': {
    breaks: ['TXN-3'],
    also: { ...SENT_AS_ASYNC, 'TXN-2': 'its message arrives after the commit' },
    what: 'The send after a commit still belongs to the transaction.',
    make: flagSurvives('commit'),
  },
  'flag-survives-a-refused-commit': {
    breaks: ['TXN-3'],
    also: {
      'WIN-4': 'a sync send outside is sent as an async one',
      'SND-1': 'the next begin finds a transaction open',
      'TXN-2': 'its messages arrive after the commit',
      'TXN-7': 'the next begin finds a transaction open',
      'TXN-6': 'the next commit finds a transaction open',
      'WIN-3': 'a sync send outside is sent as an async one',
    },
    what: 'A refused commit leaves the transaction open.',
    make: around('answeredEnding', (engine, base, ending, error) => {
      if (isRefusal(error)) engine.transaction ??= ending.transaction;
      base(ending, error);
    }),
  },
  'flag-survives-the-rollback': {
    breaks: ['TXN-3'],
    also: {
      ...SENT_AS_ASYNC,
      'TXN-2': 'its message arrives after the rollback',
      'TXN-4': 'its message arrives after the rollback',
    },
    what: 'The send after a rollback still belongs to the transaction.',
    make: flagSurvives('rollback'),
  },
  'rollback-forgets-waiting-sends': {
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'The sends of a rolled-back transaction that wait go on waiting.',
    make: around('failWaiting', () => {}),
  },
  'rollback-fails-one': {
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'Rollback fails only the first of the sends that wait.',
    make: around('failWaiting', (engine, _base, transaction) => {
      const first = engine.queue.find((job) => job.transaction === transaction);
      if (first) engine.withdraw(first, new Fault('other', 'rolled back'));
    }),
  },
  'rollback-one-by-one': {
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'Rollback withdraws what waits one by one, and the next slips out meanwhile.',
    make: around('failWaiting', (engine, _base, transaction) => {
      for (const job of engine.queue) {
        if (job.transaction === transaction && job.state === 'waiting')
          engine.withdraw(job, new Fault('other', 'rolled back'));
      }
    }),
  },
  'rolled-back-is-sent-later': {
    breaks: ['ORD-6', 'WIN-10'],
    also: {
      'TXN-4': 'its transaction was rolled back',
      'WIN-10': 'it waited, failed, and was sent',
      'WIN-3': 'it takes space in its turn',
    },
    what: 'Rollback fails what waits, which goes out in its turn all the same.',
    make: around('failWaiting', (engine, _base, transaction) => {
      for (const job of engine.queue)
        if (job.transaction === transaction) engine.end(job, new Fault('other', 'rolled back'));
    }),
  },
  'refused-commit-returns': {
    breaks: ['TXN-5', 'TXN-7'],
    what: 'A refused commit or rollback returns as if all were well.',
    make: around('answeredEnding', (_, base, ending, error) =>
      base(ending, isRefusal(error) ? undefined : error),
    ),
  },
  'refused-commit-hangs': {
    breaks: ['TXN-5', 'TXN-7'],
    what: 'A refused commit or rollback never ends.',
    make: onlyIf('answeredEnding', (_, _ending, error) => !isRefusal(error)),
  },
  'second-commit-returns': {
    breaks: ['TXN-6'],
    what: 'A commit after a commit returns, although no transaction is open.',
    make: around('commit', async (engine, base) => {
      engine.checkUsable();
      if (engine.transaction || engine.transactions === 0) return base();
    }),
  },
  'commit-outside-is-nameless': {
    breaks: ['TXN-6'],
    what: 'A commit without a transaction fails with a nameless error.',
    make: around('commit', async (engine, base) => {
      engine.checkUsable();
      if (!engine.transaction) throw new Fault('other', 'cannot commit');
      return base();
    }),
  },
  'rollback-outside-is-sent': {
    breaks: ['TXN-6'],
    also: { 'TXN-2': 'a rollback outside sends something' },
    what: 'A rollback without a transaction is sent before it fails.',
    make: around('rollback', async (engine, base) => {
      engine.checkUsable();
      const lone = { type: 'rollback', transaction: 'none' } as const;
      if (!engine.transaction) engine.broker.receive(lone).catch(() => {});
      return base();
    }),
  },
  'second-begin-hangs': {
    breaks: ['TXN-7'],
    also: { 'LIF-2': 'it hangs at close, too', 'ERR-1': 'it hangs at a loss, too' },
    what: 'The second begin of a producer never returns.',
    make: around('begin', async (engine, base) => {
      await base();
      if (engine.transactions === 2) await new Promise(() => {});
    }),
  },
  'rollback-hangs': {
    breaks: ['TXN-7'],
    what: 'Rollback does not notice its answer.',
    make: onlyIf(
      'answeredEnding',
      (_, ending, error) => ending.action === 'commit' || error !== undefined,
    ),
  },
  'commit-of-three-hangs': {
    breaks: ['TXN-7'],
    what: 'The commit of a transaction of three messages or more never returns.',
    make: (Producer) =>
      class extends Producer {
        readonly sizes = new Map<Transaction, number>();
        override transmit(job: Job) {
          const { transaction } = job;
          if (transaction) this.sizes.set(transaction, (this.sizes.get(transaction) ?? 0) + 1);
          super.transmit(job);
        }
        override answeredEnding(ending: Ending, error?: Error) {
          const large = (this.sizes.get(ending.transaction) ?? 0) > 2;
          if (error || !large || ending.action === 'rollback') super.answeredEnding(ending, error);
        }
      },
  },
});

/** The first send after a commit or a rollback still belongs to its transaction. */
function flagSurvives(action: Ending['action']): Build {
  const stale = new WeakMap<Engine, Transaction | undefined>();
  const remember = around(action, async (engine, base) => {
    stale.set(engine, engine.transaction);
    return base();
  });
  const join = around('accept', (engine, base, message, options) => {
    const current = engine.transaction;
    engine.transaction ??= stale.get(engine);
    stale.delete(engine);
    const job = base(message, options);
    engine.transaction = current;
    return job;
  });
  return (Producer) => join(remember(Producer));
}
