// Mutants of the end of a transaction: rollbacks that let something out (TXN-4), commits that lie (TXN-5),
// ends without a beginning (TXN-6), calls that hang (TXN-7).
import type { Ending, Job, Transaction } from './calls.ts';
import { Fault, isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const TRANSACTION_END_MUTANTS: readonly Mutant[] = [
  {
    id: 'rollback-forgets-waiting-sends',
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'The sends of a rolled-back transaction that wait go on waiting.',
    make: (Producer) =>
      class extends Producer {
        override failWaiting() {}
      },
  },
  {
    id: 'rollback-fails-one',
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'Rollback fails only the first of the sends that wait.',
    make: (Producer) =>
      class extends Producer {
        override failWaiting(transaction: Transaction) {
          const first = this.queue.find((job) => job.transaction === transaction);
          if (first) this.withdraw(first, new Fault('other', 'rolled back'));
        }
      },
  },
  {
    id: 'rollback-one-by-one',
    strictOnly: true,
    breaks: ['TXN-4'],
    what: 'Rollback withdraws what waits one by one, and the next slips out meanwhile.',
    make: (Producer) =>
      class extends Producer {
        override failWaiting(transaction: Transaction) {
          for (const job of this.queue) {
            if (job.transaction === transaction && job.state === 'waiting')
              this.withdraw(job, new Fault('other', 'rolled back'));
          }
        }
      },
  },
  {
    id: 'rolled-back-is-sent-later',
    breaks: ['ORD-6'],
    also: {
      'TXN-4': 'its transaction was rolled back',
      'WIN-10': 'it waited, failed, and was sent',
      'WIN-3': 'it takes space in its turn',
    },
    what: 'Rollback fails what waits, which goes out in its turn all the same.',
    make: (Producer) =>
      class extends Producer {
        override failWaiting(transaction: Transaction) {
          for (const job of this.queue)
            if (job.transaction === transaction) this.end(job, new Fault('other', 'rolled back'));
        }
      },
  },
  {
    id: 'refused-commit-returns',
    breaks: ['TXN-5'],
    what: 'A refused commit returns as if all were well.',
    make: (Producer) =>
      class extends Producer {
        override answeredEnding(ending: Ending, error?: Error) {
          super.answeredEnding(ending, isRefusal(error) ? undefined : error);
        }
      },
  },
  {
    id: 'refused-commit-hangs',
    breaks: ['TXN-5'],
    what: 'A refused commit never ends.',
    make: (Producer) =>
      class extends Producer {
        override answeredEnding(ending: Ending, error?: Error) {
          if (!isRefusal(error)) super.answeredEnding(ending, error);
        }
      },
  },
  {
    id: 'second-commit-returns',
    breaks: ['TXN-6'],
    what: 'A commit after a commit returns, although no transaction is open.',
    make: (Producer) =>
      class extends Producer {
        override async commit() {
          this.checkUsable();
          if (this.transaction || this.transactions === 0) return super.commit();
        }
      },
  },
  {
    id: 'commit-outside-is-nameless',
    breaks: ['TXN-6'],
    what: 'A commit without a transaction fails with a nameless error.',
    make: (Producer) =>
      class extends Producer {
        override async commit() {
          this.checkUsable();
          if (!this.transaction) throw new Fault('other', 'cannot commit');
          return super.commit();
        }
      },
  },
  {
    id: 'rollback-outside-is-sent',
    breaks: ['TXN-2'],
    also: { 'TXN-6': 'a rollback outside sends something' },
    what: 'A rollback without a transaction is sent before it fails.',
    make: (Producer) =>
      class extends Producer {
        override async rollback() {
          this.checkUsable();
          const lone = { type: 'rollback', transaction: 'none' } as const;
          if (!this.transaction) this.broker.receive(lone).catch(() => {});
          return super.rollback();
        }
      },
  },
  {
    id: 'second-begin-hangs',
    breaks: ['TXN-7'],
    also: { 'LIF-2': 'it hangs at close, too', 'ERR-1': 'it hangs at a loss, too' },
    what: 'The second begin of a producer never returns.',
    make: (Producer) =>
      class extends Producer {
        override async begin() {
          await super.begin();
          if (this.transactions === 2) await new Promise(() => {});
        }
      },
  },
  {
    id: 'rollback-hangs',
    breaks: ['TXN-7'],
    what: 'Rollback does not notice its answer.',
    make: (Producer) =>
      class extends Producer {
        override answeredEnding(ending: Ending, error?: Error) {
          if (ending.action === 'commit' || error) super.answeredEnding(ending, error);
        }
      },
  },
  {
    id: 'commit-of-three-hangs',
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
];
