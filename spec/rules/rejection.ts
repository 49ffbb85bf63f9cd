// Sends that are sure to fail from the moment they are invoked: each must fail at once, by the right kind of
// error, and never go out. The rules of each reason stand in their chapters.
import { wrongKind, type Cause } from '../model/causes.ts';
import type { Rejection } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import { broken, stillPending, type Judges } from '../rule.ts';

/** Judges of the sends that are rejected for `reason`, and must fail with kind `kind`; `fault` says why, in words. */
export function failsAtOnce(reason: Rejection, kind: Cause, fault: string): Judges {
  const rejected = ({ send }: Ledger) => (send?.rejection === reason ? send : undefined);
  return {
    throw: (ledger) => {
      const send = rejected(ledger);
      const wrong = send && wrongKind(send, kind, ledger);
      return wrong ? broken(wrong, send) : send && 'holds';
    },
    return: (ledger) => {
      const send = rejected(ledger);
      return send && broken(`the send of ${send.message.id} returned, although ${fault}`, send);
    },
    receive: (ledger) => {
      const send = rejected(ledger);
      return send && broken(`${send.message.id} was sent, although ${fault}`, send);
    },
    overdue: (ledger) => {
      const send = rejected(ledger);
      return send && stillPending(send, `it can only fail: ${fault}`);
    },
  };
}
