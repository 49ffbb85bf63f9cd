// What a broken connection leaves behind, where packets are seen: sends that are unanswered, and that the producer,
// which makes its connection anew, sends again or reports.
import type { Resends } from '../events/settings.ts';
import type { Send } from './calls.ts';

/** Follows the sends of a producer that says what it resends. Those in a transaction are left out. */
export class Reconnection {
  readonly resends: Resends;
  /** The producer tells its error listener of what failed behind its callers' backs. */
  readonly tellsErrors: boolean;
  /** Sends that the broker has and has not answered, in the order in which they came. */
  readonly atBroker = new Set<Send>();
  /**
   * Sends that were unanswered when the connection broke and have not come again, in the order in which they had come;
   * behind them, those that have returned and never came.
   */
  readonly owed = new Set<Send>();
  /**
   * Sent before the connection was back, came since then, and unanswered: until each is answered, whatever comes after
   * it may be held back.
   */
  readonly recovering = new Set<Send>();
  /** Of the owed, which later send to the same destination came first. */
  readonly overtaken = new Map<Send, Send>();
  /** Answers given before the connection broke last. */
  answersBefore = 0;
  cutTurn = -1;
  restoredTurn = -1;
  /** Error reports that named no message, since the connection broke first. */
  anonymousErrors = 0;
  /** Answers given so far. */
  answers = 0;

  constructor(resends: Resends, tellsErrors: boolean) {
    this.resends = resends;
    this.tellsErrors = tellsErrors;
  }

  /** The connection broke. */
  cut(turn: number): void {
    this.cutTurn = turn;
    this.answersBefore = this.answers;
    const before = [...this.owed];
    this.owed.clear();
    for (const send of [...this.atBroker, ...before]) this.owed.add(send);
    this.atBroker.clear();
    this.recovering.clear();
    this.overtaken.clear();
  }

  /** A send returned, and may have been kept until there is a connection. */
  keep(send: Send): void {
    if (!send.transaction) this.owed.add(send);
  }

  /** A message came, for the first time or again. */
  receive(send: Send, destinationOf: (send: Send) => string): void {
    const destination = destinationOf(send);
    for (const earlier of this.owed) {
      if (earlier === send) break;
      const isSame = destinationOf(earlier) === destination;
      if (isSame && !this.overtaken.has(earlier)) this.overtaken.set(earlier, send);
    }
    this.owed.delete(send);
    if (!send.transaction) this.atBroker.add(send);
  }

  /** It was answered. */
  answer(send: Send): void {
    this.answers += 1;
    this.atBroker.delete(send);
    this.owed.delete(send);
    this.recovering.delete(send);
  }

  /** The connection is gone for good, and this promise with it. */
  forget(): void {
    this.owed.clear();
    this.atBroker.clear();
    this.recovering.clear();
  }
}
