// What a real broker refuses, as far as the kit was told: every message to certain destinations, and
// with them the commit of a transaction that such a message was part of. Scripted brokers refuse by the
// scenario instead.
import type { Send, Transaction } from '../../spec/model/calls.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';

/** Whether the broker will refuse a message for its destination. */
export function isRefused(
  message: OutgoingMessage,
  settings: ProducerSettings,
  refusedDestinations: readonly string[] = [],
): boolean {
  const destination =
    message.destination === undefined ? settings.destination : message.destination;
  return typeof destination === 'string' && refusedDestinations.includes(destination);
}

/**
 * How the broker answers the end of a transaction, given its refused sends. It must refuse the commit only
 * if one of them was on its way before, its caller told nothing; else nobody but the broker can tell.
 */
export function answerToEnd(
  { endedBy, endedTurn }: Transaction,
  refused: readonly Send[],
): 'ack' | 'refuse' | 'unknown' {
  if (endedBy === 'rollback' || refused.length === 0) return 'ack';
  const isCertain = refused.some(
    (send) =>
      send.dispatch === 'async' && send.outcome === 'returned' && send.endedTurn < endedTurn,
  );
  return isCertain ? 'refuse' : 'unknown';
}
