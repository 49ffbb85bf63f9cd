// Sync and timed sends: the caller blocks until the answer to its own message, no shorter and no longer.
// SYN-1, that a persistent send outside a transaction blocks, is in headline.ts.
import { failedAs } from './send.ts';
import { causesOf } from '../model/causes.ts';
import { returnedAcked } from '../headline.ts';
import { hasGoneOut, hasOverrun, isFreeToGo } from '../model/wait-reason.ts';
import { BLOCKING, brokenBy, chapter, SENDS, stillPending } from '../rule.ts';

/** SYN-2 to SYN-8. */
export const SYNC_RULES = chapter({}, [
  {
    id: 'SYN-2',
    statement: 'With alwaysSyncSend every send blocks until it is acked.',
    rationale:
      'The setting trades speed for certainty. A producer that ignores the setting loses ' +
      'messages silently.',
    source: 'notes, `!connection.isAlwaysSyncSend()`',
    lookFirst:
      'Does the decision check alwaysSyncSend before the delivery mode and the transaction?',
    needs: ['always-sync-send'],
    about: [3],
    judges: {
      return: (ledger) => (ledger.settings.alwaysSyncSend ? returnedAcked(ledger) : undefined),
    },
  },
  {
    id: 'SYN-3',
    statement: 'A message that asks for a response blocks its send until it is acked.',
    rationale: 'The application asked to know about this one message.',
    source: 'notes, `!msg.isResponseRequired()`',
    lookFirst:
      'Does the decision read responseRequired from the message that is really sent, after any ' +
      'transformation?',
    needs: ['response-required'],
    about: [3],
    judges: {
      return: (ledger) =>
        ledger.send?.message.responseRequired ? returnedAcked(ledger) : undefined,
    },
  },
  {
    id: 'SYN-4',
    statement: 'A sync send returns once its own ack has come.',
    rationale: 'A caller that nobody wakes hangs forever, although its message is safely stored.',
    source: 'notes, 同步发送: 会一直阻塞…broker反馈一个确认消息; ActiveMQConnection.syncSendPacket',
    lookFirst: 'How are answers matched to callers: by message, or by order of arrival?',
    about: [3, 7],
    judges: {
      return: ({ send }) => (send?.answer === 'ack' ? 'holds' : undefined),
      overdue: ({ send }) =>
        send?.answer === 'ack' ? stillPending(send, 'its own acknowledgement came') : undefined,
    },
  },
  {
    id: 'SYN-5',
    statement: 'A refused sync send throws the refusal.',
    rationale:
      'The caller waited for the answer. A normal return reports a lost message as stored.',
    source: 'ActiveMQConnection.syncSendPacket, `response.isException()`',
    lookFirst: 'What does the call do with an answer that is an error?',
    about: BLOCKING,
    judges: {
      throw: (ledger) => {
        const { send } = ledger;
        if (send?.answer !== 'refuse') return undefined;
        return failedAs('refused', send, ledger);
      },
      return: ({ send }) =>
        send?.answer === 'refuse'
          ? brokenBy(send, 'returned, although the broker refused it')
          : undefined,
      overdue: ({ send }) =>
        send?.answer === 'refuse' ? stillPending(send, 'the broker refused it') : undefined,
    },
  },
  {
    id: 'SYN-6',
    statement:
      'A timed send returns at its ack and not before; without one it fails at its timeout, not ' +
      'before and not long after.',
    rationale:
      'A timeout promises how long a caller can be blocked, and gives no permission to return ' +
      'early.',
    source: 'notes, `syncSendPacket(msg, sendTimeout)`',
    lookFirst:
      'When does the timer start, what cancels the timer, and does a late start shorten the ' +
      'timeout?',
    needs: ['timeout'],
    about: [2],
    judges: {
      return: returnedAcked,
      throw: (ledger) => {
        const { send, failure } = ledger;
        if (!send) return undefined;
        const causes = causesOf(send, ledger);
        if (causes.length === 0 && failure?.kind === 'timeout') {
          const after = `after ${ledger.nowAtMs - send.invokedAtMs} of ${send.timeoutMs} ms`;
          return brokenBy(send, `timed out ${after}`);
        }
        if (!causes.includes('timeout')) return undefined;
        return failedAs('timeout', send, ledger);
      },
      overdue: (ledger) => {
        const { send } = ledger;
        if (!send || !hasGoneOut(send, ledger)) return undefined;
        if (send.answer === 'ack') return stillPending(send, 'its own acknowledgement came');
        if (send.answer !== 'none' || !hasOverrun(send, ledger)) return undefined;
        return stillPending(send, `its timeout of ${send.timeoutMs} ms has passed`);
      },
    },
  },
  {
    id: 'SYN-7',
    statement: 'After a timeout the late answer is harmless.',
    rationale:
      'A broker answers late just when the broker is overloaded. A late answer that ends another ' +
      'call, or frees space twice, turns a delay into a wrong result.',
    source:
      'ActiveMQConnection.syncSendPacket, FutureResponse after its timeout; apache/pulsar 12410',
    lookFirst:
      'When the caller gives up, is its entry removed from the table of outstanding answers?',
    needs: ['timeout'],
    judges: {
      settle: ({ lateAnswer }) => (lateAnswer?.dispatch === 'timed' ? 'holds' : undefined),
    },
  },
  {
    id: 'SYN-8',
    statement: 'A sync send holds up no other send, sync or async.',
    rationale:
      'One slow acknowledgement must not stop every other thread that shares the producer.',
    source:
      'this rule book, strict profile: a sync send that waits for its ack holds up no other send',
    lookFirst:
      'Does the send hold a lock, a queue slot or a connection while it awaits its ' +
      'acknowledgement?',
    under: { syncHoldsUp: ['nobody'] },
    seesPackets: true,
    about: SENDS,
    judges: {
      receive: (ledger) =>
        ledger.admitted && ledger.send && ledger.someSyncBlocksBefore(ledger.send)
          ? 'holds'
          : undefined,
      overdue: (ledger) => {
        const { send } = ledger;
        if (!send || send.admitted || !isFreeToGo(send, ledger)) return undefined;
        if (!ledger.someSyncBlocksBefore(send)) return undefined;
        return stillPending(send, 'a send that stands before it waits for its own acknowledgement');
      },
    },
  },
]);
