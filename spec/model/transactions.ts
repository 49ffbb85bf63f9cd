// The transactions of a case: which one is open, and which packet belongs to which.
// A transaction opens when `begin` is invoked and ends when `commit` or `rollback` is.
import { type Send, Transaction } from './calls.ts';
import { HistoryError, type AnswerEvent } from '../events/history.ts';
import type { Packet } from '../events/message.ts';
import { Recent } from './recent.ts';

/** Begins that may be held back, or never be sent at all, and are remembered. */
const MOST_UNSENT = 16;

/** Follows transactions by number where packets are unseen, by the producer's own id where they are. */
export class Transactions {
  /** The transaction that sends now belong to. */
  current: Transaction | undefined;
  /** The last one that ended. */
  ended: Transaction | undefined;
  /** Those whose begin has not arrived, as far as can be told, in the order in which they were begun. */
  unsent: Transaction[] = [];
  /** How many were begun. */
  count = 0;
  seesPackets = true;
  readonly byId = new Recent<string, Transaction>();

  get(id: string): Transaction | undefined {
    return this.byId.get(id);
  }

  begin(seesPackets: boolean): Transaction {
    this.count += 1;
    this.seesPackets = seesPackets;
    const transaction = new Transaction(this.count, seesPackets ? 'unsent' : 'received');
    if (!seesPackets) name(this, transaction, `t${transaction.number}`);
    this.current = transaction;
    if (seesPackets) this.unsent = [...this.unsent, transaction].slice(-MOST_UNSENT);
    return transaction;
  }

  /** Ends the open transaction, if there is one. */
  end(by: 'commit' | 'rollback', turn: number): Transaction | undefined {
    const transaction = this.current;
    if (!transaction) return undefined;
    transaction.endedBy = by;
    transaction.endedTurn = turn;
    this.current = undefined;
    this.ended = transaction;
    if (transaction.id !== undefined) this.byId.retire(transaction.id);
    return transaction;
  }

  /** The call that ended it was refused, and has not ended it. */
  reopen(transaction: Transaction | undefined): void {
    if (!transaction) return;
    transaction.endedBy = undefined;
    transaction.endedTurn = -1;
    this.current = transaction;
  }

  /** Its begin failed: it is not open. If the broker refused it, it never was. */
  abandon(transaction: Transaction | undefined): void {
    if (this.current === transaction) this.current = undefined;
    if (transaction?.begin === 'refused') transaction.abandoned = true;
  }

  /** Whether a packet names a transaction whose begin had failed before the packet's call was made. */
  neverBegan(id: string | undefined, send: Send | undefined): boolean {
    const transaction = id === undefined ? undefined : this.get(id);
    return transaction?.abandoned === true && send?.transaction !== transaction;
  }

  /** A begin, commit or rollback packet arrived. Unknown ids are left for the rules to judge. */
  receive(packet: Exclude<Packet, { type: 'message' }>): Transaction | undefined {
    if (packet.type === 'begin') {
      const latest = this.unsent.at(-1);
      if (!latest || latest.number < this.count || this.byId.has(packet.transaction))
        return undefined;
      this.unsent.pop();
      latest.begin = 'received';
      name(this, latest, packet.transaction);
      if (latest.endedBy) this.byId.retire(packet.transaction);
      return latest;
    }
    correct(this, packet.transaction, packet.type);
    const transaction = this.byId.get(packet.transaction);
    if (transaction) transaction.endReceived = true;
    return transaction;
  }

  answer(event: AnswerEvent): void {
    if (event.transaction === undefined || event.of === undefined) {
      throw new HistoryError(
        `${event.event} names neither a message nor a transaction and its call`,
      );
    }
    const transaction = this.byId.get(event.transaction);
    if (!transaction) {
      throw new HistoryError(`${event.event} for the unknown transaction ${event.transaction}`);
    }
    const { of } = event;
    if (of === 'begin') {
      if (transaction.begin === 'unsent')
        throw new HistoryError('the answer to a begin never sent');
      transaction.begin = event.event === 'ack' ? 'acked' : 'refused';
    } else {
      if (transaction.endedBy !== of) throw new HistoryError(`the answer to a ${of} never invoked`);
      if (this.seesPackets && !transaction.endReceived) {
        throw new HistoryError(`the answer to a ${of} never sent`);
      }
      transaction.endAnswer = event.event;
    }
  }
}

/**
 * A begin is taken for that of the latest transaction; one that was held back may be that of an earlier
 * one, which shows when the end of that one follows it.
 */
function correct(all: Transactions, id: string, end: 'commit' | 'rollback'): void {
  const named = all.byId.get(id);
  if (!named || named.endedBy === end) return;
  const at = all.unsent.findIndex((one) => one.number < named.number && one.endedBy === end);
  const owner = all.unsent[at];
  if (!owner) return;
  owner.begin = named.begin;
  named.begin = 'unsent';
  named.id = undefined;
  all.unsent = [...all.unsent.toSpliced(at, 1), named];
  name(all, owner, id);
  if (owner.endedBy) all.byId.retire(id);
}

function name(all: Transactions, transaction: Transaction, id: string): void {
  transaction.id = id;
  all.byId.add(id, transaction);
}
