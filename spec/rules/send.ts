// Any send: it fails only with a documented error. Some calls are sure to fail from the moment they are invoked:
// each must fail at once, by the right kind of error, and send nothing. The checks of the destination, at the
// head of send, are here; the other reasons stand in their chapters.
import { CAUSE_OF, causesOf, wrongKind, type Cause } from '../model/causes.ts';
import type { TransactionAction } from '../events/message.ts';
import { TransactionCall, type Call, type Rejection } from '../model/calls.ts';
import { mayFailInCallback } from '../model/in-callbacks.ts';
import type { Ledger } from '../model/ledger.ts';
import {
  broken,
  brokenBy,
  chapter,
  SENDS,
  stillPending,
  type Judgement,
  type Judges,
} from '../rule.ts';

/** SND-1. */
export const SEND_RULES = chapter({}, [
  {
    id: 'SND-1',
    statement: 'A send fails only with a documented error.',
    rationale:
      'An error without a cause makes the application drop or repeat a message for no reason.',
    source: 'Jakarta Messaging 3.1, 7.2 and 7.3.2; ActiveMQMessageProducer.send, its throws clause',
    lookFirst:
      'Which branch threw? Look for state that outlived its reason: a failure kept from an ' +
      'earlier send, a timer that was not cancelled, a listener that was not removed.',
    about: [...SENDS, 'rejected'],
    judges: {
      throw: (ledger) => {
        const { send } = ledger;
        if (!send) return undefined;
        if (causesOf(send, ledger).length > 0) return 'holds';
        const message = ledger.failure?.message ?? '';
        return brokenBy(send, `failed without a cause: ${message}`);
      },
    },
  },
]);

/** DST-1 to DST-4. */
export const DESTINATION_RULES = chapter({ needs: ['destinations'], about: ['rejected'] }, [
  {
    id: 'DST-1',
    statement: 'A send fails if neither the producer nor the message has a destination.',
    rationale:
      'The message has no destination. A producer that guesses one, or drops the message, hides ' +
      'the mistake.',
    source: 'notes, `A destination must be specified.`',
    lookFirst: 'What happens when neither the producer nor the message names a destination?',
    judges: failsAtOnce('no-destination', 'it has no destination'),
  },
  {
    id: 'DST-2',
    statement:
      'A send to an explicit null destination fails, even if the producer has a destination.',
    rationale: 'Null is a mistake of the caller, not a request for the default.',
    source: "notes, `Don't understand null destinations`",
    lookFirst: 'Does the check distinguish null from absent?',
    judges: failsAtOnce('null-destination', 'its destination is null'),
  },
  {
    id: 'DST-3',
    statement: 'A producer bound to one destination refuses another.',
    rationale: "A message that goes to another destination than the producer's is as good as lost.",
    source: 'notes, `This producer can only send messages to: …`',
    lookFirst: "Does the check compare the message's destination with the producer's?",
    judges: failsAtOnce('foreign-destination', 'the producer is bound elsewhere'),
  },
  {
    id: 'DST-4',
    statement: 'A failed destination check happens before any wait, and takes no space.',
    rationale: 'A send that can only fail must neither block first nor hold up others.',
    source: 'notes, the order of steps in `ActiveMQMessageProducer.send`',
    lookFirst: 'Does the destination check come before the wait for space?',
    needs: ['destinations', 'window'],
    judges: {
      throw: ({ send, failure }) => {
        if (!send?.rejection?.endsWith('-destination') || send.fitWhenInvoked) return undefined;
        if (!send.settledPending) return 'holds';
        const kind = failure?.kind;
        if (kind !== undefined && kind !== 'invalid-destination') return undefined;
        return brokenBy(send, 'waited before its destination was checked');
      },
      overdue: ({ send }) =>
        send?.rejection?.endsWith('-destination') && !send.fitWhenInvoked
          ? stillPending(send, 'its destination is wrong, which no wait can mend')
          : undefined,
    },
  },
]);

/** Judges of the calls that are rejected for `reason`; `fault` says why, in words. */
export function failsAtOnce(reason: Rejection, fault: string): Judges {
  const rejected = ({ call }: Ledger) =>
    call && 'rejection' in call && call.rejection === reason ? call : undefined;
  return {
    throw: (ledger) => {
      const call = rejected(ledger);
      if (!call) return undefined;
      // Jakarta Messaging has one exception for a closed session and for a call out of place.
      const isOutOfPlace = call.action !== 'send' && ledger.failure?.kind === 'illegal-state';
      return isOutOfPlace || hasNoName(call) ? 'holds' : failedAs(CAUSE_OF[reason], call, ledger);
    },
    return: (ledger) => {
      const call = rejected(ledger);
      // CMP-1 asks that its callback is told.
      if (call?.action === 'send' && mayFailInCallback(call, ledger)) return undefined;
      return call && brokenBy(call, `returned, although ${fault}`);
    },
    receive: (ledger, { packet }) => {
      const { send } = ledger;
      if (send?.rejection === reason)
        return broken(`${send.message.id} was sent, although ${fault}`, send);
      const call = packet.type === 'message' ? undefined : rejectedCall(packet.type, ledger);
      if (call?.rejection !== reason) return undefined;
      return broken(`the broker received a ${call.action}, although ${fault}`, call);
    },
    overdue: (ledger) => {
      const call = rejected(ledger);
      return call && stillPending(call, `it can only fail: ${fault}`);
    },
  };
}

/** A pending call that is sure to fail, and whose packet would be of this type. */
export function rejectedCall(
  type: TransactionAction,
  { pending }: Ledger,
): TransactionCall | undefined {
  for (const call of pending)
    if (call instanceof TransactionCall && call.action === type && call.rejection) return call;
  return undefined;
}

/** An empty name is none: many a client fails where it makes the destination, by what error it will. */
function hasNoName(call: Call): boolean {
  return call.action === 'send' && call.message.destination === '';
}

/** A call that failed for a cause that asks for this kind of error. */
export function failedAs(kind: Cause, call: Call, ledger: Ledger): Judgement {
  const wrong = wrongKind(call, kind, ledger);
  return wrong ? broken(wrong, call) : 'holds';
}
