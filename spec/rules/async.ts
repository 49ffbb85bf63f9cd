// Async sends: once admitted they return, and the answer reaches the application another way.
// ASY-1 and ASY-2 are in headline.ts.
import { causesOf } from '../model/causes.ts';
import type { AsyncErrorEvent } from '../events/history.ts';
import {
  NON_PERSISTENT_SENDS_NEVER_WAIT,
  TRANSACTED_SENDS_NEVER_WAIT,
  returnedUnanswered,
  waitsAlthoughSent,
} from '../headline.ts';
import type { Ledger } from '../model/ledger.ts';
import { broken, type Judgement, type Rule } from '../rule.ts';

const ASY_3: Rule = {
  id: 'ASY-3',
  level: 'MUST',
  statement: 'With useAsyncSend a persistent send never waits for an acknowledgement.',
  rationale:
    'The setting buys throughput at a known risk; waiting all the same takes the throughput away.',
  source: 'notes, `connection.isUseAsyncSend()`',
  lookFirst: 'Is useAsyncSend part of the decision for persistent messages?',
  needs: ['use-async-send'],
  about: [6],
  judges: { return: returnedUnanswered, overdue: waitsAlthoughSent },
};

const ASY_4: Rule = {
  id: 'ASY-4',
  level: 'MUST',
  statement: 'A send with a completion callback never waits for an acknowledgement.',
  rationale: 'The callback is how the caller learns of the answer; blocking as well defeats it.',
  source: 'notes, `onComplete == null`; Jakarta Messaging 3.1, 7.3',
  lookFirst: 'Is the callback tried before everything else in the decision?',
  needs: ['completion'],
  about: [1],
  judges: { return: returnedUnanswered, overdue: waitsAlthoughSent },
};

const ASY_5: Rule = {
  id: 'ASY-5',
  level: 'MUST',
  statement: 'A refused async send is reported to the error listener exactly once.',
  rationale: 'The caller is gone; the listener is the only place where the loss can be noticed.',
  source: 'ActiveMQConnection.onAsyncException; ConnectionError from the broker',
  lookFirst: 'Who handles the answer of a send that nobody awaits?',
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
};

const ASY_6: Rule = {
  id: 'ASY-6',
  level: 'MUST',
  statement: 'An async send that was admitted does not fail for its answer.',
  rationale: 'It returned, or was about to: the answer concerns the listener, not the caller.',
  source: 'notes, 异步发送: producer 不需要等待 broker 的反馈',
  lookFirst: 'Does the call still watch the answer while it is on its way out?',
  needs: [],
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
};

/** ASY-1 to ASY-6. */
export const ASYNC_RULES: readonly Rule[] = [
  NON_PERSISTENT_SENDS_NEVER_WAIT,
  TRANSACTED_SENDS_NEVER_WAIT,
  ASY_3,
  ASY_4,
  ASY_5,
  ASY_6,
];

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
  // Listeners are told of other things too; without a message only a refusal can be counted.
  if (isExcused(ledger) || error.kind !== 'refused') return undefined;
  const { anonymousRefusals, refusals } = ledger.notices;
  if (anonymousRefusals <= refusals) return 'holds';
  return broken(`${anonymousRefusals} refusals were reported, of ${refusals} there were`);
}
