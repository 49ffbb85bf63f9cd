// Flush: what it must wait for, and what it may wait for.
import { type FlushCall, rolledBack, type Send } from './calls.ts';
import type { Ledger } from './ledger.ts';

/** Sends that have returned and are unanswered: what a flush invoked now must wait for. */
export function backlogOf(ledger: Ledger): Send[] {
  return [...ledger.sends.entries.values()].filter(
    (send) => send.outcome === 'returned' && isOutstanding(send, ledger),
  );
}

/** The first of the sends that a flush must wait for of which nothing is known yet. */
export function firstOwed({ owed }: FlushCall, ledger: Ledger): Send | undefined {
  return owed.find((send) => isOutstanding(send, ledger));
}

/**
 * Whether a flush may still wait for something: any answer that is due, also to what was sent after it, or a send
 * that is under way. Where packets are unseen, nobody can tell.
 */
export function mayAwaitMore(flush: FlushCall, ledger: Ledger): boolean {
  if (!ledger.seesPackets || ledger.unanswered > 0 || firstOwed(flush, ledger)) return true;
  for (const call of ledger.pending) if (call.action === 'send' && !call.rejection) return true;
  for (const one of ledger.transactions.byId.entries.values())
    if (one.begin === 'received' || (one.endReceived && one.endAnswer === 'none')) return true;
  return false;
}

/** It has no answer, one can come, and the application has been told of none. */
function isOutstanding(send: Send, { lost, closeInvoked, disrupted }: Ledger): boolean {
  if (send.answer !== 'none' || lost || closeInvoked || disrupted) return false;
  return !rolledBack(send) && send.completions + send.asyncErrors === 0;
}
