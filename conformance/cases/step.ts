// A case is a scenario: a short JSON list of concrete steps with stable ids. Drivers only differ in where
// scenarios come from; whatever a subject has not enabled is skipped when the scenario is run.
import type { Company } from '../../spec/events/history.ts';
import type {
  DeliveryMode,
  OutgoingMessage,
  TransactionAction,
} from '../../spec/events/message.ts';
import type { PlainAction } from '../../spec/events/history.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';

/**
 * What separates a step from the next: `none`, the next follows in the same turn without any await;
 * a number of microtasks; or `settle`, everything that can happen happens first.
 */
export type Pause = 'none' | number | 'settle';

/** A kind of message, before it has an id. */
export type SendShape = Omit<
  SendStep,
  'do' | 'id' | 'pause' | 'signal' | 'nested' | 'reported' | 'throws'
>;

/** What a completion callback does: it sends, or makes another call. */
export type Nested = NestedSend | { readonly do: 'begin' | 'commit' | 'close' };

/** What a completion callback, or the error listener, sends. */
export interface NestedSend extends Pick<
  SendStep,
  'id' | 'size' | 'mode' | 'completion' | 'nested'
> {
  /** A burst of so many messages: m2, m2.2, m2.3 and on. Default 1. */
  readonly count?: number;
}

/** What to send, and what the application does when it is told of it. */
export interface SendStep {
  readonly do: 'send';
  readonly id: string;
  readonly size: number;
  readonly mode: DeliveryMode;
  readonly completion?: true;
  readonly responseRequired?: true;
  readonly priority?: number;
  readonly timeToLiveMs?: number;
  /** Absent: the producer's own. */
  readonly destination?: string | null;
  /** In process: it has the signal of this earlier send, which may have aborted. Absent: one of its own. */
  readonly signal?: string;
  /** Done from inside the completion callback, when it fires. Implies `completion`. */
  readonly nested?: Nested;
  /** Sent from the error listener, when it is told of this message. */
  readonly reported?: NestedSend;
  /** The completion callback throws, after all it does. Implies `completion`. */
  readonly throws?: true;
  readonly pause: Pause;
}

/**
 * The broker answers a message, or the transaction call that awaits its answer. Through a gate, which
 * cannot tell answers apart, an ack names neither: it is everything that is unanswered.
 */
export interface AnswerStep {
  readonly do: 'ack' | 'refuse';
  readonly id?: string;
  readonly of?: TransactionAction;
  readonly pause: Pause;
}

/** Another producer of the same adapter, and its own case. */
export interface OtherProducer {
  /** `before`: its case has ended before this one begins; `beside`: it makes a step before each step of this one. */
  readonly when: Company;
  readonly scenario: Scenario;
}

/** A fresh producer. */
export interface OpenStep {
  readonly do: 'open';
  readonly settings: ProducerSettings;
  /** Default: no producer but this one. */
  readonly company?: OtherProducer;
  readonly pause: Pause;
}

/** One thing the kit does to a producer or its broker. */
export type Step =
  | OpenStep
  | SendStep
  | AnswerStep
  | { readonly do: PlainAction | 'lose' | 'cut' | 'restore'; readonly pause: Pause }
  | { readonly do: 'interrupt'; readonly id: string; readonly pause: Pause }
  | { readonly do: 'advance'; readonly ms: number; readonly pause: Pause };

/** What may happen beside sends and acks. `cut` and `restore` are for a gate. */
export type Operation =
  | 'refuse'
  | PlainAction
  | 'interrupt'
  | 'advance'
  | 'lose'
  | 'cut'
  | 'restore';

/** A case: an `open` first, then whatever follows. The last pause is always a settle. */
export type Scenario = readonly Step[];

/** Whether the send is given a completion callback. */
export function hasCallback({
  completion,
  nested,
  throws,
}: Pick<SendStep, 'completion' | 'nested' | 'throws'>): boolean {
  return completion === true || nested !== undefined || throws === true;
}

/** Begin, commit or rollback: while one pends, hardly anything may follow. */
export function isTransactionCall({ do: what }: Step): boolean {
  return what === 'begin' || what === 'commit' || what === 'rollback';
}

/** Defaults for what a send step leaves out; JMS's own. */
export const DEFAULT_PRIORITY = 4;
/** 0: the message never expires. */
export const DEFAULT_TIME_TO_LIVE_MS = 0;
/** The destination a producer is bound to, unless DST-1 is tried. */
export const DESTINATION = 'tck';

/** The settings a scenario opens its producer with. */
export function settingsOf(scenario: Scenario): ProducerSettings {
  return openingOf(scenario).settings;
}

/** The step that a scenario begins with. */
export function openingOf([first]: Scenario): OpenStep {
  if (first?.do !== 'open') throw new Error('a scenario begins with open; this one does not');
  return first;
}

/**
 * A record while it is being filled, field by field: on paths that every case takes, optional fields that are spread
 * into a literal cost more than the rest of the record.
 */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The message of a send step. */
export function messageOf(step: SendStep): OutgoingMessage {
  const { responseRequired, destination } = step;
  const message: Writable<OutgoingMessage> = {
    id: step.id,
    size: step.size,
    deliveryMode: step.mode,
    priority: step.priority ?? DEFAULT_PRIORITY,
    timeToLiveMs: step.timeToLiveMs ?? DEFAULT_TIME_TO_LIVE_MS,
  };
  if (responseRequired) message.responseRequired = true;
  if (destination !== undefined) message.destination = destination;
  return message;
}
