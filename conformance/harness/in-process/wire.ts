// What crosses the borders of a producer in process as a plain object, and might be changed behind its back: the
// message that it is given, and the packet that it gives. Over a real wire both are bytes.
import type { OutgoingMessage, Packet } from '../../adapter.ts';
import type { Writable } from '../../cases/step.ts';

/** A packet as it goes over the wire: what it says now, whatever becomes of its objects. */
export function asWritten(packet: Packet): Packet {
  if (packet.type !== 'message') return { type: packet.type, transaction: packet.transaction };
  const { transaction } = packet;
  const message = copyOf(packet.message);
  return transaction === undefined
    ? { type: 'message', message }
    : { type: 'message', message, transaction };
}

/** A producer may add fields of its own; they are none of the kit's. */
function copyOf(message: OutgoingMessage): OutgoingMessage {
  const { id, size, deliveryMode, priority, timeToLiveMs, responseRequired, destination } = message;
  const copy: Writable<OutgoingMessage> = { id, size, deliveryMode, priority, timeToLiveMs };
  if (responseRequired !== undefined) copy.responseRequired = responseRequired;
  if (destination !== undefined) copy.destination = destination;
  return copy;
}

/**
 * Its send has returned: the message is the caller's, who changes it (ORD-5). What the producer keeps account by, its
 * id, size and delivery mode, stays, and what changes stays valid. A message that the producer froze stays as it is.
 */
export function changeAfterReturn(message: OutgoingMessage): void {
  Reflect.set(message, 'priority', (message.priority + 5) % 10);
  Reflect.set(message, 'timeToLiveMs', message.timeToLiveMs + 1000);
}
