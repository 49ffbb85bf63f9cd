// What the engine remembers of a call: its promise, and what a send needs besides.
import type { Dispatch } from '../../spec/model/decision.ts';
import type { OutgoingMessage, SendOptions } from '../adapter.ts';

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
