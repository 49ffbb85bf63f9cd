// Words to write histories with, so that they read like prose: each word is one event. Operations are
// numbered by hand, because examples refer to them; nothing is checked here.
import type { ErrorKind, Failure } from '../events/failure.ts';
import type {
  History,
  HistoryEvent,
  LeftoversEvent,
  OpenEvent,
  PlainAction,
} from '../events/history.ts';
import type { DeliveryMode, OutgoingMessage, TransactionAction } from '../events/message.ts';
import type { Profile } from '../model/profile.ts';
import type { RuleId } from '../rule.ts';
import type { ProducerSettings } from '../events/settings.ts';

/** What a rule means, shown by histories. */
export interface Example {
  /** What they are judged by. Default: the strict profile. */
  readonly profile?: Profile;
  /** The rule is exercised, and no rule is broken. */
  readonly witness: History;
  /**
   * The rule is broken by the last event, and no event can be left out. Of a rule that the law never finds
   * broken: what breaks there is diagnosed as a mistake of this rule.
   */
  readonly violation: History;
  /** What else the law finds broken in the violation. */
  readonly alsoBreaks?: readonly RuleId[];
}

/** One chapter's examples by rule. */
export type Examples = Readonly<Record<string, Example>>;

/** An event, or one that is only known once those before it are: `receive` finds its message there. */
export type Step = HistoryEvent | ((before: History) => HistoryEvent);

/** One step, or a group of steps, which may hold groups itself. */
export type Steps = Step | readonly Steps[];

/** Puts events together, in order; groups only help to read. */
export function history(...steps: readonly Steps[]): History {
  const events: HistoryEvent[] = [];
  const add = (step: Steps): void => {
    if (typeof step === 'function') events.push(step(events));
    else if ('event' in step) events.push(step);
    else step.forEach(add);
  };
  steps.forEach(add);
  return events;
}

type OpenSettings = Partial<Omit<ProducerSettings, 'destination'>> & {
  /** Default `orders`; null: the producer is bound to none. */
  readonly destination?: string | null;
};

/** A fresh producer: without a window, bound to `orders`, everything else switched off. */
export function open(
  { destination = 'orders', ...settings }: OpenSettings = {},
  view: Pick<OpenEvent, 'supports' | 'observes' | 'concurrent' | 'company' | 'resends'> = {},
): OpenEvent {
  return {
    event: 'open',
    settings: {
      windowSize: 0,
      useAsyncSend: false,
      alwaysSyncSend: false,
      sendTimeoutMs: 0,
      ...settings,
      ...(destination !== null && { destination }),
    },
    ...view,
  };
}

interface SendOptions extends Partial<Omit<OutgoingMessage, 'id' | 'deliveryMode'>> {
  readonly mode?: DeliveryMode;
  readonly completion?: true;
  readonly interrupted?: true;
  readonly charge?: number;
  readonly from?: number;
}

/** Invokes `send`. Default: a non-persistent message of one byte. */
export function send(op: number, id: string, options: SendOptions = {}): HistoryEvent {
  const { mode = 'non-persistent', completion, interrupted, charge, from, ...fields } = options;
  return {
    event: 'invoke',
    op,
    action: 'send',
    message: { ...plain(id, mode), ...fields },
    ...(completion && { completion }),
    ...(interrupted && { interrupted }),
    ...(charge !== undefined && { charge }),
    ...(from !== undefined && { from }),
  };
}

/** A send that goes out at once: it is invoked, the broker receives the message, and the call returns. */
export function sent(
  op: number,
  id: string,
  { transaction, ...options }: SendOptions & { readonly transaction?: string } = {},
): Steps {
  return [send(op, id, options), receive(id, transaction ? { transaction } : {}), ret(op)];
}

export const begin = (op: number, from?: number) => invoke(op, 'begin', from);
export const commit = (op: number, from?: number) => invoke(op, 'commit', from);
export const rollback = (op: number) => invoke(op, 'rollback');
export const close = (op: number, from?: number) => invoke(op, 'close', from);
export const flush = (op: number) => invoke(op, 'flush');

/** Interrupts the call `target`. An interrupt never returns, so tests need not number it. */
export function interrupt(target: number, op = 1000 + target): HistoryEvent {
  return { event: 'invoke', op, action: 'interrupt', target };
}

/** The call has really begun. */
export function entered(op: number): HistoryEvent {
  return { event: 'entered', op };
}

/** The call returned. */
export function ret(op: number): HistoryEvent {
  return { event: 'return', op };
}

/** The call failed. */
export function fail(
  op: number,
  kind?: ErrorKind,
  message: string = kind ?? 'failed',
): HistoryEvent {
  return { event: 'throw', op, error: failure(kind, message) };
}

/** The completion callback reported success. */
export function succeed(op: number): HistoryEvent {
  return { event: 'complete', op };
}

/** The completion callback reported success, and threw. */
export function succeedAndThrow(op: number): HistoryEvent {
  return { event: 'complete', op, threw: true };
}

/** The completion callback carried an error; `inside`: before the call to send had returned. */
export function completeWith(op: number, kind?: ErrorKind, inside = false): HistoryEvent {
  const error = failure(kind, kind ?? 'failed');
  return { event: 'complete', op, error, ...(inside && { inside }) };
}

/** The error listener was told, of this message or without naming one. */
export function report(message?: string): HistoryEvent {
  const error = failure('refused', 'refused');
  return { event: 'async-error', error, ...(message !== undefined && { message }) };
}

/** The broker received the message, as it was sent but for `changed`. */
export function receive(
  id: string,
  { transaction, changed }: { transaction?: string; changed?: Partial<OutgoingMessage> } = {},
): Step {
  return (before) => ({
    event: 'receive',
    packet: {
      type: 'message',
      message: changed ? { ...messageOf(id, before), ...changed } : messageOf(id, before),
      ...(transaction !== undefined && { transaction }),
    },
  });
}

/** The broker received the packet that begins or ends this transaction. */
export function receiveOf(type: TransactionAction, transaction: string): HistoryEvent {
  return { event: 'receive', packet: { type, transaction } };
}

/** The broker acknowledged a message. */
export function ack(message: string): HistoryEvent {
  return { event: 'ack', message };
}

/** The broker refused a message. */
export function refuse(message: string): HistoryEvent {
  return { event: 'refuse', message, reason: 'no space left' };
}

/** The broker acknowledged a begin, commit or rollback. */
export function ackOf(of: TransactionAction, transaction: string): HistoryEvent {
  return { event: 'ack', transaction, of };
}

/** The broker refused a commit. */
export function refuseCommit(transaction: string): HistoryEvent {
  return { event: 'refuse', transaction, of: 'commit', reason: 'a duplicate' };
}

/** The connection is gone. */
export const lose: HistoryEvent = { event: 'lose' };
/** The connection broke beneath a producer that makes it anew. */
export const cut: HistoryEvent = { event: 'cut' };
/** The connection can be made anew. */
export const restore: HistoryEvent = { event: 'restore' };

/** Time passed. */
export function advance(ms: number): HistoryEvent {
  return { event: 'advance', ms };
}

/** The producer gave this figure of its own usage. */
export function usage(bytes: number): HistoryEvent {
  return { event: 'usage', bytes };
}

/** Nothing more will happen without a new step. */
export const settle: HistoryEvent = { event: 'settle' };

/** The producer is closed, and still holds this. */
export function leftovers(left: Partial<Omit<LeftoversEvent, 'event'>>): HistoryEvent {
  return { event: 'leftovers', timers: 0, atOnce: 1, ...left };
}

/** Makes a send synchronous by default. */
export const PERSISTENT = { mode: 'persistent' } as const;
/** A window of ten bytes, and nothing in it. */
export const WINDOW_OF_10 = open({ windowSize: 10 });
/** A window of ten bytes, filled by `m1`. */
export const FULL_WINDOW: Steps = [WINDOW_OF_10, sent(1, 'm1', { size: 10 })];
/** The transaction `t1`, begun by operation 1. */
export const BEGUN: Steps = [begin(1), receiveOf('begin', 't1'), ret(1)];

function invoke(op: number, action: PlainAction, from?: number): HistoryEvent {
  return { event: 'invoke', op, action, ...(from !== undefined && { from }) };
}

function failure(kind: ErrorKind | undefined, message: string): Failure {
  return kind === undefined ? { message } : { kind, message };
}

function plain(id: string, deliveryMode: DeliveryMode): OutgoingMessage {
  return { id, size: 1, deliveryMode, priority: 4, timeToLiveMs: 0 };
}

/** The message as the application sent it; if it never did, a message of one byte. */
function messageOf(id: string, before: History): OutgoingMessage {
  for (const event of before) {
    if (event.event === 'invoke' && event.message?.id === id) return event.message;
  }
  return plain(id, 'non-persistent');
}
