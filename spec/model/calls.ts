// What the ledger remembers of each call and each transaction. Plain records: the ledger writes them, the
// rules read them. `…Turn` counts settle points, `…AtMs` is a moment of history time; -1: it has not come.
import type { Op } from '../events/history.ts';
import type { OutgoingMessage, TransactionAction } from '../events/message.ts';
import type { Dispatch, Row } from './decision.ts';

/** Why a send is sure to fail from the moment it is invoked. */
export type Rejection =
  | 'closed'
  | 'connection-lost'
  | 'too-large'
  | 'no-destination'
  | 'null-destination'
  | 'foreign-destination';

/** What all calls have in common. */
interface CallRecord {
  readonly op: Op;
  /** Counts invocations: the order in which the calls were made. */
  readonly order: number;
  readonly invokedTurn: number;
  readonly invokedAtMs: number;
  /** How it ended, if it has. */
  outcome: 'pending' | 'returned' | 'failed';
  /** The turn of the first interrupt that found it pending. */
  interruptedTurn: number;
  endedTurn: number;
  /** It was pending at a settle point. */
  settledPending: boolean;
}

/** A call to `send`. What is readonly is decided at the moment it is invoked, and never again. */
export interface Send extends CallRecord {
  readonly action: 'send';
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
  /** Absent: it can succeed. */
  readonly rejection: Rejection | undefined;
  /** Made from inside another send's completion callback. */
  readonly nested: boolean;
  /** It would have been admitted at once, by the window alone. */
  readonly fitWhenInvoked: boolean;
  /** Classic profile: bytes that returned sends had outstanding when this one was invoked. */
  readonly usageWhenInvoked: number;
  /** The broker has its packet. */
  received: boolean;
  /** Received, or returned, whichever came first. */
  admitted: boolean;
  /** The first settle point after it was received. */
  settledAtMs: number;
  /** The value of the invocation counter when it returned; -1: it has not returned. */
  returnedOrder: number;
  /** It is charged now: from its admission to its answer. */
  holding: boolean;
  answer: 'none' | 'ack' | 'refuse';
  /** It was unadmitted at a settle point. */
  waited: boolean;
  /** It was unadmitted at a settle point because it did not fit. */
  waitedForSpace: boolean;
  /** It waited when the connection was lost, and nothing else had happened in that turn. */
  waitedAtLoss: boolean;
  /** It has ended and no answer is expected any more. */
  over: boolean;
  /** How often its completion callback fired. */
  completions: number;
  /** How often the error listener was told of it by name. */
  asyncErrors: number;
  /** An error report that named no message was taken for that of its refusal. */
  reportedAnonymously: boolean;
}

/** A call to `begin`, `commit` or `rollback`. */
export interface TransactionCall extends CallRecord {
  readonly action: TransactionAction;
  /** The transaction it opens or ends; absent when none was open. */
  readonly transaction: Transaction | undefined;
}

/** A call to `close`. */
export interface CloseCall extends CallRecord {
  readonly action: 'close';
  /** Not the first one. */
  readonly again: boolean;
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
