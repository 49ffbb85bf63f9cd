// Words to write histories with, so that they read like prose: each word is one event. Operations are
// numbered by hand, because examples refer to them; nothing is checked here.
import type { ErrorKind, Failure } from '../events/failure.ts';
import type { History, HistoryEvent, OpenEvent } from '../events/history.ts';
import type { DeliveryMode, OutgoingMessage, TransactionAction } from '../events/message.ts';
import type { RuleId } from '../rule.ts';
import type { ProducerSettings } from '../events/settings.ts';

/** What a rule means, shown by histories. Judged under the strict profile. */
export interface Example {
  /** The rule is exercised, and no rule is broken. */
  readonly witness: History;
  /** The rule is broken by the last event, and no event can be left out. */
  readonly violation: History;
  /** Rules that the violation breaks as well because the rule book allows no other way. */
  readonly alsoBreaks?: readonly RuleId[];
}

/** One chapter's examples by rule. */
export type Examples = Readonly<Record<string, Example>>;

/** An event, or one that is only known once those before it are: `receive` finds its message there. */
export type Step = HistoryEvent | ((before: History) => HistoryEvent);

/** Puts events together; arrays are for whoever wants to group them. */
export function history(...steps: readonly (Step | readonly Step[])[]): History {
  const events: HistoryEvent[] = [];
  for (const step of steps.flat()) events.push(typeof step === 'function' ? step(events) : step);
  return events;
}

type OpenSettings = Partial<Omit<ProducerSettings, 'destination'>> & {
  /** Default `orders`; null: the producer is bound to none. */
  readonly destination?: string | null;
};

/** A fresh producer: without a window, bound to `orders`, everything else switched off. */
export function open(
  { destination = 'orders', ...settings }: OpenSettings = {},
  view: Pick<OpenEvent, 'supports' | 'observes' | 'concurrent'> = {},
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
  readonly charge?: number;
  readonly from?: number;
}

/** Invokes `send`. Default: a non-persistent message of one byte. */
export function send(op: number, id: string, options: SendOptions = {}): HistoryEvent {
  const { mode = 'non-persistent', completion, charge, from, ...fields } = options;
  return {
    event: 'invoke',
    op,
    action: 'send',
    message: { ...plain(id, mode), ...fields },
    ...(completion && { completion }),
    ...(charge !== undefined && { charge }),
    ...(from !== undefined && { from }),
  };
}

export const begin = (op: number) => invoke(op, 'begin');
export const commit = (op: number) => invoke(op, 'commit');
export const rollback = (op: number) => invoke(op, 'rollback');
export const close = (op: number) => invoke(op, 'close');

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

function invoke(op: number, action: TransactionAction | 'close'): HistoryEvent {
  return { event: 'invoke', op, action };
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
