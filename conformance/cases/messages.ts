// From a step to what it sends, and to the event that records it.
import type { HistoryEvent, InvokeEvent, Op } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import { answerableTransaction } from './enabled.ts';
import {
  DEFAULT_PRIORITY,
  DEFAULT_TIME_TO_LIVE_MS,
  hasCallback,
  type SendStep,
  type Step,
} from './step.ts';
import type { Writable } from './writable.ts';

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

/** The invocation of a send. */
export function sendEvent(op: Op, step: SendStep): Writable<InvokeEvent> {
  const event: Writable<InvokeEvent> = {
    event: 'invoke',
    op,
    action: 'send',
    message: messageOf(step),
  };
  if (hasCallback(step)) event.completion = true;
  return event;
}

/**
 * The event of a step that is enabled. Absent for an answer to everything, which is many, and for one to a
 * transaction that has no id.
 */
export function eventOf(op: Op, step: Step, ledger: Ledger): HistoryEvent | undefined {
  switch (step.do) {
    case 'send':
      return sendEvent(op, step);
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'close':
      return { event: 'invoke', op, action: step.do };
    case 'interrupt':
      return { event: 'invoke', op, action: step.do, target: ledger.sendOf(step.id)!.op };
    case 'ack':
    case 'refuse': {
      const { do: event, id: message, of } = step;
      if (message !== undefined) return { event, message };
      const transaction = of && answerableTransaction(of, ledger)?.id;
      return of && transaction !== undefined ? { event, transaction, of } : undefined;
    }
    case 'lose':
    case 'cut':
    case 'restore':
      return { event: step.do };
    case 'advance':
      return { event: 'advance', ms: step.ms };
    case 'open':
      throw new Error('open begins a case; it is no event of one');
  }
}
