// How a call enters the ledger: what is decided at the moment it is invoked, and never again.
import type { Call, Doom, Send } from './calls.ts';
import { DISPATCH, rowOf } from './decision.ts';
import { HistoryError, type InvokeEvent } from './history.ts';
import type { Ledger } from './ledger.ts';
import type { OutgoingMessage } from './message.ts';
import type { ProducerSettings } from './settings.ts';
import { fits, isCharged, isTooLarge, type Admission } from './window.ts';

/** The record of a call just invoked. The ledger has already counted the invocation. */
export function openCall(event: InvokeEvent, ledger: Ledger): Call {
  const { op, action } = event;
  switch (action) {
    case 'send':
      return openSend(event, ledger);
    case 'close':
      return { ...base(op, ledger), action, again: ledger.closeInvoked };
    case 'begin':
      if (ledger.transactions.current) throw new HistoryError('begin inside an open transaction');
      return {
        ...base(op, ledger),
        action,
        transaction: ledger.transactions.begin(ledger.seesPackets),
      };
    case 'commit':
    case 'rollback':
      return {
        ...base(op, ledger),
        action,
        transaction: ledger.transactions.end(action, ledger.turn),
      };
    case 'interrupt':
      throw new HistoryError('an interrupt is no call of its own');
  }
}

function base(op: number, ledger: Ledger) {
  return {
    op,
    order: ledger.invocations,
    invokedTurn: ledger.turn,
    invokedMs: ledger.nowMs,
    outcome: 'pending' as const,
    failure: undefined,
    interruptedTurn: -1,
    endedTurn: -1,
    settledPending: false,
  };
}

function openSend(event: InvokeEvent, ledger: Ledger): Send {
  const { settings, profile } = ledger;
  const message = event.message;
  if (!message) throw new HistoryError(`operation ${event.op} sends no message`);
  const transaction = ledger.transactions.current;
  const completion = event.completion ?? false;
  const row = rowOf({
    completion,
    timeout: settings.sendTimeoutMs > 0,
    alwaysSyncSend: settings.alwaysSyncSend,
    responseRequired: message.responseRequired ?? false,
    transacted: transaction !== undefined,
    persistent: message.deliveryMode === 'persistent',
    useAsyncSend: settings.useAsyncSend,
  });
  const dispatch = DISPATCH[row];
  const charge = event.charge ?? message.size;
  const charged = isCharged(dispatch, profile);
  const admission: Admission = {
    windowSize: settings.windowSize,
    usage: ledger.account.usage,
    charge,
    charged,
  };
  // Spelt out, field by field: a spread here would make every send a slow object.
  return {
    op: event.op,
    order: ledger.invocations,
    invokedTurn: ledger.turn,
    invokedMs: ledger.nowMs,
    outcome: 'pending',
    failure: undefined,
    interruptedTurn: -1,
    endedTurn: -1,
    settledPending: false,
    action: 'send',
    message,
    row,
    dispatch,
    completion,
    charged,
    charge,
    timeoutMs: dispatch === 'timed' ? settings.sendTimeoutMs : 0,
    transaction,
    doom: doomOf(message, admission, ledger),
    nested: event.from !== undefined,
    fitWhenInvoked: ledger.waiting.size === 0 && fits(admission, profile),
    usageWhenInvoked: ledger.account.usageOfReturned,
    received: false,
    admitted: false,
    receivedSettledMs: -1,
    returnedOrder: -1,
    holding: false,
    answer: 'none',
    answeredTurn: -1,
    waited: false,
    waitedForSpace: false,
    waitedAtLoss: false,
    over: false,
    completions: 0,
    asyncErrors: 0,
  };
}

function doomOf(message: OutgoingMessage, admission: Admission, ledger: Ledger): Doom | undefined {
  if (ledger.closeReturned) return 'closed';
  if (ledger.lost && ledger.lostTurn < ledger.turn) return 'connection-lost';
  return destinationFault(message, ledger.settings) ?? sizeFault(admission, ledger);
}

/** Why the destination check must fail, if it must (notes, the head of `ActiveMQMessageProducer.send`). */
export function destinationFault(
  message: OutgoingMessage,
  settings: ProducerSettings,
): Doom | undefined {
  const { destination } = message;
  if (destination === null) return 'null-destination';
  if (destination === undefined) return settings.destination === undefined ? 'no-destination' : undefined;
  const foreign = settings.destination !== undefined && settings.destination !== destination;
  return foreign ? 'foreign-destination' : undefined;
}

function sizeFault(admission: Admission, ledger: Ledger): Doom | undefined {
  return isTooLarge(admission, ledger.profile) ? 'too-large' : undefined;
}

