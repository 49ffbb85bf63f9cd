// How the producers of this folder fail, and the checks they all make at the door. None of it is under
// test except where a mutant says so.
import { DISPATCH, rowOf, type Dispatch } from '../../spec/model/decision.ts';
import type { ErrorKind, OutgoingMessage, ProducerSettings } from '../adapter.ts';

/** A failure that knows its kind. */
export class Fault extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string = kind) {
    super(message);
    this.name = 'Fault';
    this.kind = kind;
  }
}

/** The `errorKind` of every adapter in this folder. */
export function kindOf(error: unknown): ErrorKind {
  if (error instanceof Fault) return error.kind;
  if (isRefusal(error)) return 'refused';
  return isLoss(error) ? 'connection-lost' : 'other';
}

/** Whether the broker refused. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'BrokerRefused';
}

/** Whether the connection went before the answer came. */
export function isLoss(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConnectionLost';
}

/** Throws unless the message may go where it wants to (DST-1 to DST-3). */
export function checkDestination(message: OutgoingMessage, settings: ProducerSettings): void {
  const wanted = message.destination === undefined ? settings.destination : message.destination;
  if (wanted === undefined) throw new Fault('invalid-destination', 'no destination');
  if (wanted === null) throw new Fault('invalid-destination', 'a null destination');
  if (settings.destination !== undefined && settings.destination !== wanted) {
    throw new Fault('invalid-destination', `bound to ${settings.destination}, not ${wanted}`);
  }
}

/** How a send meets its answer, by the decision table. */
export function dispatchOf(
  message: OutgoingMessage,
  settings: ProducerSettings,
  transacted: boolean,
  completion: boolean,
): Dispatch {
  return DISPATCH[
    rowOf({
      completion,
      timeout: settings.sendTimeoutMs > 0,
      alwaysSyncSend: settings.alwaysSyncSend,
      responseRequired: message.responseRequired === true,
      transacted,
      persistent: message.deliveryMode === 'persistent',
      useAsyncSend: settings.useAsyncSend,
    })
  ];
}
