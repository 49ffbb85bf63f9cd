// A case meets the world through three ports: the subject, the broker and the clock. The same case is interpreted
// over a producer of this process on virtual time, and over one of another process in real time.
import type { Judge } from '../../spec/check.ts';
import type { HistoryEvent, LeftoversEvent, Op, PlainAction } from '../../spec/events/history.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import type { Capability, ProducerSettings, Resends } from '../../spec/events/settings.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import type { AnswerStep, Nested, SendStep, Step } from '../cases/step.ts';

/** What a case is interpreted over. */
export interface Ports {
  readonly subject: SubjectPort;
  readonly broker: BrokerDriver;
  readonly clock: ClockPort;
}

/** A fresh producer. Calls are made and never awaited; what becomes of them is recorded in the case. */
export interface SubjectPort {
  readonly supports: readonly Capability[];
  /** It makes its connection anew, and promises this for what is unanswered. */
  readonly resends?: Resends | undefined;
  /** It runs elsewhere: calls of one turn may begin in any order. */
  readonly isConcurrent: boolean;
  /** Bytes that the producer charges for a message; default its size. */
  readonly chargedSize?: ((message: OutgoingMessage) => number) | undefined;
  open(settings: ProducerSettings): Promise<void> | undefined;
  send(op: Op, message: OutgoingMessage, step: SendStep): void;
  call(op: Op, action: PlainAction): void;
  /** Interrupts the send `target`, whose message is `id`. */
  interrupt(target: Op, id: string): void;
  /** The producer's own figure of its window usage, as last heard; absent: it gives none. */
  usage(): number | undefined;
  /** What the producer, now closed, still holds; absent: nobody can tell. */
  leftovers?(): Promise<Omit<LeftoversEvent, 'event' | 'atOnce'> | undefined>;
  /** Everything has settled. */
  settled?(): void;
  /** Lets the producer give back what it holds, once nothing of it is observed any more. */
  end(): Promise<void> | undefined;
}

/** The broker of one case, in the hands of the scenario. It records each answer before it gives it. */
export interface BrokerDriver {
  /** Whether the case sees what the broker receives. */
  readonly observes: 'packets' | 'calls';
  /** Whether answers are on their way that no step asked for: nothing may be invoked meanwhile. */
  readonly isLettingThrough: boolean;
  /** The producer was here, and has abandoned its connection by itself. */
  readonly isAbandoned: boolean;
  /** Gives one answer, or, where answers cannot be told apart, all. */
  answer(step: AnswerStep): void;
  /** Answers what is outstanding and, until `withhold`, whatever comes. */
  answerEverything(): void;
  /** From now on the producer gets no answer that no step asked for. */
  withhold(): void;
  /** Breaks the connection for good. The loss has been recorded. */
  lose(): void;
  /** Breaks a connection that the producer can make anew, and records that. Absent: it cannot. */
  cut?(): void;
  /** Lets the connection be made anew. Where answers cannot be told apart, it answers everything. */
  restore?(): void;
  /** Grows with whatever reaches the producer. */
  readonly released: number;
  /** The case is over: nothing holds the producer up any more, and nothing is recorded. */
  release?(): void;
}

/** The time of a case, and with it the question what has happened and what only seems not to. */
export interface ClockPort {
  /** Resolves once nothing more will happen without a new step. */
  settle(seen: CasePort): Promise<void>;
  /** Moves time on. Virtual time is recorded on the way, real time as it is found to have passed. */
  advance(ms: number, seen: CasePort): Promise<void>;
  /**
   * Whole milliseconds that passed and are to be recorded before this event, or before a settle point; from
   * now on they count as recorded.
   */
  unrecordedMs(before?: HistoryEvent): number;
  /** Called once the producer is open. */
  opened?(): Promise<void>;
  /** What passes between a step that does not settle and the next one, besides microtasks. */
  pause?(step: Step): Promise<void> | undefined;
  /** Called with what the last event broke, where a breach needs a proof. */
  weigh?(breaches: readonly LocatedBreach[]): Promise<void> | undefined;
  /** Called once the scenario has ended. Returns whether it left something open that takes one more settle point. */
  scenarioEnded?(): boolean;
  /** The breaches that no proof was found for. */
  readonly unproven?: readonly LocatedBreach[];
}

/** Another producer that is open beside the one whose case it is. */
export interface CompanionPort {
  /** Events of it so far. */
  readonly observed: number;
  /** Opens it, if it can be opened beside that of `seen`. */
  open(seen: CasePort): Promise<void>;
  /** Makes one step of its own. */
  step(): void;
  /** Nothing more will happen without a new step. */
  settled(): void;
  /** The case is over. Resolves once the other producer is closed. */
  leave(): Promise<void>;
}

/** What settling needs to see of a case. */
export interface Observed {
  /** Events so far, the passing of time left out. */
  readonly observed: number;
  /** A close is all that was done in this turn, and all that is under way: no write is held back any more. */
  readonly isOnlyClosing?: boolean;
  /** Records that this many milliseconds have passed. */
  recordAdvance(ms: number): void;
}

/** The case, as its ports see it. */
export interface CasePort extends Observed {
  readonly judge: Judge;
  readonly ledger: Ledger;
  readonly history: readonly HistoryEvent[];
  /** No further step is made. */
  readonly isStopped: boolean;
  /** Nothing is recorded any more. */
  readonly isOver: boolean;
  /** Records what was observed just now. */
  record(event: HistoryEvent): void;
  /** The same from inside a call of the producer, which what goes wrong here must not reach: it ends the case. */
  observe(event: HistoryEvent): void;
  /** The producer's own figure, as far as it can be relied on now. */
  usage(): number | undefined;
  /** The application is being told of the send `from`, and does this before it lets the producer go on. */
  tell(nested: Nested, from: Op): void;
  /** Makes no further step. */
  stop(): void;
  /** Nothing can be judged: the case ends, and rejects with the first fault. */
  fail(fault: unknown): void;
  /** From here on nobody can tell what happens: makes no further step, and records nothing more. */
  giveUp(): void;
}
