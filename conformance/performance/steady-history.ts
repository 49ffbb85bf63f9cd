// A history of any length: one case in which a lawful producer sends without end, every kind of send in
// turn, with five unanswered at a time.
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import { DEFAULT_PRIORITY, DEFAULT_TIME_TO_LIVE_MS } from '../cases/step.ts';

/** Sends whose answers are outstanding at any time. */
const BEHIND = 5;
const SIZE = 10;

/** At least `length` events, ending with a whole round. */
export function* steadyHistory(length: number): Generator<HistoryEvent> {
  const settings = {
    windowSize: 2 * BEHIND * SIZE,
    useAsyncSend: false,
    alwaysSyncSend: false,
    sendTimeoutMs: 0,
    destination: 'tck',
  };
  yield { event: 'open', settings };
  let events = 1;
  for (let op = 1; events < length; op += 1) {
    for (const event of round(op)) {
      events += 1;
      yield event;
    }
  }
}

/** One send; an older one is answered; a settle point. */
function* round(op: number): Generator<HistoryEvent> {
  const message = messageOf(op);
  yield hasCallback(op)
    ? { event: 'invoke', op, action: 'send', message, completion: true }
    : { event: 'invoke', op, action: 'send', message };
  yield { event: 'receive', packet: { type: 'message', message } };
  if (isBlocking(op)) yield* answer(op);
  yield { event: 'return', op };
  const earlier = op - BEHIND;
  if (earlier > 0 && !isBlocking(earlier)) yield* answer(earlier);
  yield { event: 'usage', bytes: usageAfter(op) };
  yield { event: 'settle' };
}

function* answer(op: number): Generator<HistoryEvent> {
  yield { event: 'ack', message: idOf(op) };
  if (hasCallback(op)) yield { event: 'complete', op };
}

function messageOf(op: number): OutgoingMessage {
  return {
    id: idOf(op),
    size: SIZE,
    deliveryMode: op % 4 === 0 ? 'persistent' : 'non-persistent',
    priority: DEFAULT_PRIORITY,
    timeToLiveMs: DEFAULT_TIME_TO_LIVE_MS,
  };
}

function idOf(op: number): string {
  return `m${op}`;
}

function hasCallback(op: number): boolean {
  return op % 3 === 0;
}

/** Persistent, without a callback: it waits for its own answer. */
function isBlocking(op: number): boolean {
  return op % 4 === 0 && !hasCallback(op);
}

function usageAfter(op: number): number {
  let bytes = 0;
  for (let held = Math.max(1, op - BEHIND + 1); held <= op; held += 1) {
    if (!isBlocking(held)) bytes += SIZE;
  }
  return bytes;
}
