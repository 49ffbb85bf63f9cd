// The causes for which a call may lawfully fail. A failure with a cause is never held against the
// producer; one without is. What kind of error it must be is judged only where nothing raced.
import { type Call, type Rejection, rolledBack, type Send, type Transaction } from './calls.ts';
import type { ErrorKind } from '../events/failure.ts';
import type { TransactionAction } from '../events/message.ts';
import { destinationFault } from './invocation.ts';
import { isOut } from './in-callbacks.ts';
import type { Ledger } from './ledger.ts';
import { isTooLarge } from './window.ts';

/**
 * `rollback`: its transaction was rolled back, or its begin or commit refused; `full`: it did not fit, where that is a
 * reason to fail. Of these two any kind of error will do.
 */
export type Cause = Exclude<ErrorKind, 'other'> | 'rollback' | 'full';

/** The one cause that each rejection gives. */
export const CAUSE_OF: Readonly<Record<Rejection, Cause>> = {
  closed: 'closed',
  'connection-lost': 'connection-lost',
  'too-large': 'too-large',
  'no-destination': 'invalid-destination',
  'null-destination': 'invalid-destination',
  'foreign-destination': 'invalid-destination',
};

/** Every cause recorded so far for which `call` may fail. */
export function causesOf(call: Call, ledger: Ledger): Cause[] {
  const causes: Cause[] = [];
  if (ledger.closeInvoked) causes.push('closed');
  if (ledger.lost || mayFailForCut(call, ledger)) causes.push('connection-lost');
  if (ledger.lostByRefusal) causes.push('refused');
  if (call.interruptedTurn >= 0) causes.push('interrupted');
  if (call.action === 'send') addCausesOfSend(call, ledger, causes);
  else if (call.action === 'flush') {
    if (ledger.failures > 0 || ledger.notices.refusals > 0) causes.push('refused');
  } else if (call.action !== 'close') {
    if (!call.transaction) causes.push('illegal-state');
    else addCausesOfTransactionCall(call.action, call.transaction, causes);
  }
  return causes;
}

/** Where packets are seen, only what was under way when the connection was made anew. */
function mayFailForCut(call: Call, ledger: Ledger): boolean {
  return ledger.disrupted && (!ledger.seesPackets || ledger.isDoubtful(call));
}

function addCausesOfTransactionCall(
  action: TransactionAction,
  transaction: Transaction,
  causes: Cause[],
): void {
  if (action === 'begin') {
    if (transaction.begin === 'refused') causes.push('refused');
    return;
  }
  // It ends what does not exist: a producer may call that a refusal or a mistake.
  if (transaction.begin === 'refused') causes.push('refused', 'illegal-state');
  else if (transaction.endAnswer === 'refuse') causes.push('refused');
  else if (action === 'commit' && mayBeRefused(transaction)) causes.push('refused');
}

/**
 * Whether a call has just failed because it was made from inside a callback, where a producer may forbid all calls but
 * sends (Jakarta Messaging 3.1, 7.3.5). A commit that has gone out was not forbidden.
 */
export function isForbidden(call: Call, { failure }: Ledger): boolean {
  if (!call.nested || call.action === 'send' || call.action === 'flush' || !failure) return false;
  const transaction = call.action === 'close' ? undefined : call.transaction;
  if (transaction?.endReceived || transaction?.endAnswer === 'refuse') return false;
  // What does not exist cannot be ended, wherever that is tried.
  if (transaction?.begin === 'refused') return false;
  if (failure.kind === undefined) return !transaction?.refused;
  return failure.kind === 'illegal-state';
}

/** By the broker, or by a producer that knows of a refused message before the broker has committed. */
function mayBeRefused({ endAnswer, refused }: Transaction): boolean {
  return endAnswer === 'refuse' || (refused && endAnswer === 'none');
}

function addCausesOfSend(send: Send, ledger: Ledger, causes: Cause[]): void {
  if (send.answer === 'refuse' && !ledger.lostByRefusal) causes.push('refused');
  if (hasTimedOut(send, ledger)) causes.push('timeout');
  if (send.mayCharge && isTooLargeIfCharged(send, ledger)) causes.push('too-large');
  if (rolledBack(send)) causes.push('rollback');
  if (mayFailForSpace(send, ledger)) causes.push('full');
  if (send.rejection) addFaults(send, send.rejection, ledger, causes);
}

/** A rejection names one fault; a send that is wrong in several ways may fail for any of them. */
function addFaults(send: Send, rejection: Rejection, ledger: Ledger, causes: Cause[]): void {
  const { settings, profile } = ledger;
  const { charge, charged } = send;
  const admission = { windowSize: settings.windowSize, charge, charged };
  const destination = destinationFault(send.message, settings);
  const size: Rejection | undefined = isTooLarge(admission, profile) ? 'too-large' : undefined;
  for (const fault of [rejection, destination, size]) {
    if (fault && !causes.includes(CAUSE_OF[fault])) causes.push(CAUSE_OF[fault]);
  }
}

/** Whether a send may fail because there is no room for it. */
function mayFailForSpace(send: Send, ledger: Ledger): boolean {
  if (ledger.profile.whenFull !== 'fail' || isOut(send, ledger) || send.rejection) return false;
  return send.foundFull || ledger.mayNotFit(send);
}

/** A producer that takes space for such a send as well may find it larger than the whole window. */
function isTooLargeIfCharged({ charge }: Send, { settings, profile }: Ledger): boolean {
  return isTooLarge({ windowSize: settings.windowSize, charge, charged: true }, profile);
}

/** Whether a pending call may fail for its timeout. */
export function someTimedOut(ledger: Ledger): boolean {
  for (const call of ledger.pending)
    if (call.action === 'send' && hasTimedOut(call, ledger)) return true;
  return false;
}

/** The time for its acknowledgement is over, or, unless it has gone out, that for its wait for space. */
function hasTimedOut(send: Send, ledger: Ledger): boolean {
  const { windowSize, maxBlockMs = 0 } = ledger.settings;
  const passedMs = ledger.nowAtMs - send.invokedAtMs;
  if (send.timeoutMs > 0 && passedMs >= send.timeoutMs) return true;
  return windowSize > 0 && maxBlockMs > 0 && passedMs >= maxBlockMs && !isOut(send, ledger);
}

/**
 * What is wrong with the kind of a failed call's error, given that `expected` is the right one; absent
 * when nothing is, when other causes applied too, when the cause raced with the invocation, or when
 * the adapter cannot tell kinds apart.
 */
export function wrongKind(call: Call, expected: Cause, ledger: Ledger): string | undefined {
  const kind = ledger.failure?.kind;
  if (kind === undefined || kind === expected) return undefined;
  const causes = causesOf(call, ledger);
  if (causes.length !== 1 || causes[0] !== expected) return undefined;
  const certain =
    call.action !== 'close' &&
    call.action !== 'flush' &&
    (call.rejection !== undefined || (call.action === 'send' && call.interruptedBefore));
  if (!certain && !call.settledPending) return undefined;
  return `it failed with kind ${kind}; the only cause was ${expected}`;
}

/** Whether a message was received whose send had failed before, for certain. */
export function arrivedAfterItsFailure(ledger: Ledger): boolean {
  const { send } = ledger;
  if (send?.outcome !== 'failed' || !ledger.receivedNow) return false;
  // Timeouts of one turn race as well; behind a sync send, the end of one lets the next out.
  const raced = ledger.steps === 'several' || ledger.profile.syncHoldsUp !== 'nobody';
  return send.endedTurn < ledger.turn || !raced;
}
