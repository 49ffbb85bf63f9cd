// Things that must change nothing: an answer after a timeout, an interrupt after the end. If such a thing
// is all that happened in a turn, then nothing may follow from it. Calls of transactions are left out: a
// commit may wait for the answers to its messages.
import type { Send } from '../model/calls.ts';
import { causesOf } from '../model/causes.ts';
import type { Ledger } from '../model/ledger.ts';
import { broken, type Judgement, type Judges } from '../rule.ts';

/**
 * Judges of all that could follow. `culprit`: the send that was answered or interrupted too late in this
 * turn, if one was; `what` puts it into words.
 */
export function disturbedBy(culprit: (ledger: Ledger) => Send | undefined, what: string): Judges {
  const judge =
    (how: string) =>
    (ledger: Ledger): Judgement => {
      const { send, steps } = ledger;
      const late = culprit(ledger);
      if (!late || !send || steps !== 1 || ledger.disrupted) return undefined;
      if (ledger.lost || ledger.closeInvoked) return undefined;
      return broken(`${what} ${late.message.id} ${how} ${send.message.id}`, send);
    };
  return {
    return: judge('ended the call of'),
    // Time may have passed meanwhile, and other reasons with it.
    throw: (ledger) =>
      ledger.send && causesOf(ledger.send, ledger).length > 0
        ? undefined
        : judge('failed the call of')(ledger),
    complete: judge('fired the callback of'),
    receive: (ledger) => (ledger.receivedNow ? judge('let out')(ledger) : undefined),
  };
}
