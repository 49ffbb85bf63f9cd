// Mutants of transactions: commits that do not wait (TXN-1), messages on the wrong side of one (TXN-2), a
// flag that outlives its transaction (TXN-3).
import type { Packet } from '../../spec/events/message.ts';
import type { OutgoingMessage, SendOptions } from '../adapter.ts';
import type { Ending, Job, Transaction } from './calls.ts';
import { isRefusal } from './fault.ts';
import type { Mutant } from './mutant.ts';

export const TRANSACTION_MUTANTS: readonly Mutant[] = [
  {
    id: 'commit-returns-when-written',
    breaks: ['TXN-1'],
    what: 'Commit returns as soon as it is written.',
    make: (Producer) =>
      class extends Producer {
        override sendEnding(ending: Ending) {
          super.sendEnding(ending);
          if (ending.action === 'commit') this.end(ending);
        }
      },
  },
  {
    id: 'commit-in-the-background',
    breaks: ['TXN-1'],
    also: {
      'TXN-2': 'the next transaction begins before the commit is out',
      'TXN-3': 'the next transaction begins before the commit is out',
    },
    what: 'Commit returns at once and does its work in the background.',
    make: (Producer) =>
      class extends Producer {
        override leaveTransaction(action: 'commit' | 'rollback') {
          const ending = super.leaveTransaction(action);
          if (action === 'commit') this.end(ending);
          return ending;
        }
      },
  },
  {
    id: 'commit-overtakes-waiting-sends',
    strictOnly: true,
    breaks: ['TXN-2'],
    what: 'The commit goes out before the sends of its transaction that wait for space.',
    make: (Producer) =>
      class extends Producer {
        override commitWhenReady() {
          const { ending } = this;
          this.ending = undefined;
          if (ending) this.sendEnding(ending);
        }
      },
  },
  {
    id: 'begin-comes-late',
    breaks: ['TXN-2'],
    what: 'The begin is written a turn later, behind the first messages of its transaction.',
    make: (Producer) =>
      class extends Producer {
        override sendBegin(transaction: Transaction) {
          setImmediate(() => {
            if (!this.closed) super.sendBegin(transaction);
          });
        }
      },
  },
  {
    id: 'transaction-read-when-written',
    breaks: ['TXN-2'],
    also: { 'TXN-3': 'it joins the next transaction' },
    what: 'A send joins the transaction that is open when it is written, not when it was called.',
    make: (Producer) =>
      class extends Producer {
        override packetOf({ message }: Job): Packet {
          if (!this.transaction) return { type: 'message', message };
          return { type: 'message', message, transaction: this.transaction.id };
        }
      },
  },
  {
    id: 'transaction-ids-are-reused',
    breaks: ['TXN-2'],
    also: { 'TXN-3': 'the second transaction looks like the first' },
    what: 'Every transaction has the same id.',
    make: (Producer) =>
      class extends Producer {
        override newTransaction() {
          return { id: 'tx' };
        }
      },
  },
  {
    id: 'persistent-without-its-transaction',
    breaks: ['TXN-2'],
    what: 'Persistent messages in a transaction do not carry it.',
    make: (Producer) =>
      class extends Producer {
        override packetOf(job: Job): Packet {
          const { message } = job;
          if (message.deliveryMode === 'persistent') return { type: 'message', message };
          return super.packetOf(job);
        }
      },
  },
  {
    id: 'flag-survives-the-commit',
    breaks: ['TXN-3'],
    also: {
      'WIN-4': 'a sync send outside is sent as an async one',
      'SND-1': 'a sync send outside is sent as an async one',
      'WIN-3': 'a sync send outside is sent as an async one',
      'TXN-2': 'its message arrives after the commit',
    },
    what: 'The send after a commit still belongs to the transaction.',
    make: (Producer) =>
      class extends Producer {
        stale: Transaction | undefined;
        override async commit() {
          this.stale = this.transaction;
          return super.commit();
        }
        override accept(message: OutgoingMessage, options: SendOptions) {
          const current = this.transaction;
          this.transaction ??= this.stale;
          this.stale = undefined;
          const job = super.accept(message, options);
          this.transaction = current;
          return job;
        }
      },
  },
  {
    id: 'flag-survives-a-refused-commit',
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
    make: (Producer) =>
      class extends Producer {
        override answeredEnding(ending: Ending, error?: Error) {
          if (isRefusal(error)) this.transaction ??= ending.transaction;
          super.answeredEnding(ending, error);
        }
      },
  },
  {
    id: 'flag-survives-the-rollback',
    breaks: ['TXN-3'],
    also: {
      'WIN-4': 'a sync send outside is sent as an async one',
      'SND-1': 'a sync send outside is sent as an async one',
      'WIN-3': 'a sync send outside is sent as an async one',
      'TXN-2': 'its message arrives after the rollback',
      'TXN-4': 'its message arrives after the rollback',
    },
    what: 'The send after a rollback still belongs to the transaction.',
    make: (Producer) =>
      class extends Producer {
        stale: Transaction | undefined;
        override async rollback() {
          this.stale = this.transaction;
          return super.rollback();
        }
        override accept(message: OutgoingMessage, options: SendOptions) {
          const current = this.transaction;
          this.transaction ??= this.stale;
          this.stale = undefined;
          const job = super.accept(message, options);
          this.transaction = current;
          return job;
        }
      },
  },
];
