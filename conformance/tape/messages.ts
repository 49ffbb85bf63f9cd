// From a stimulus to the message it sends.
import type { OutgoingMessage } from '../../spec/message.ts';
import { DEFAULT_PRIORITY, DEFAULT_TIME_TO_LIVE_MS, type SendStimulus } from './stimulus.ts';

/** The message of a send stimulus. */
export function messageOf(step: SendStimulus): OutgoingMessage {
  const { id, size, mode, responseRequired, destination } = step;
  const base = {
    id,
    size,
    deliveryMode: mode,
    priority: step.priority ?? DEFAULT_PRIORITY,
    timeToLiveMs: step.timeToLiveMs ?? DEFAULT_TIME_TO_LIVE_MS,
  };
  if (!responseRequired && destination === undefined) return base;
  return {
    ...base,
    ...(responseRequired && { responseRequired }),
    ...(destination !== undefined && { destination }),
  };
}
