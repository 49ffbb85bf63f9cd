// Async sends: once admitted they return, and the answer reaches the application another way.
// ASY-1 and ASY-2 are in headline.ts.
import { causesOf } from '../model/causes.ts';
import type { AsyncErrorEvent } from '../events/history.ts';
import { returnedUnanswered, waitsAlthoughSent } from '../headline.ts';
import type { Ledger } from '../model/ledger.ts';
import { broken, chapter, type Judgement } from '../rule.ts';

/** ASY-3 to ASY-6. */
export const ASYNC_RULES = chapter({}, [
  {
    id: 'ASY-3',
    statement: 'With useAsyncSend a persistent send never waits for an acknowledgement.',
    rationale:
      'The setting buys throughput at a known risk. A send that waits anyway takes the ' +
      'throughput away.',
    source: 'notes, `connection.isUseAsyncSend()`',
    lookFirst: 'Is useAsyncSend part of the decision for persistent messages?',
    needs: ['use-async-send'],
    about: [6],
    judges: { return: returnedUnanswered, overdue: waitsAlthoughSent },
  },
  {
    id: 'ASY-4',
    statement: 'A send with a completion callback never waits for an acknowledgement.',
    rationale:
      'The caller learns the answer from the callback. A send that also blocks makes the ' +
      'callback pointless.',
    source: 'notes, `onComplete == null`; Jakarta Messaging 3.1, 7.3',
    lookFirst: 'Does the decision check for a callback before everything else?',
    needs: ['completion'],
    about: [1],
    judges: { return: returnedUnanswered, overdue: waitsAlthoughSent },
  },
  {
    id: 'ASY-5',
    statement: 'A refused async send is reported to the error listener exactly once.',
    rationale:
      'The call has returned, so the application can learn of the loss only from the listener.',
    source: 'ActiveMQConnection.onAsyncException; ConnectionError from the broker',
    lookFirst: 'What handles the answer to a send that no caller awaits?',
    needs: ['async-errors'],
    judges: {
      'async-error': judgeReport,
      settle: (ledger) => {
        const { unreported, anonymousErrors } = ledger.notices;
        if (isExcused(ledger) || unreported.size === 0) return undefined;
        // Where packets are unseen, a send that waits inside the producer may be refused beforehand.
        const owed = [...unreported].filter((send) => send.admitted);
        const [send] = owed;
        if (owed.length <= anonymousErrors || !send) return undefined;
        return broken(`the refusal of ${send.message.id} was reported to nobody`, send);
      },
    },
  },
  {
    id: 'ASY-6',
    statement: 'An async send that was admitted does not fail for its answer.',
    rationale:
      'An admitted async send has returned or is about to return. Its answer is for the ' +
      'listener, not for the caller.',
    source: 'notes, 异步发送: producer不需要等待broker的反馈',
    lookFirst: 'Does the call still listen for the answer after its message was written?',
    about: [4, 5, 6],
    judges: {
      refuse: ({ send }) =>
        send?.dispatch === 'async' && send.outcome === 'returned' ? 'holds' : undefined,
      throw: (ledger) => {
        const { send } = ledger;
        if (send?.dispatch !== 'async' || !send.admitted) return undefined;
        const causes = causesOf(send, ledger);
        if (causes.length !== 1 || causes[0] !== 'refused') return undefined;
        return broken(`the async send of ${send.message.id} failed for its refusal`, send);
      },
    },
  },
]);

/** After a cut a message may never have been refused, or, sent again, have been refused twice. */
function isExcused({ closeInvoked, lost, disrupted }: Ledger): boolean {
  return closeInvoked || lost || disrupted;
}

function judgeReport(ledger: Ledger, { error }: AsyncErrorEvent): Judgement {
  const { send } = ledger;
  if (send) {
    if (send.asyncErrors > 1) {
      return broken(`${send.message.id} was reported ${send.asyncErrors} times`, send);
    }
    return send.answer === 'refuse' && send.dispatch === 'async' ? 'holds' : undefined;
  }
  if (ledger.lostByRefusal && error.kind === 'refused') return 'holds';
  // Listeners are told of other things too; without a message only a refusal can be counted.
  if (isExcused(ledger) || error.kind !== 'refused') return undefined;
  const { anonymousRefusals, refusals } = ledger.notices;
  if (anonymousRefusals <= refusals) return 'holds';
  return broken(`${anonymousRefusals} refusals were reported, of ${refusals} there were`);
}
