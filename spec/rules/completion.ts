// Completion callbacks: exactly once, the truth, and never inside the call.
import { mayBeUnheard } from '../model/reconnecting.ts';
import type { Send } from '../model/calls.ts';
import { causesOf, isForbidden } from '../model/causes.ts';
import type { Ledger } from '../model/ledger.ts';
import { isClosing, mayFailInCallback } from '../model/in-callbacks.ts';
import { broken, brokenBy, chapter, nameOf, SENDS, stillPending } from '../rule.ts';

/** CMP-1 to CMP-7. What breaks only for a callback that sends, diagnosis calls CMP-5. */
export const COMPLETION_RULES = chapter({ needs: ['completion'] }, [
  {
    id: 'CMP-1',
    statement: 'The callback fires exactly once.',
    rationale:
      'A callback that never fires leaks whatever waits for that callback. A callback that fires ' +
      'twice acts twice.',
    source: 'Jakarta Messaging 3.1, 7.3.1 and 7.3.2; apache/kafka 11689, amqp-node/amqplib 419',
    lookFirst: 'Does every path remove the callback from its table before it calls the callback?',
    heeds: ['closeWaits', 'failures'],
    about: [1, 'rejected'],
    judges: {
      complete: (ledger) => {
        const { send } = ledger;
        if (!send) return undefined;
        if (send.outcome === 'failed' && mayFailInCallback(send, ledger))
          return broken(`the callback of ${send.message.id} fired, whose call had failed`, send);
        if (send.completions === 1) return 'holds';
        return broken(`the callback of ${send.message.id} fired ${send.completions} times`, send);
      },
      throw: (ledger) => {
        const { send } = ledger;
        if (!send || send.completions === 0 || !mayFailInCallback(send, ledger)) return undefined;
        return brokenBy(send, 'failed, whose callback had been told already');
      },
      settle: (ledger) => {
        const untold = toldNowhere(ledger);
        if (untold)
          return broken(
            `the callback of ${untold.message.id} has not fired, and its call returned, although it can only fail`,
            untold,
          );
        if (ledger.closeInvoked && !isClosing(ledger)) return undefined;
        const send = owedCallback(ledger);
        if (!send) return undefined;
        const why = ledger.lost ? 'the connection was lost' : 'the broker answered';
        return broken(`the callback of ${send.message.id} has not fired, although ${why}`, send);
      },
    },
  },
  {
    id: 'CMP-2',
    statement: 'The callback does not report success before the ack.',
    rationale:
      'Success means that the broker has the message. Before the ack, the producer cannot know ' +
      'that.',
    source: 'Jakarta Messaging 3.1, 7.3.1; ActiveMQConnection.syncSendPacket(command, onComplete)',
    lookFirst: 'Does the answer fire the callback, or does the write?',
    about: [1, 'rejected'],
    judges: {
      complete: ({ send }, event) => {
        if (!send || event.error || send.answer === 'refuse') return undefined;
        if (send.answer === 'ack') return 'holds';
        return broken(`the callback of ${send.message.id} reported success before the ack`, send);
      },
    },
  },
  {
    id: 'CMP-3',
    statement: 'The callback carries the refusal; it carries no error without a cause.',
    rationale: 'The application learns the fate of its message only from the callback.',
    source: 'Jakarta Messaging 3.1, 7.3.2; ActiveMQConnection.syncSendPacket(command, onComplete)',
    lookFirst: 'Does an error answer reach the callback as an error?',
    about: [1, 'rejected'],
    judges: {
      complete: (ledger, event) => {
        const { send } = ledger;
        if (!send || send.completions > 1) return undefined;
        if (!event.error) {
          if (send.answer !== 'refuse' || send.settledAtMs < 0) return undefined;
          return broken(`the callback of ${send.message.id} hid the refusal`, send);
        }
        // An error is an error: what ended the connection need not be told from the loss.
        if (send.answer === 'refuse' && ledger.lostByRefusal) return 'holds';
        const causes = causesOf(send, ledger);
        if (causes.length === 0 && send.outcome !== 'failed') {
          const message = event.error.message;
          return broken(
            `the callback of ${send.message.id} got an error without a cause: ${message}`,
            send,
          );
        }
        if (causes.length !== 1 || causes[0] !== 'refused') return undefined;
        const { kind } = event.error;
        if (kind === undefined || kind === 'refused') return 'holds';
        return broken(`the callback of ${send.message.id} got kind ${kind} for a refusal`, send);
      },
    },
  },
  {
    id: 'CMP-4',
    statement: 'The callback never fires inside the call to send.',
    rationale: 'The caller may hold locks, or may not yet have stored what the callback needs.',
    source: 'Jakarta Messaging 3.1, 7.3.8',
    lookFirst: 'Is there a path, often an error path, that calls back before send has returned?',
    about: [1, 'rejected'],
    judges: {
      complete: ({ send }, event) => {
        if (!send) return undefined;
        if (!event.inside) return 'holds';
        return broken(`the callback of ${send.message.id} fired inside its call to send`, send);
      },
    },
  },
  {
    id: 'CMP-5',
    statement:
      'A callback may itself send, begin, commit or close, and the error listener may send; such ' +
      'a call behaves like any other.',
    rationale:
      'A callback that learns of a refusal often sends the message again, or gives up and ' +
      'closes. A producer may forbid all calls but sends, if it says so at once.',
    source:
      'Jakarta Messaging 3.1, 7.3 and 7.3.5 (IllegalStateException); apache/pulsar 25201, ' +
      'confluentinc/confluent-kafka-dotnet 350',
    lookFirst:
      'Does the producer call the callback while it holds a lock, or before its own state is up ' +
      'to date?',
    inProcess: true,
    about: [...SENDS, 'transaction', 'close'],
    judges: { return: ({ call }) => (call?.nested ? 'holds' : undefined) },
  },
  {
    id: 'CMP-6',
    level: 'SHOULD',
    statement: 'A callback that throws does not harm the producer.',
    rationale: 'The application made the mistake. The mistake should not break other sends.',
    source:
      'Jakarta Messaging 3.1, 7.3; ActiveMQConnection.syncSendPacket(command, onComplete), which ' +
      'calls onComplete outside of any try',
    lookFirst:
      'What does the producer skip when the callback throws: releasing space, waking waiters, ' +
      'the next answer?',
    inProcess: true,
    judges: {
      throw: (ledger) => {
        const { call, failure, callbackThrew } = ledger;
        if (!callbackThrew || !call || causesOf(call, ledger).length > 0) return undefined;
        if (isForbidden(call, ledger)) return undefined;
        const what = `${nameOf(call)} failed without a cause: ${failure?.message}`;
        return broken(`after a callback threw, ${what}`, call);
      },
      overdue: ({ callbackThrew, call }) => {
        if (!callbackThrew || !call) return undefined;
        const { why } = stillPending(call, 'it has no reason to wait');
        return broken(`after a callback threw, ${why}`, call);
      },
      settle: ({ callbackThrew }) => (callbackThrew ? 'holds' : undefined),
    },
  },
  {
    id: 'CMP-7',
    statement:
      'Where callbacks keep the order of the sends, none fires before that of an earlier send.',
    rationale:
      'An application that pairs callbacks with its sends by counting takes the fate of one message ' +
      'for that of another.',
    source: 'Jakarta Messaging 3.1, 7.3.8',
    lookFirst:
      'Does the answer fire its callback at once, or the callbacks of all at the head of the line ' +
      'that have been answered? Do refusals take the same way?',
    under: { callbackOrder: ['as-sent'] },
    about: [1],
    judges: {
      complete: (ledger) => {
        const { send, notices } = ledger;
        if (!send?.received || ledger.disrupted || notices.unfired.size === 0) return undefined;
        for (const earlier of notices.unfired) {
          if (earlier.order > send.order) break;
          if (!earlier.received || !ledger.certainlyBefore(earlier, send)) continue;
          const what = `fired before that of the earlier ${earlier.message.id}`;
          return broken(`the callback of ${send.message.id} ${what}`, send);
        }
        return 'holds';
      },
    },
  },
]);

/** A returned send that can only fail, and of which its callback has not been told. */
function toldNowhere(ledger: Ledger): Send | undefined {
  if (ledger.profile.failures === 'from-the-call') return undefined;
  for (const send of ledger.notices.unfired)
    if (send.rejection && send.outcome === 'returned') return send;
  return undefined;
}

/**
 * The first returned send whose answer came, or never will, and whose callback has not fired. A callback may be held
 * back behind that of an earlier send which is unanswered (Jakarta Messaging 3.1, 7.3.8).
 */
export function owedCallback(ledger: Ledger): Send | undefined {
  for (const send of ledger.notices.unfired) {
    if (send.rejection || mayBeUnheard(send, ledger)) continue;
    const isDue = send.answer !== 'none' || ledger.lost;
    if (isDue && send.outcome === 'returned') return send;
    if (!isDue) return undefined;
  }
  return undefined;
}
