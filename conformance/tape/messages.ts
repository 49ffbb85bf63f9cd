// From a stimulus to the message it sends.
import type { OutgoingMessage } from '../../spec/message.ts';
import { DEFAULT_PRIORITY, DEFAULT_TIME_TO_LIVE_MS, type SendStimulus } from './stimulus.ts';
import type { Writable } from './writable.ts';

/** The message of a send stimulus. */
export function messageOf(step: SendStimulus): OutgoingMessage {
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
