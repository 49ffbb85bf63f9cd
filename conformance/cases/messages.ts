// From a step to the message it sends.
import type { OutgoingMessage } from '../../spec/events/message.ts';
import { DEFAULT_PRIORITY, DEFAULT_TIME_TO_LIVE_MS, type SendStep } from './step.ts';
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
