// What a producer might be seen to do in answer to a history, lawful or not. Which of it is lawful, the rules say.
import type { Failure } from '../../spec/events/failure.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import { callsOf, type Alphabet } from './alphabet.ts';

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
  if (ledger.closeReturned) {
    for (const timers of [0, 1]) events.push({ event: 'leftovers', timers, atOnce: 1 });
  }
  for (const bytes of alphabet.usage ?? []) events.push({ event: 'usage', bytes });
  return events;
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
