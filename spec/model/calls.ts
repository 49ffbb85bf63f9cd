// What the ledger remembers of each call and each transaction: `step` writes it, the rules read it.
// `…Turn` counts settle points, `…AtMs` is a moment of history time; -1: it has not come.
import type { InvokeEvent, Op } from '../events/history.ts';
import type { OutgoingMessage, TransactionAction } from '../events/message.ts';
import { DISPATCH, type Dispatch, type Row } from './decision.ts';

/** When a call is made: after how many others, and in which turn. */
interface Moment {
  readonly invocations: number;
  readonly turn: number;
  readonly nowAtMs: number;
}

/** Why a call is sure to fail from the moment it is invoked. */
export type Rejection =
  | 'closed'
  | 'connection-lost'
  | 'too-large'
  | 'no-destination'
  | 'null-destination'
  | 'foreign-destination';

/** What all calls have in common. */
class CallRecord {
  readonly op: Op;
  /** Counts invocations: the order in which the calls were made. */
  readonly order: number;
  readonly invokedTurn: number;
  readonly invokedAtMs: number;
  /** How it ended, if it has. */
  outcome: 'pending' | 'returned' | 'failed' = 'pending';
  /** The turn of the first interrupt that found it pending. */
  interruptedTurn = -1;
  endedTurn = -1;
  /** It was pending at a settle point. */
  settledPending = false;
  /** Made from inside a completion callback, or from the error listener. */
  readonly nested: boolean;

  constructor({ op, from }: InvokeEvent, { invocations, turn, nowAtMs }: Moment) {
    this.op = op;
    this.nested = from !== undefined;
    this.order = invocations;
    this.invokedTurn = turn;
    this.invokedAtMs = nowAtMs;
  }
}

/** What the ledger makes of a send at the moment it is invoked. */
type Decided = Pick<
  Send,
  | 'row'
  | 'charged'
  | 'mayCharge'
  | 'charge'
  | 'timeoutMs'
  | 'transaction'
  | 'rejection'
  | 'fitWhenInvoked'
  | 'foundFull'
  | 'usageWhenInvoked'
>;

/** A call to `send`. What is readonly is decided at the moment it is invoked, and never again. */
export class Send extends CallRecord {
  readonly action = 'send';
  readonly message: OutgoingMessage;
  readonly row: Row;
  readonly dispatch: Dispatch;
  readonly completion: boolean;
  /** Whether it takes window space while it is unanswered. */
  readonly charged: boolean;
  /** It may take space or not, as the producer likes. */
  readonly mayCharge: boolean;
  /** What it is charged, in the unit of the window; also known for sends that are not. */
  readonly charge: number;
  /** Milliseconds it may wait for its acknowledgement; 0: for ever. */
  readonly timeoutMs: number;
  readonly transaction: Transaction | undefined;
  /** Absent: it can succeed. */
  readonly rejection: Rejection | undefined;
  /** Its signal had aborted before it was invoked. */
  readonly interruptedBefore: boolean;
  /** It would have been admitted at once, by the window alone. */
  readonly fitWhenInvoked: boolean;
  /** Where a send fails that does not fit: it may not have fitted when it was invoked. */
  readonly foundFull: boolean;
  /** Classic profile: bytes that returned sends had outstanding when this one was invoked. */
  readonly usageWhenInvoked: number;
  /** The broker has its packet. */
  received = false;
  /** Received, or returned, whichever came first. */
  admitted = false;
  /** The first settle point after it was received. */
  settledAtMs = -1;
  /** The value of the invocation counter when it returned; -1: it has not returned. */
  returnedOrder = -1;
  /** It is charged now: from its admission to its answer. */
  holding = false;
  answer: 'none' | 'ack' | 'refuse' = 'none';
  answeredTurn = -1;
  /** It was unadmitted at a settle point. */
  waited = false;
  /** It was unadmitted at a settle point because it did not fit. */
  waitedForSpace = false;
  /** With `maxBlockMs`: the first of the settle points since which it has waited for space, and nothing else. */
  blockedSinceAtMs = -1;
  /** It waited when the connection was lost, and nothing else had happened in that turn. */
  waitedAtLoss = false;
  /** It has ended and no answer is expected any more. */
  over = false;
  /** How often its completion callback fired. */
  completions = 0;
  /** Where that is a way to fail: its callback has reported an error. */
  failedInCallback = false;
  /** How often the error listener was told of it by name. */
  asyncErrors = 0;
  /** An error report that named no message was taken for that of its refusal. */
  reportedAnonymously = false;

  constructor(event: InvokeEvent, message: OutgoingMessage, moment: Moment, decided: Decided) {
    super(event, moment);
    this.interruptedBefore = event.interrupted ?? false;
    if (this.interruptedBefore) this.interruptedTurn = moment.turn;
    this.message = message;
    this.row = decided.row;
    this.dispatch = DISPATCH[decided.row];
    this.completion = event.completion ?? false;
    this.charged = decided.charged;
    this.mayCharge = decided.mayCharge;
    this.charge = decided.charge;
    this.timeoutMs = decided.timeoutMs;
    this.transaction = decided.transaction;
    this.rejection = decided.rejection;
    this.fitWhenInvoked = decided.fitWhenInvoked;
    this.foundFull = decided.foundFull;
    this.usageWhenInvoked = decided.usageWhenInvoked;
  }
}

/**
 * Whether a send has failed so early that the broker can never have its message: from its call on, or while it waited.
 * Its id may be used again.
 */
export function leavesItsId(send: Send): boolean {
  const { outcome, received, rejection, interruptedBefore, waited } = send;
  return (
    outcome === 'failed' && !received && (rejection !== undefined || interruptedBefore || waited)
  );
}

/** A call to `begin`, `commit` or `rollback`. */
export class TransactionCall extends CallRecord {
  readonly action: TransactionAction;
  /** The transaction it opens or ends; absent when none was open, and of a call that is rejected. */
  readonly transaction: Transaction | undefined;
  /** Absent: it can succeed. */
  readonly rejection: Extract<Rejection, 'closed' | 'connection-lost'> | undefined;

  constructor(
    event: InvokeEvent,
    action: TransactionAction,
    transaction: Transaction | undefined,
    rejection: TransactionCall['rejection'],
    moment: Moment,
  ) {
    super(event, moment);
    this.action = action;
    this.transaction = transaction;
    this.rejection = rejection;
  }
}

/** A call to `close`. */
export class CloseCall extends CallRecord {
  readonly action = 'close';
  /** Not the first one. */
  readonly again: boolean;
  /** Some callback had not fired when it was invoked. */
  readonly findsCallbacks: boolean;

  constructor(event: InvokeEvent, again: boolean, findsCallbacks: boolean, moment: Moment) {
    super(event, moment);
    this.again = again;
    this.findsCallbacks = findsCallbacks;
  }
}

/** A call to `flush`. */
export class FlushCall extends CallRecord {
  readonly action = 'flush';
  /** Sends that had returned when it was invoked, and were unanswered. */
  readonly owed: readonly Send[];

  constructor(event: InvokeEvent, owed: readonly Send[], moment: Moment) {
    super(event, moment);
    this.owed = owed;
  }
}

/** Any call with an outcome. An interrupt has none. */
export type Call = Send | TransactionCall | CloseCall | FlushCall;

/** A transaction, from the invocation of `begin` to that of `commit` or `rollback`. */
export class Transaction {
  /** 1 for the first of its case. Stands for the id (`t1`) where packets cannot be seen. */
  readonly number: number;
  /** The producer's own id, learnt from its first packet. */
  id: string | undefined = undefined;
  begin: 'unsent' | 'received' | 'acked' | 'refused';
  endedBy: 'commit' | 'rollback' | undefined = undefined;
  endedTurn = -1;
  /** The commit or rollback packet reached the broker. */
  endReceived = false;
  endAnswer: 'none' | 'ack' | 'refuse' = 'none';
  /** The call that ended it has returned. */
  ended = false;
  /** Messages of it that the broker received (or, unseen, sends that returned). */
  messages = 0;
  /** Of these, how many are unanswered. */
  unanswered = 0;
  /** The broker refused one of them. */
  refused = false;
  /** Its begin was refused, and failed for it: it never opened. */
  abandoned = false;

  constructor(number: number, begin: 'unsent' | 'received') {
    this.number = number;
    this.begin = begin;
  }
}

/** Whether the send's transaction ended in a rollback or a refused commit, or never began. */
export function rolledBack(send: Send): boolean {
  const transaction = send.transaction;
  return (
    transaction !== undefined &&
    (transaction.endedBy === 'rollback' ||
      transaction.endAnswer === 'refuse' ||
      transaction.begin === 'refused')
  );
}
