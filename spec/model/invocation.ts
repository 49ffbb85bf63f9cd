// How a call enters the ledger: what is decided at the moment it is invoked, and never again.
import {
  CloseCall,
  Send,
  TransactionCall,
  type Call,
  type Doom,
  type Moment,
  type SendFacts,
} from './calls.ts';
import { DISPATCH, rowOf, type Row } from './decision.ts';
import { HistoryError, type InvokeEvent, type Op } from '../events/history.ts';
import type { Ledger } from './ledger.ts';
import type { OutgoingMessage } from '../events/message.ts';
import type { ProducerSettings } from '../events/settings.ts';
import { fits, isCharged, isTooLarge, type Admission } from './window.ts';

/** The record of a call just invoked. The ledger has already counted the invocation. */
export function openCall(event: InvokeEvent, ledger: Ledger): Call {
  const { op, action } = event;
  const { transactions, turn, nowMs } = ledger;
  const moment: Moment = { op, order: ledger.invocations, turn, nowMs };
  switch (action) {
    case 'send':
      return new Send(moment, factsOf(event, ledger));
    case 'close':
      return new CloseCall(moment, ledger.closeInvoked);
    case 'begin':
      if (transactions.current) throw new HistoryError('begin inside an open transaction');
      return new TransactionCall(moment, action, transactions.begin(ledger.seesPackets));
    case 'commit':
    case 'rollback':
      return new TransactionCall(moment, action, transactions.end(action, turn));
    case 'interrupt':
      throw new HistoryError('an interrupt is no call of its own');
  }
}

function factsOf(event: InvokeEvent, ledger: Ledger): SendFacts {
  const { settings, profile } = ledger;
  const message = event.message;
  if (!message) throw new HistoryError(`operation ${event.op} sends no message`);
  if (event.from !== undefined) assertFired(event.from, ledger);
  const transaction = ledger.transactions.current;
  const completion = event.completion ?? false;
  const row = rowOfSend(
    completion,
    message.responseRequired ?? false,
    message.deliveryMode === 'persistent',
    ledger,
  );
  const dispatch = DISPATCH[row];
  const charge = event.charge ?? message.size;
  const charged = isCharged(dispatch, profile);
  const admission: Admission = {
    windowSize: settings.windowSize,
    usage: ledger.account.most,
    charge,
    charged,
  };
  return {
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
  };
}

/** The row of the decision table for a send invoked now. */
export function rowOfSend(
  completion: boolean,
  responseRequired: boolean,
  persistent: boolean,
  { settings, transactions }: Pick<Ledger, 'settings' | 'transactions'>,
): Row {
  return rowOf({
    completion,
    timeout: settings.sendTimeoutMs > 0,
    alwaysSyncSend: settings.alwaysSyncSend,
    responseRequired,
    transacted: transactions.current !== undefined,
    persistent,
    useAsyncSend: settings.useAsyncSend,
  });
}

function assertFired(op: Op, ledger: Ledger): void {
  const outer = ledger.callOf(op);
  if (outer?.action === 'send' && outer.completions > 0) return;
  throw new HistoryError(`a send from the callback of operation ${op}, which has not fired`);
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
  if (destination === undefined)
    return settings.destination === undefined ? 'no-destination' : undefined;
  const foreign = settings.destination !== undefined && settings.destination !== destination;
  return foreign ? 'foreign-destination' : undefined;
}

function sizeFault(admission: Admission, ledger: Ledger): Doom | undefined {
  return isTooLarge(admission, ledger.profile) ? 'too-large' : undefined;
}
