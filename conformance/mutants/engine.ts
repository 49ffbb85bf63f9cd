// The one correct producer of which all mutants are small deviations. The path of a send is in
// send-path.ts; here are transactions and the end: a lost connection, and close.
import type { ErrorKind, OpenContext, ProducerSubject } from '../adapter.ts';
import { type Call, Ending, Fault, isLoss, Job, type Transaction } from './calls.ts';
import { SendPath } from './send-path.ts';

/** The unmutated producer. Every member may be overridden. */
export class Engine extends SendPath implements ProducerSubject {
  /** Transactions so far. */
  transactions = 0;
  /** A commit that waits until the sends of its transaction are written. */
  ending: Ending | undefined;

  windowUsage(): number {
    return this.usage;
  }

  // Transactions.

  async begin(): Promise<void> {
    this.checkUsable();
    if (this.transaction) throw new Fault('illegal-state', 'a transaction is open');
    this.transaction = this.newTransaction();
    this.sendBegin(this.transaction);
  }

  newTransaction(): Transaction {
    this.transactions += 1;
    return { id: `t${this.transactions}` };
  }

  sendBegin({ id }: Transaction): void {
    this.broker.receive({ type: 'begin', transaction: id }).catch(() => {});
  }

  async commit(): Promise<void> {
    const ending = this.leaveTransaction('commit');
    this.ending = ending;
    this.pump();
    return ending.promise;
  }

  /** Once no send of its transaction waits any more, the commit goes out. */
  commitWhenReady(): void {
    const { ending, queue } = this;
    if (!ending || queue.some(({ transaction }) => transaction === ending.transaction)) return;
    this.ending = undefined;
    this.sendEnding(ending);
  }

  async rollback(): Promise<void> {
    const ending = this.leaveTransaction('rollback');
    this.failWaiting(ending.transaction);
    this.sendEnding(ending);
    this.pump();
    return ending.promise;
  }

  leaveTransaction(action: 'commit' | 'rollback'): Ending {
    this.checkUsable();
    if (!this.transaction) throw new Fault('illegal-state', 'no transaction is open');
    const ending = new Ending(action, this.transaction);
    this.calls.add(ending);
    this.transaction = undefined;
    return ending;
  }

  failWaiting(transaction: Transaction): void {
    const withdrawn = this.unqueue((job) => job.transaction === transaction);
    for (const job of withdrawn) this.end(job, new Fault('other', 'rolled back'));
  }

  sendEnding(ending: Ending): void {
    const packet = { type: ending.action, transaction: ending.transaction.id };
    this.broker.receive(packet).then(
      () => this.answeredEnding(ending),
      (error: Error) => this.answeredEnding(ending, error),
    );
  }

  answeredEnding(ending: Ending, error?: Error): void {
    if (isLoss(error)) this.lose();
    this.end(ending, error);
  }

  // The end.

  lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.failAll('connection-lost');
    this.emptyWindow();
    for (const job of this.unanswered) {
      job.state = 'done';
      this.tell(job, new Fault('connection-lost'));
    }
    this.unanswered.clear();
  }

  emptyWindow(): void {
    this.usage = 0;
    for (const job of this.unanswered) job.held = 0;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.failAll('closed');
  }

  /** First nobody waits any more, then everybody is told: nothing slips out in between. */
  failAll(kind: ErrorKind): void {
    this.ending = undefined;
    this.unqueue(() => true);
    for (const call of this.calls) this.fail(call, kind);
  }

  fail(call: Call, kind: ErrorKind): void {
    this.end(call, new Fault(kind, call instanceof Job ? `${kind}: ${call.message.id}` : kind));
  }
}

/** The engine, or a deviation of it. */
export type EngineClass = new (context: OpenContext) => Engine;
