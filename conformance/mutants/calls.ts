// What the producers of this folder are made of: the calls they remember, the failures of these, and the
// checks and the decision at the door. None of it is under test except where a mutant says so.
import { DISPATCH, rowOf, type Dispatch } from '../../spec/model/decision.ts';
import type { ErrorKind, OutgoingMessage, ProducerSettings, SendOptions } from '../adapter.ts';

/** A transaction, from `begin` to `commit` or `rollback`. */
export interface Transaction {
  readonly id: string;
}

/** A call whose outcome somebody awaits. */
export class Call {
  readonly promise: Promise<void>;
  ended = false;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Lets the caller go. Returns false if it has gone already. */
  end(error?: Error): boolean {
    if (this.ended) return false;
    this.ended = true;
    if (error) this.#reject(error);
    else this.#resolve();
    return true;
  }
}

/** A call to `send`. */
export class Job extends Call {
  /** 1 for the first of its producer. */
  readonly number: number;
  readonly message: OutgoingMessage;
  readonly options: SendOptions;
  readonly dispatch: Dispatch;
  readonly transaction: Transaction | undefined;
  /** `done`: answered, or withdrawn before it was written. */
  state: 'waiting' | 'written' | 'done' = 'waiting';
  /** Bytes of window space that it holds. */
  held = 0;
  timer: ReturnType<typeof setTimeout> | undefined;
  onAbort: (() => void) | undefined;
  /** Only mutants look at it. */
  readonly madeAtMs = Date.now();

  constructor(
    number: number,
    message: OutgoingMessage,
    options: SendOptions,
    dispatch: Dispatch,
    transaction: Transaction | undefined,
  ) {
    super();
    this.number = number;
    this.message = message;
    this.options = options;
    this.dispatch = dispatch;
    this.transaction = transaction;
  }
}

/** The sends of a dispatch that have no outcome yet, the oldest first. */
export function openJobs(
  { calls }: { readonly calls: Iterable<Call> },
  dispatch: Dispatch,
): readonly Job[] {
  return [...calls]
    .filter((call) => call instanceof Job)
    .filter((job) => job.dispatch === dispatch);
}

/** A call to `commit` or `rollback`. */
export class Ending extends Call {
  readonly action: 'commit' | 'rollback';
  readonly transaction: Transaction;

  constructor(action: 'commit' | 'rollback', transaction: Transaction) {
    super();
    this.action = action;
    this.transaction = transaction;
  }
}

/** A failure that knows its kind. */
export class Fault extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string = kind) {
    super(message);
    this.name = 'Fault';
    this.kind = kind;
  }
}

/** The `errorKind` of every adapter in this folder. */
export function kindOf(error: unknown): ErrorKind {
  if (error instanceof Fault) return error.kind;
  if (isRefusal(error)) return 'refused';
  return isLoss(error) ? 'connection-lost' : 'other';
}

/** Whether the broker refused. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'BrokerRefused';
}

/** Whether the connection went before the answer came. */
export function isLoss(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConnectionLost';
}

/** Throws unless the message may go where it wants to (DST-1 to DST-3). */
export function checkDestination(message: OutgoingMessage, settings: ProducerSettings): void {
  const wanted = message.destination === undefined ? settings.destination : message.destination;
  if (wanted === undefined) throw new Fault('invalid-destination', 'no destination');
  if (wanted === null) throw new Fault('invalid-destination', 'a null destination');
  if (settings.destination !== undefined && settings.destination !== wanted) {
    throw new Fault('invalid-destination', `bound to ${settings.destination}, not ${wanted}`);
  }
}

/** How a send meets its answer, by the decision table. */
export function dispatchOf(
  message: OutgoingMessage,
  settings: ProducerSettings,
  transacted: boolean,
  completion: boolean,
): Dispatch {
  return DISPATCH[
    rowOf({
      completion,
      timeout: settings.sendTimeoutMs > 0,
      alwaysSyncSend: settings.alwaysSyncSend,
      responseRequired: message.responseRequired === true,
      transacted,
      persistent: message.deliveryMode === 'persistent',
      useAsyncSend: settings.useAsyncSend,
    })
  ];
}
