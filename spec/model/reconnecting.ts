// A connection that breaks and is made anew: what it makes of the ledger, and what the producer still owes then.
import { HistoryError } from '../events/history.ts';
import type { Send } from './calls.ts';
import { blocks } from './decision.ts';
import type { Ledger } from './ledger.ts';
import type { Reconnection } from './reconnection.ts';

/** What is unanswered may be sent again, still holding its space, or be given up, as the producer likes. */
export function cut(ledger: Ledger): void {
  ledger.cut = true;
  ledger.disrupted = true;
  ledger.doubtfulUntilTurn = Number.POSITIVE_INFINITY;
  ledger.account.doubtAll();
  for (const call of ledger.pending) if (call.action === 'send') call.settledAtMs = -1;
  if (!ledger.seesPackets) return;
  ledger.unanswered = 0;
  const { reconnection } = ledger;
  reconnection?.cut(ledger.turn);
  for (const send of ledger.admittedThisTurn)
    if (send.outcome === 'returned' && !send.received) reconnection?.keep(send);
}

/** Where packets are seen, whatever is invoked from the next turn on is as it was before. */
export function restore(ledger: Ledger): void {
  if (!ledger.cut) throw new HistoryError('a restore without a cut before it');
  ledger.cut = false;
  if (!ledger.seesPackets) return;
  ledger.doubtfulUntilTurn = ledger.turn;
  if (ledger.reconnection) ledger.reconnection.restoredTurn = ledger.turn;
}

/** Whether a message that the broker had before comes again because the broken connection left it unanswered. */
export function comesAgain(send: Send, { reconnection, cut: isCut }: Ledger): boolean {
  if (!reconnection || isCut || send.transaction || send.answer !== 'none') return false;
  return !reconnection.atBroker.has(send);
}

/** After a settle point with a connection, what is owed was judged: the space of what has not come again is free. */
export function forgetOwed(ledger: Ledger): void {
  const { reconnection } = ledger;
  if (!reconnection || ledger.cut || reconnection.recovering.size > 0) return;
  for (const send of reconnection.owed) {
    if (ledger.concurrent && !isReported(send, ledger, reconnection)) continue;
    reconnection.owed.delete(send);
    ledger.account.release(send);
  }
}

/** Whether the application knows what became of an owed send, or nobody can tell it. */
export function isReported(send: Send, { nowAtMs }: Ledger, of: Reconnection): boolean {
  const { outcome, completions, asyncErrors, completion, dispatch, message } = send;
  if (outcome === 'failed' || completions + asyncErrors > 0) return true;
  if (message.timeToLiveMs > 0 && nowAtMs - send.invokedAtMs >= message.timeToLiveMs) return true;
  if (completion || blocks(dispatch)) return false;
  return of.anonymousErrors > 0 || (!of.tellsErrors && of.resends !== 'at-least-once');
}

/**
 * Whether an owed send that has neither come nor been reported never will: everything has settled. In another process
 * only a later message that has come shows that.
 */
export function isForgotten(send: Send, ledger: Ledger, of: Reconnection): boolean {
  if (isReported(send, ledger, of)) return false;
  const later = of.overtaken.get(send);
  return !ledger.concurrent || (later !== undefined && !ledger.isDoubtful(later));
}

/** Whether the producer may count what it keeps until there is a connection, and what it has not sent again yet. */
export function keepsForLater(ledger: Ledger): boolean {
  const { cut: isCut, reconnection, waiting } = ledger;
  if (!reconnection) return false;
  return isCut || reconnection.owed.size > 0 || (isRecovering(ledger) && waiting.size > 0);
}

/** Whether something that was sent again is unanswered: a producer may send again one by one, each after the last. */
export function isRecovering({ reconnection }: Ledger): boolean {
  return reconnection !== undefined && reconnection.recovering.size > 0;
}

/** Whether the answer to a send came as the connection broke, so that it may be heard only once the send comes again. */
export function mayBeUnheard({ answeredTurn }: Send, ledger: Ledger): boolean {
  if (answeredTurn < 0 || answeredTurn !== ledger.reconnection?.cutTurn) return false;
  return ledger.cut || isRecovering(ledger);
}

/** Whether a send that has returned without a receipt may be kept until there is a connection, or until its turn. */
export function mayBeKept(send: Send, ledger: Ledger): boolean {
  return ledger.isDoubtful(send) || isRecovering(ledger);
}
