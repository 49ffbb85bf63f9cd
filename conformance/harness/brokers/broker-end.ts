// The broker's end of one case: what answers, losses and the end of the case do there. There are
// two kinds: the line broker, which is all the kit's own, and the gate in front of a real broker.
import type { HistoryEvent } from '../../../spec/events/history.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import { AdapterFault } from '../harness.ts';
import type { AnswerStep } from '../../cases/step.ts';

/** The case, as a broker's end needs it. */
export interface Witness {
  readonly ledger: Ledger;
  /** Ids of all messages so far, in the order of their calls. */
  readonly sent: readonly string[];
  record(event: HistoryEvent): void;
  /** From here on nobody can tell what the broker answers: nothing more is recorded or judged. */
  giveUp(): void;
  /** The case cannot go on. */
  fail(error: unknown): void;
}

/** A fresh broker's end for every case, so that nothing of one case can reach another. */
export interface BrokerEnd {
  /** What the producer is given to connect to. */
  readonly address: string;
  readonly observes: 'packets' | 'calls';
  /** Grows whenever something passes, in either direction. */
  readonly activity: number;
  /** Grows with whatever reaches the producer. */
  readonly released: number;
  /** Whether answers are on their way that no step asked for: nothing may be invoked meanwhile. */
  readonly isLettingThrough: boolean;
  /** Milliseconds of silence after which no answer is on its way any more. */
  readonly silenceMs: number;
  /** Whether the producer was ever seen here. */
  readonly wasReached: boolean;
  /** The producer was here, and has given up its connection by itself. */
  readonly isForsaken: boolean;
  /**
   * From now on the producer gets no answer that is not recorded. Not while it may be making its connection
   * anew, which it could not do if answers were withheld; whatever is sent until then is answered at once.
   */
  withhold(): void;
  /** Gives one answer, or, where answers cannot be told apart, all. */
  answer(step: AnswerStep): void;
  /** Answers what is outstanding and, until `withhold`, whatever comes. */
  answerEverything(): void;
  /** Breaks the connection. The caller has recorded the loss. */
  lose(): void;
  /** Where a connection can be cut: breaks it, and records that. */
  cut?(): void;
  /** Lets it be made anew, and answers everything: from `restore` on the producer may learn of it. */
  restore?(): void;
  /** It was restored, but the producer has not come back. */
  readonly awaitsReturn: boolean;
  /** The case is over: nothing holds the producer up any more, and nothing is recorded. */
  release(): void;
  dispose(): void;
}

/** Nobody came to the address in `open`: whatever the producer does, it is not seen here. */
export function neverReached(observes: BrokerEnd['observes']): AdapterFault {
  const advice = observes === 'packets' ? '; pass --broker HOST:PORT for a real broker' : '';
  const what = 'it never connected to the broker address it was given';
  return new AdapterFault('no-broker', `${what}${advice}`);
}
