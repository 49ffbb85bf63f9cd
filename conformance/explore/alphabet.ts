// A small alphabet of events: what an application and a broker may do within a scope, and whatever a
// producer might be seen to do in answer, lawful or not. Which of it is lawful, the rules say.
import type { Call } from '../../spec/model/calls.ts';
import type { ErrorKind, Failure } from '../../spec/events/failure.ts';
import type { HistoryEvent, InvokeEvent, OpenEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { OutgoingMessage, TransactionAction } from '../../spec/events/message.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import { isEnabled } from '../cases/enabled.ts';
import { messageOf } from '../cases/messages.ts';
import { DESTINATION, type SendStep, type Step } from '../cases/step.ts';

/** A kind of message, before it has an id. */
export type Shape = Omit<SendStep, 'do' | 'id' | 'pause' | 'nested' | 'throws'>;

/** What histories are made of. Everything left out never happens. */
export interface Alphabet {
  readonly name: string;
  readonly settings?: Partial<ProducerSettings>;
  /** The producer is bound to no destination. */
  readonly anonymous?: true;
  /** Each message may be of any of these kinds. */
  readonly shapes: readonly Shape[];
  /** Messages, at most. */
  readonly sends: number;
  /** A send may be made from inside a callback. */
  readonly nested?: true;
  /** A callback may throw. */
  readonly throws?: true;
  readonly calls?: readonly (TransactionAction | 'close' | 'interrupt')[];
  /** Calls of these kinds, at most; interrupts are not counted. */
  readonly mostCalls?: number;
  readonly loses?: true;
  readonly refuses?: true;
  readonly advancesMs?: readonly number[];
  /** Kinds of error a call may fail with. */
  readonly kinds?: readonly ErrorKind[];
  /** A call may also fail with an error whose kind cannot be told. */
  readonly untold?: true;
  /** The error listener may be told, of a message or of none. */
  readonly reports?: true;
  /** Figures the producer may give of its own usage. */
  readonly usage?: readonly number[];
  /** Packets may be forged: unasked for, altered, or with another transaction. */
  readonly forges?: true;
  /** Events after `open`, at most, in the default run. */
  readonly depth: number;
}

/** The event that opens every history over an alphabet. */
export function openOf({ settings, anonymous }: Alphabet): OpenEvent {
  const plain = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
  const bound = anonymous ? {} : { destination: DESTINATION };
  return { event: 'open', settings: { ...plain, ...bound, ...settings } };
}

/** What the application, the broker, the network and the clock may do next. */
export function stepsAfter(
  alphabet: Alphabet,
  ledger: Ledger,
  last: HistoryEvent | undefined,
): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const calls = callsOf(ledger);
  const sends = calls.filter((call) => call.action === 'send');
  const can = (step: Step) => isEnabled(step, ledger);
  const op = ledger.invocations + 1;
  if (sends.length < alphabet.sends) {
    for (const shape of alphabet.shapes) {
      const step: SendStep = { do: 'send', id: `m${sends.length + 1}`, ...shape, pause: 'none' };
      if (!can(step)) continue;
      events.push(invokeSend(op, step));
      if (alphabet.nested && last?.event === 'complete')
        events.push({ ...invokeSend(op, step), from: last.op });
    }
  }
  for (const action of alphabet.calls ?? []) {
    if (action === 'interrupt') {
      for (const { op: target } of sends)
        events.push({ event: 'invoke', op: 1000 + target, action, target });
    } else if (
      calls.length - sends.length < (alphabet.mostCalls ?? 2) &&
      can({ do: action, pause: 'none' })
    )
      events.push({ event: 'invoke', op, action });
  }
  for (const { message } of sends) events.push(...answersTo(message.id, alphabet, ledger));
  for (const of of ['begin', 'commit', 'rollback'] as const)
    events.push(...answersToCall(of, ledger));
  if (alphabet.loses && can({ do: 'lose', pause: 'none' })) events.push({ event: 'lose' });
  for (const ms of alphabet.advancesMs ?? []) events.push({ event: 'advance', ms });
  return events;
}

function answersTo(id: string, { refuses }: Alphabet, ledger: Ledger): HistoryEvent[] {
  if (!isEnabled({ do: 'ack', id, pause: 'none' }, ledger)) return [];
  const events: HistoryEvent[] = [{ event: 'ack', message: id }];
  return refuses ? [...events, { event: 'refuse', message: id }] : events;
}

function answersToCall(of: TransactionAction, ledger: Ledger): HistoryEvent[] {
  if (!isEnabled({ do: 'ack', of, pause: 'none' }, ledger)) return [];
  const { current, ended } = ledger.transactions;
  const transaction = (of === 'begin' && current?.begin === 'received' ? current : ended)?.id;
  if (transaction === undefined) return [];
  const events: HistoryEvent[] = [{ event: 'ack', of, transaction }];
  return of === 'commit' ? [...events, { event: 'refuse', of, transaction }] : events;
}

/** Whatever a producer could be seen to do next, lawful or not, but for settling. */
export function responsesAfter(alphabet: Alphabet, ledger: Ledger): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const call of callsOf(ledger)) {
    if (call.outcome === 'pending') {
      events.push({ event: 'return', op: call.op });
      for (const error of failuresOf(alphabet)) events.push({ event: 'throw', op: call.op, error });
    }
    if (call.action !== 'send') continue;
    const carried = call.transaction && nameOf(call.transaction);
    events.push(receipt(call.message, carried));
    if (alphabet.forges) events.push(...forgeries(call.message, carried, ledger));
    if (call.completion) events.push(...callbacksOf(call.op, alphabet));
    if (alphabet.reports) events.push(report(call.message.id));
  }
  if (alphabet.forges) events.push(receipt({ ...NOBODYS, id: 'm9' }, undefined));
  if (alphabet.reports && ledger.notices.anonymousErrors < 2) events.push(report());
  for (let number = 1; number <= ledger.transactions.count; number += 1) {
    for (const type of ['begin', 'commit', 'rollback'] as const)
      events.push({ event: 'receive', packet: { type, transaction: `t${number}` } });
  }
  for (const bytes of alphabet.usage ?? []) events.push({ event: 'usage', bytes });
  return events;
}

/** Every call so far, in the order of their operations. */
export function callsOf(ledger: Ledger): Call[] {
  return Array.from({ length: ledger.invocations }, (_, at) => ledger.callOf(at + 1) as Call);
}

function invokeSend(op: number, step: SendStep): InvokeEvent {
  const message = messageOf(step);
  const completion = step.completion === true && { completion: true };
  return { event: 'invoke', op, action: 'send', message, ...completion };
}

function failuresOf({ kinds = [], untold }: Alphabet): Failure[] {
  const told: Failure[] = kinds.map((kind) => ({ kind, message: kind }));
  return untold ? [...told, { message: 'failed' }] : told;
}

function callbacksOf(op: number, { throws }: Alphabet): HistoryEvent[] {
  const error = { kind: 'refused' as const, message: 'refused' };
  const events: HistoryEvent[] = [
    { event: 'complete', op },
    { event: 'complete', op, error },
    { event: 'complete', op, inside: true },
  ];
  return throws ? [...events, { event: 'complete', op, threw: true }] : events;
}

function report(message?: string): HistoryEvent {
  const error = { kind: 'refused' as const, message: 'refused' };
  return { event: 'async-error', ...(message !== undefined && { message }), error };
}

function receipt(message: OutgoingMessage, transaction: string | undefined): HistoryEvent {
  return {
    event: 'receive',
    packet: { type: 'message', message, ...(transaction !== undefined && { transaction }) },
  };
}

/** The packet in no transaction or in another, and with another priority. */
function forgeries(
  message: OutgoingMessage,
  carried: string | undefined,
  { transactions }: Ledger,
): HistoryEvent[] {
  const all = Array.from({ length: transactions.count }, (_, at) => `t${at + 1}`);
  const others = [undefined, ...all].filter((id) => id !== carried);
  const altered = { ...message, priority: (message.priority + 1) % 10 };
  return [...others.map((id) => receipt(message, id)), receipt(altered, carried)];
}

const NOBODYS = { size: 1, deliveryMode: 'non-persistent', priority: 4, timeToLiveMs: 0 } as const;

function nameOf({ id, number }: { readonly id: string | undefined; readonly number: number }) {
  return id ?? `t${number}`;
}
