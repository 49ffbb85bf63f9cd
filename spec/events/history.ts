// The one data format: everything observed of a producer, as a totally ordered list of events.
// Rules judge histories and nothing else. Reading and writing files is left to the conformance kit.
import type { Failure } from './failure.ts';
import type { OutgoingMessage, Packet, TransactionAction } from './message.ts';
import type { Capability, ProducerSettings, Resends } from './settings.ts';

/** Identifies a call within a case: a positive integer, never reused. */
export type Op = number;

/** A fresh producer. Everything before is forgotten: a file may hold many cases. */
export interface OpenEvent {
  readonly event: 'open';
  readonly settings: ProducerSettings;
  /** What the producer claims to do; absent: everything that the notes ask for. */
  readonly supports?: readonly Capability[];
  /** It makes a broken connection anew, and promises this for what is unanswered. Default: it promises nothing. */
  readonly resends?: Resends;
  /** `calls`: the recorder could not see what the broker received. Default `packets`. */
  readonly observes?: 'packets' | 'calls';
  /** Calls invoked in the same turn may begin in any order, as they do in another process. Default: no. */
  readonly concurrent?: boolean;
  /** Another producer of the same module was closed or lost before this one, or is open beside it. Default: none. */
  readonly company?: Company;
}

/** A call without a message: it has an outcome, as a send has. */
export type PlainAction = TransactionAction | 'close' | 'flush';
/** Where the other producer stands to the one whose history it is. */
export type Company = 'before' | 'beside';

/** Recorded *before* the call is made. An `interrupt` has a target and never returns. */
export interface InvokeEvent {
  readonly event: 'invoke';
  readonly op: Op;
  readonly action: 'send' | PlainAction | 'interrupt';
  /** With `send`. */
  readonly message?: OutgoingMessage;
  /** With `send`: a completion callback was given. */
  readonly completion?: boolean;
  /** With `send`: its signal had aborted before the call. */
  readonly interrupted?: boolean;
  /** With `send`: bytes the producer charges for the message; default its size. */
  readonly charge?: number;
  /** With `interrupt`: the call it is aimed at. */
  readonly target?: Op;
  /** The call was made from inside the completion callback of this send, or when its failure was reported. */
  readonly from?: Op;
}

/** The call has really begun (over the bridge, where calls race). */
export interface EnteredEvent {
  readonly event: 'entered';
  readonly op: Op;
}

/** Recorded *after* the call returned. */
export interface ReturnEvent {
  readonly event: 'return';
  readonly op: Op;
}

/** The call failed. */
export interface ThrowEvent {
  readonly event: 'throw';
  readonly op: Op;
  readonly error: Failure;
}

/** The completion callback of a send fired, with or without an error. */
export interface CompleteEvent {
  readonly event: 'complete';
  readonly op: Op;
  readonly error?: Failure;
  /** It fired inside the call to `send`, on the caller's own stack. */
  readonly inside?: boolean;
  /** The callback itself threw, after all it did. */
  readonly threw?: boolean;
}

/** The producer's error listener fired. */
export interface AsyncErrorEvent {
  readonly event: 'async-error';
  readonly message?: string;
  readonly error: Failure;
}

/** The broker received a packet. */
export interface ReceiveEvent {
  readonly event: 'receive';
  readonly packet: Packet;
}

/** From here on the producer may learn the broker's answer to a message or a transaction call. */
export interface AnswerEvent {
  readonly event: 'ack' | 'refuse';
  readonly message?: string;
  readonly transaction?: string;
  readonly of?: TransactionAction;
  readonly reason?: string;
}

/** The connection is gone. */
export interface LoseEvent {
  readonly event: 'lose';
  /** A refusal ended it, as some protocols have it. */
  readonly refusal?: true;
}

/** The connection broke beneath a producer that promises to make it anew. */
export interface CutEvent {
  readonly event: 'cut';
}

/** From here on the connection can be made anew. */
export interface RestoreEvent {
  readonly event: 'restore';
}

/** Time passed. */
export interface AdvanceEvent {
  readonly event: 'advance';
  /** Milliseconds, non-negative. */
  readonly ms: number;
}

/** The producer's own figure of its window usage. */
export interface UsageEvent {
  readonly event: 'usage';
  readonly bytes: number;
}

/** Nothing more will happen without a new step. */
export interface SettleEvent {
  readonly event: 'settle';
}

/** What a producer still holds, at the end of a case in process whose `close` has returned. */
export interface LeftoversEvent {
  readonly event: 'leftovers';
  /** Timers that keep the process alive, and that every producer sets anew. */
  readonly timers: number;
  /** Listeners for the loss of the connection. Absent: none. */
  readonly onLost?: number;
  /** Listeners on a signal that several sends shared, and that has not aborted. Absent: none. */
  readonly onSignal?: number;
  /** Calls and unanswered messages that there were at once, at most. */
  readonly atOnce: number;
}

/** Anything that can be observed of a producer. */
export type HistoryEvent =
  | OpenEvent
  | InvokeEvent
  | EnteredEvent
  | ReturnEvent
  | ThrowEvent
  | CompleteEvent
  | AsyncErrorEvent
  | ReceiveEvent
  | AnswerEvent
  | LoseEvent
  | CutEvent
  | RestoreEvent
  | AdvanceEvent
  | UsageEvent
  | SettleEvent
  | LeftoversEvent;

/** A totally ordered list of observations. */
export type History = readonly HistoryEvent[];

/** A history that cannot have happened, such as a return from a call that was never made. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code = 'impossible-history';
  /** Position of the offending event, counted from 1: its line in a JSON Lines file. */
  readonly line: number;

  constructor(reason: string, line = 0) {
    super(line > 0 ? `line ${line}: ${reason}` : reason);
    this.line = line;
  }
}
