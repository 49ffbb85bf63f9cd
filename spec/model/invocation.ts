// How a call enters the ledger: what is decided at the moment it is invoked, and never again.
import { HistoryError, type InvokeEvent, type Op } from '../events/history.ts';
import type { OutgoingMessage, TransactionAction } from '../events/message.ts';
import type { ProducerSettings } from '../events/settings.ts';
import {
  CloseCall,
  FlushCall,
  leavesItsId,
  Send,
  TransactionCall,
  type Call,
  type Rejection,
} from './calls.ts';
import { DISPATCH, rowOf, type Row } from './decision.ts';
import { backlogOf } from './flush.ts';
import { awaitedByClose } from './in-callbacks.ts';
import type { Ledger } from './ledger.ts';
import { isCharged, isTooLarge } from './window.ts';

/** Enters a call just invoked, which is already counted, into the ledger. */
export function enterCall(event: InvokeEvent, ledger: Ledger): Call {
  const call = openCall(event, ledger);
  if (!ledger.calls.add(call.op, call))
    throw new HistoryError(`operation ${call.op} is invoked twice`);
  ledger.pending.add(call);
  if (call.action !== 'send') return call;
  const { id } = call.message;
  const former = ledger.sends.get(id);
  if (former && !leavesItsId(former))
    throw new HistoryError(`message ${id} is sent twice by the application`);
  if (former) ledger.sends.replace(id, call);
  else ledger.sends.add(id, call);
  if (!call.rejection) ledger.waiting.add(call);
  return call;
}

function openCall(event: InvokeEvent, ledger: Ledger): Call {
  const { action, from } = event;
  if (from !== undefined) assertToldOf(from, ledger);
  switch (action) {
    case 'send':
      return openSend(event, ledger);
    case 'close':
      return new CloseCall(event, ledger.closeInvoked, findsCallbacks(ledger), ledger);
    case 'flush':
      return new FlushCall(event, backlogOf(ledger), ledger);
    case 'begin':
    case 'commit':
    case 'rollback': {
      const rejection = endOf(ledger);
      const transaction = rejection ? undefined : openOrEnd(action, ledger);
      return new TransactionCall(event, action, transaction, rejection, ledger);
    }
    case 'interrupt':
      throw new HistoryError('an interrupt is no call of its own');
  }
}

function findsCallbacks(ledger: Ledger): boolean {
  return ledger.profile.closeWaits !== 'no' && awaitedByClose(ledger) !== undefined;
}

function openSend(event: InvokeEvent, ledger: Ledger): Send {
  const { op, message, completion = false } = event;
  if (!message) throw new HistoryError(`operation ${op} sends no message`);
  const { settings, profile, transactions, waiting, account } = ledger;
  const { responseRequired = false, deliveryMode } = message;
  const row = rowOfSend(completion, responseRequired, deliveryMode === 'persistent', ledger);
  const charge = profile.unit === 'messages' ? 1 : (event.charge ?? message.size);
  const charged = isCharged(DISPATCH[row], profile);
  const mayCharge = !charged && profile.charges === 'at-least-returning-sends';
  return new Send(event, message, ledger, {
    row,
    charged,
    mayCharge,
    charge,
    timeoutMs: DISPATCH[row] === 'timed' ? settings.sendTimeoutMs : 0,
    transaction: transactions.current,
    rejection: rejectionOf(message, charge, charged, ledger),
    fitWhenInvoked: waiting.size === 0 && ledger.fits({ charge, charged }),
    foundFull: ledger.mayNotFit({ charge, charged }),
    usageWhenInvoked: account.usageOfReturned,
  });
}

/** The transaction that a call opens or ends; absent: it ends none. */
function openOrEnd(action: TransactionAction, { transactions, turn, seesPackets }: Ledger) {
  if (action !== 'begin') return transactions.end(action, turn);
  if (transactions.current) throw new HistoryError('begin inside an open transaction');
  return transactions.begin(seesPackets);
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

function assertToldOf(op: Op, ledger: Ledger): void {
  const outer = ledger.callOf(op);
  const isNamed = outer?.action === 'send' && outer.completions + outer.asyncErrors > 0;
  if (isNamed || (outer && ledger.notices.anonymousErrors > 0)) return;
  throw new HistoryError(
    `a call from the callback of operation ${op}, of which the application was not told`,
  );
}

function rejectionOf(
  message: OutgoingMessage,
  charge: number,
  charged: boolean,
  ledger: Ledger,
): Rejection | undefined {
  const { settings, profile } = ledger;
  const { windowSize } = settings;
  return (
    endOf(ledger) ??
    destinationFault(message, settings) ??
    (isTooLarge({ windowSize, charge, charged }, profile) ? 'too-large' : undefined)
  );
}

/** Why nothing more can be done with the producer, if that is certain. */
export function endOf({
  closeReturned,
  lost,
  lostTurn,
  turn,
}: Ledger): TransactionCall['rejection'] {
  if (closeReturned) return 'closed';
  return lost && lostTurn < turn ? 'connection-lost' : undefined;
}

/** Why the destination check must fail, if it must (notes, the head of `ActiveMQMessageProducer.send`). */
export function destinationFault(
  message: OutgoingMessage,
  settings: ProducerSettings,
): Rejection | undefined {
  const { destination } = message;
  if (destination === null) return 'null-destination';
  if (destination === undefined)
    return settings.destination === undefined ? 'no-destination' : undefined;
  const foreign = settings.destination !== undefined && settings.destination !== destination;
  return foreign ? 'foreign-destination' : undefined;
}
