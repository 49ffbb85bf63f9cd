// The odd producer's own records: written from the design, without the ledger, so that the two can be
// held against each other. Not part of the package's interface.
import { blocks, type Dispatch } from '../model/decision.ts';
import type { OutgoingMessage, TransactionAction } from '../events/message.ts';
import type { Profile } from '../model/profile.ts';

/** Reads decisions off a scenario of numbers; at its end everything is decided by 0. */
export class Choices {
  readonly #scenario: readonly number[];
  #at = 0;

  constructor(scenario: readonly number[]) {
    this.#scenario = scenario;
  }

  get over(): boolean {
    return this.#at >= this.#scenario.length;
  }

  below(limit: number): number {
    return (this.#scenario[this.#at++] ?? 0) % limit;
  }

  of<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 1;
  }
}

/** A send as the odd producer sees it. */
export interface OddSend {
  readonly op: number;
  readonly message: OutgoingMessage;
  readonly dispatch: Dispatch;
  readonly charged: boolean;
  /** Its caller waits for the answer. */
  readonly blocking: boolean;
  readonly completion: boolean;
  readonly transaction: OddTransaction | undefined;
  state: 'invoked' | 'waiting' | 'admitted' | 'ended';
  /** activemq-classic: it has found space, and may still have to wait for a sync send. */
  passed: boolean;
  /** When its timeout started; -1: it has not. */
  timerMs: number;
  received: boolean;
  /** The broker has answered, whether the producer knows or not. */
  answered: boolean;
  /** The producer knows the answer. */
  learnt: boolean;
  /** It takes space. */
  holds: boolean;
  /** Its callback has fired. */
  told: boolean;
}

/** A send just invoked. */
export function oddSend(
  op: number,
  message: OutgoingMessage,
  dispatch: Dispatch,
  transaction: OddTransaction | undefined,
  { charges }: Profile,
): OddSend {
  const completion = dispatch === 'completion';
  return {
    op,
    message,
    dispatch,
    charged: dispatch === 'async' || (completion && charges === 'returning-sends'),
    blocking: blocks(dispatch),
    completion,
    transaction,
    state: 'invoked',
    passed: false,
    timerMs: -1,
    received: false,
    answered: false,
    learnt: false,
    holds: false,
    told: false,
  };
}

/** A transaction as the odd producer sees it. */
export interface OddTransaction {
  readonly id: string;
  /** Its begin is on the wire, or was. */
  begun: boolean;
  /** Its commit or rollback has been called. */
  over: boolean;
  readonly sends: OddSend[];
}

/** A call to `begin`, `commit` or `rollback`. */
export interface OddCall {
  readonly op: number;
  readonly action: TransactionAction;
  readonly transaction: OddTransaction | undefined;
  /** Its packet is on the wire, or none will be. */
  sent: boolean;
  ended: boolean;
}

/** Something the producer is free to do now, or to leave for later in the turn. */
export type Move = () => void;

/** What the design leaves to each producer. */
export interface Habits {
  readonly lazyBegin: boolean;
  readonly beginWaits: boolean;
  readonly rollbackWaits: boolean;
  readonly commitAwaitsItsAcks: boolean;
  readonly returnsBeforeWriting: boolean;
  readonly timeoutFromCall: boolean;
  readonly namesRefused: boolean;
  readonly reportsEveryRefusal: boolean;
  readonly rollsBackAtClose: boolean;
  readonly firesAtClose: boolean;
  /** An interrupt fails an async send that was admitted and has not returned. */
  readonly interruptFailsAdmitted: boolean;
  /** A rollback takes back what was admitted and not written. */
  readonly rollbackDropsUnwritten: boolean;
}

/**
 * The habits of one producer. `plain`: without the last two, after which only the broker knows whether a
 * message takes space.
 */
export function habitsOf(choices: Choices, plain: boolean): Habits {
  const sometimes = () => choices.chance(2);
  return {
    lazyBegin: sometimes(),
    beginWaits: sometimes(),
    rollbackWaits: sometimes(),
    commitAwaitsItsAcks: sometimes(),
    returnsBeforeWriting: sometimes(),
    timeoutFromCall: sometimes(),
    namesRefused: sometimes(),
    reportsEveryRefusal: sometimes(),
    rollsBackAtClose: sometimes(),
    firesAtClose: sometimes(),
    interruptFailsAdmitted: !plain && sometimes(),
    rollbackDropsUnwritten: !plain && sometimes(),
  };
}
