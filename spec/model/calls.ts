// What the ledger remembers of each call and each transaction. Plain records: the ledger writes them,
// the rules read them. Times are in milliseconds of history time, turns are counted by settle points.
import type { Dispatch, Row } from './decision.ts';
import type { Failure } from '../events/failure.ts';
import type { Op } from '../events/history.ts';
import type { OutgoingMessage, TransactionAction } from '../events/message.ts';

/** Why a send could only fail from the moment it was invoked. */
export type Doom =
  | 'closed'
  | 'connection-lost'
  | 'too-large'
  | 'no-destination'
  | 'null-destination'
  | 'foreign-destination';

/** When a call was invoked. */
export interface Moment {
  readonly op: Op;
  /** Counts invocations: the order in which the calls were made. */
  readonly order: number;
  readonly turn: number;
  readonly nowMs: number;
}

/** What all calls have in common. Classes, because every record of a kind must have the same shape. */
abstract class CallRecord {
  readonly op: Op;
  readonly order: number;
  readonly invokedTurn: number;
  readonly invokedMs: number;
  /** How it ended, if it has. */
  outcome: 'pending' | 'returned' | 'failed' = 'pending';
  failure: Failure | undefined = undefined;
  /** The turn of an interrupt that found it pending; -1: none. */
  interruptedTurn = -1;
  /** The turn in which it ended; -1: not yet. */
  endedTurn = -1;
  /** It was pending at a settle point. */
  settledPending = false;

  constructor({ op, order, turn, nowMs }: Moment) {
    this.op = op;
    this.order = order;
    this.invokedTurn = turn;
    this.invokedMs = nowMs;
  }
}

/** What is decided about a send at the moment it is invoked, and never again. */
export interface SendFacts {
  readonly message: OutgoingMessage;
  readonly row: Row;
  readonly dispatch: Dispatch;
  readonly completion: boolean;
  /** Whether it takes window space while it is unanswered. */
  readonly charged: boolean;
  /** Bytes charged, also known for sends that are not. */
  readonly charge: number;
  /** Milliseconds it may wait for its acknowledgement; 0: for ever. */
  readonly timeoutMs: number;
  readonly transaction: Transaction | undefined;
  readonly doom: Doom | undefined;
  /** Made from inside another send's completion callback. */
  readonly nested: boolean;
  /** It would have been admitted at once, by the window alone. */
  readonly fitWhenInvoked: boolean;
  /** Classic profile: bytes that returned sends had outstanding when this one was invoked. */
  readonly usageWhenInvoked: number;
}

/** A call to `send`. */
export class Send extends CallRecord implements SendFacts {
  readonly action = 'send';
  readonly message: OutgoingMessage;
  readonly row: Row;
  readonly dispatch: Dispatch;
  readonly completion: boolean;
  readonly charged: boolean;
  readonly charge: number;
  readonly timeoutMs: number;
  readonly transaction: Transaction | undefined;
  readonly doom: Doom | undefined;
  readonly nested: boolean;
  readonly fitWhenInvoked: boolean;
  readonly usageWhenInvoked: number;
  /** The broker has its packet. */
  received = false;
  /** Received, or returned, whichever came first. */
  admitted = false;
  /** History time of the first settle point after it was received; -1: none yet. */
  receivedSettledMs = -1;
  /** The value of the invocation counter when it returned; -1: it has not. */
  returnedOrder = -1;
  /** Its charge is part of the usage. */
  holding = false;
  answer: 'none' | 'ack' | 'refuse' = 'none';
  answeredTurn = -1;
  /** It was unadmitted at a settle point. */
  waited = false;
  /** It was unadmitted at a settle point because it did not fit. */
  waitedForSpace = false;
  /** It was waiting, alone with the loss, when the connection went. */
  waitedAtLoss = false;
  /** It has ended and no answer is expected any more. */
  over = false;
  /** How often its completion callback fired. */
  completions = 0;
  /** How often the error listener was told of it by name. */
  asyncErrors = 0;
  /** A report that named no message was taken to be of its refusal. */
  putDown = false;

  constructor(moment: Moment, facts: SendFacts) {
    super(moment);
    this.message = facts.message;
    this.row = facts.row;
    this.dispatch = facts.dispatch;
    this.completion = facts.completion;
    this.charged = facts.charged;
    this.charge = facts.charge;
    this.timeoutMs = facts.timeoutMs;
    this.transaction = facts.transaction;
    this.doom = facts.doom;
    this.nested = facts.nested;
    this.fitWhenInvoked = facts.fitWhenInvoked;
    this.usageWhenInvoked = facts.usageWhenInvoked;
  }
}

/** A call to `begin`, `commit` or `rollback`. */
export class TransactionCall extends CallRecord {
  readonly action: TransactionAction;
  /** The transaction it opens or ends; absent when none was open. */
  readonly transaction: Transaction | undefined;

  constructor(moment: Moment, action: TransactionAction, transaction: Transaction | undefined) {
    super(moment);
    this.action = action;
    this.transaction = transaction;
  }
}

/** A call to `close`. */
export class CloseCall extends CallRecord {
  readonly action = 'close';
  /** Not the first one. */
  readonly again: boolean;

  constructor(moment: Moment, again: boolean) {
    super(moment);
    this.again = again;
  }
}

/** Any call with an outcome. An interrupt has none. */
export type Call = Send | TransactionCall | CloseCall;

/** A transaction, from the invocation of `begin` to that of `commit` or `rollback`. */
export interface Transaction {
  /** 1 for the first of its case. Stands for the id (`t1`) where packets cannot be seen. */
  readonly number: number;
  /** The producer's own id, learnt from its first packet. */
  id: string | undefined;
  begin: 'unsent' | 'received' | 'acked';
  endedBy: 'commit' | 'rollback' | undefined;
  endedTurn: number;
  /** The commit or rollback packet reached the broker. */
  endReceived: boolean;
  endAnswer: 'none' | 'ack' | 'refuse';
  /** The call that ended it has returned. */
  ended: boolean;
  /** Messages of it that the broker received (or, unseen, sends that returned). */
  messages: number;
  /** Of these, how many are unanswered. */
  unanswered: number;
  /** The broker refused one of them. */
  refused: boolean;
}
