// Why a call may still be pending at a settle point. This turns "waits" and "never waits" into safety: a
// pending call without a reason is overdue. Which rule that breaks is for the rules to say.
import type { Call, Send, TransactionCall } from './calls.ts';
import { blocks } from './decision.ts';
import { mayAwaitMore } from './flush.ts';
import { closeMayWait, outlivesClose } from './in-callbacks.ts';
import type { Ledger } from './ledger.ts';
import { isRecovering, mayBeUnheard } from './reconnecting.ts';

/**
 * What a pending call waits for: its acknowledgement, room in the window, an earlier call, what must come
 * before the packet of a transaction call, or a connection that can be made anew.
 */
export type WaitReason = 'ack' | 'space' | 'turn' | 'transaction' | 'connection';

/** The reason of one pending call; absent: it is overdue. `first`: no earlier send waits for space. */
export function waitReason(call: Call, first: boolean, ledger: Ledger): WaitReason | undefined {
  if (ledger.lost) return undefined;
  if (call.action === 'close') return closeMayWait(ledger) ? 'ack' : undefined;
  if (ledger.closeInvoked && !outlivesClose(call, ledger)) return undefined;
  if (call.action === 'send' && !call.rejection && mustHeedInterrupt(call, ledger))
    return undefined;
  if (ledger.cut || (isRecovering(ledger) && !isUnderWay(call))) return 'connection';
  if (call.action === 'flush') return mayAwaitMore(call, ledger) ? 'ack' : undefined;
  if (call.action !== 'send') return reasonOfTransactionCall(call, ledger);
  if (call.rejection || hasBlockedTooLong(call, ledger)) return undefined;
  if (!ledger.seesPackets) return reasonUnseen(call, first, ledger);
  return call.admitted ? reasonOfAdmitted(call, ledger) : reasonOfUnadmitted(call, first, ledger);
}

/** Whether the packet of a call has gone out, or never will. */
function isUnderWay(call: Call): boolean {
  if (call.action === 'send') return call.admitted || call.rejection !== undefined;
  if (call.action === 'close' || call.action === 'flush') return true;
  const { action, transaction } = call;
  if (!transaction) return true;
  return action === 'begin' ? transaction.begin !== 'unsent' : transaction.endReceived;
}

/** Classifies every pending call, in order, as if the history settled now. */
export function classifyPending(
  ledger: Ledger,
  tell: (call: Call, reason: WaitReason | undefined, ledger: Ledger) => void,
): void {
  let first = true;
  for (const call of ledger.pending) {
    const reason = waitReason(call, first, ledger);
    if (call.action === 'send' && (reason === 'space' || call.rejection || isWaiting(call, ledger)))
      first = false;
    tell(call, reason, ledger);
  }
}

/** Whether a pending send has not gone out, as far as the history shows. */
export function isWaiting(send: Send, ledger: Ledger): boolean {
  if (send.admitted || send.rejection) return false;
  return ledger.seesPackets || !blocks(send.dispatch);
}

/**
 * Whether an interrupt must end this send. In another process an interrupt may come before the call has begun,
 * and then finds nothing to stop.
 */
export function mustHeedInterrupt(send: Send, ledger: Ledger): boolean {
  if (send.interruptedTurn < 0 || (send.admitted && !blocks(send.dispatch))) return false;
  return !ledger.concurrent || send.interruptedTurn > send.invokedTurn;
}

/** Whether a timeout has passed, counted from the first settle point after the broker received the message. */
export function hasOverrun({ timeoutMs, settledAtMs }: Send, { nowAtMs }: Ledger): boolean {
  return timeoutMs > 0 && settledAtMs >= 0 && nowAtMs - settledAtMs >= timeoutMs;
}

/** Whether a send that may wait for space for so long only has waited longer, counted from a settle point. */
export function hasBlockedTooLong(send: Send, { nowAtMs, settings }: Ledger): boolean {
  const { maxBlockMs = 0 } = settings;
  if (maxBlockMs === 0 || send.blockedSinceAtMs < 0 || send.admitted) return false;
  return nowAtMs - send.blockedSinceAtMs >= maxBlockMs;
}

/** Whether neither the producer nor a send's transaction has ended, and nobody wants the send to: it may go out. */
export function isFreeToGo(send: Send, ledger: Ledger): boolean {
  if (send.rejection || ledger.lost || ledger.closeInvoked) return false;
  if (hasBlockedTooLong(send, ledger)) return false;
  return !mustHeedInterrupt(send, ledger) && !isPastItsTransaction(send, ledger);
}

/**
 * Whether the message of a pending send has gone out, as far as can be told. Where packets cannot be seen, it has
 * if nothing keeps it, unless the producer's own figure says that it does not fit.
 */
export function hasGoneOut(send: Send, ledger: Ledger): boolean {
  if (ledger.seesPackets) return send.admitted;
  if (blocks(send.dispatch)) return true;
  const { sampledUsage: figure, account } = ledger;
  const isKeptOut = figure !== undefined && !ledger.fits(send, figure - account.most);
  return isFreeToGo(send, ledger) && !isKeptOut;
}

/** Whether a waiting send's transaction has ended without it. */
export function isPastItsTransaction({ transaction }: Send, { profile }: Ledger): boolean {
  if (transaction?.endedBy === 'rollback') return profile.transactionsBind === 'waiting-sends';
  return transaction?.endedBy === 'commit' && (transaction.endReceived || transaction.ended);
}

function reasonOfAdmitted(send: Send, ledger: Ledger): WaitReason | undefined {
  // In a transaction whose begin was refused, a producer may take itself to be outside.
  const mayBlock = blocks(send.dispatch) || send.transaction?.begin === 'refused';
  if (!mayBlock) return undefined;
  if (send.answer !== 'none') return mayBeUnheard(send, ledger) ? 'connection' : undefined;
  return hasOverrun(send, ledger) ? undefined : 'ack';
}

function reasonOfUnadmitted(send: Send, first: boolean, ledger: Ledger): WaitReason | undefined {
  const { profile } = ledger;
  const isPast = isPastItsTransaction(send, ledger);
  if (isPast && profile.transactionsBind === 'waiting-sends') return undefined;
  return reasonToQueue(send, first, ledger) ?? (isPast ? undefined : rivalReason(send, ledger));
}

/** Where packets cannot be seen, a send is admitted when it returns. */
function reasonUnseen(send: Send, first: boolean, ledger: Ledger): WaitReason | undefined {
  if (!blocks(send.dispatch))
    return reasonToQueue(send, first, ledger) ?? rivalReason(send, ledger);
  // Its answer may have been let through, and yet what a cut left in doubt keep it from being sent.
  const fits = ledger.fits(send);
  if (!fits && ledger.account.doubtful > 0) return 'space';
  const isOut = send.settledAtMs >= 0 || send.answer !== 'none' || fits;
  return isOut ? reasonOfAdmitted(send, ledger) : 'space';
}

function reasonToQueue(send: Send, first: boolean, ledger: Ledger): WaitReason | undefined {
  const { profile } = ledger;
  if (profile.order === 'first-come-first-served' && !first) return 'turn';
  const { charge, charged, mayCharge } = send;
  const wanted = { charge, charged: charged || mayCharge };
  if (!ledger.fits(wanted, ledger.unseenBeside(send)))
    return profile.whenFull === 'wait' ? 'space' : undefined;
  const isHeldUp = profile.syncHoldsUp !== 'nobody' && ledger.someSyncBlocksBefore(send);
  return isHeldUp ? 'turn' : undefined;
}

/** Another send of the same turn may have begun first, and may wait for space. */
function rivalReason(send: Send, ledger: Ledger): WaitReason | undefined {
  return ledger.settings.windowSize > 0 && ledger.rivalAwaitsSpace(send) ? 'turn' : undefined;
}

function reasonOfTransactionCall(call: TransactionCall, ledger: Ledger): WaitReason | undefined {
  const { transaction } = call;
  if (!transaction) return undefined;
  if (call.action === 'begin') {
    if (transaction.begin === 'received') return 'ack';
    return transaction.begin === 'unsent' && ledger.somePendingBefore(call) ? 'turn' : undefined;
  }
  if (transaction.endAnswer !== 'none') return undefined;
  if (transaction.endReceived || !ledger.seesPackets) return 'ack';
  // It may flush all that is on its way before it is written.
  const begins = transaction.begin === 'unsent' || transaction.begin === 'received';
  if (begins || ledger.unanswered > 0) return 'transaction';
  return ledger.somePendingBefore(call) ? 'turn' : undefined;
}
