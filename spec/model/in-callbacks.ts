// What profiles say of completion callbacks: whether a close waits for them, and whether a failure may be theirs to
// report.
import type { Call, Send } from './calls.ts';
import type { Ledger } from './ledger.ts';

/** A close is under way that waits for callbacks. */
export function isClosing({ profile, closeInvoked, closeReturned }: Ledger): boolean {
  return profile.closeWaits === 'for-callbacks' && closeInvoked && !closeReturned;
}

/** Whether a call may go on although a close is under way: that waits for its callback. */
export function outlivesClose(call: Call, ledger: Ledger): boolean {
  return call.action === 'send' && call.completion && !call.rejection && isClosing(ledger);
}

/** Whether a close may wait: for a callback whose send has no answer yet. */
export function closeMayWait(ledger: Ledger): boolean {
  if (!isClosing(ledger)) return false;
  for (const send of ledger.notices.unfired)
    if (send.answer === 'none' && !send.rejection) return true;
  return false;
}

/** The first send that has gone out, and whose callback has not fired: a close that waits for callbacks waits for it. */
export function awaitedByClose(ledger: Ledger): Send | undefined {
  if (ledger.lost) return undefined;
  for (const send of ledger.notices.unfired)
    if (isOut(send, ledger) && !send.rejection) return send;
  return undefined;
}

/** Whether a send may return and leave it to its callback to say that it failed. */
export function mayFailInCallback(send: Send, { profile }: Ledger): boolean {
  return send.completion && profile.failures === 'from-call-or-callback';
}

/** Whether it has gone out, as far as the history shows: a return says nothing if a callback may yet report a failure. */
export function isOut(send: Send, ledger: Ledger): boolean {
  return ledger.seesPackets && mayFailInCallback(send, ledger) ? send.received : send.admitted;
}

/** A callback was told of an error. What did not go out takes no space; where packets are unseen, nobody can tell. */
export function failInCallback(send: Send, ledger: Ledger): void {
  if (!mayFailInCallback(send, ledger)) return;
  send.failedInCallback = true;
  if (send.holding && !send.received) ledger.account.doubt(send);
}
