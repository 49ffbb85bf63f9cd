// Sync and timed sends: the caller blocks until the answer to its own message, no shorter and no longer.
// SYN-1, that a persistent send outside a transaction blocks, is in headline.ts.
import { causesOf, wrongKind } from '../model/causes.ts';
import { SYNC_SENDS_BLOCK_UNTIL_ACKED, returnedAcked } from '../headline.ts';
import { hasGoneOut, hasOverrun, isFreeToGo } from '../model/wait-reason.ts';
import { BLOCKING, SENDS, broken, stillPending, type Rule } from '../rule.ts';

const SYN_2: Rule = {
  id: 'SYN-2',
  level: 'MUST',
  statement: 'With alwaysSyncSend every send blocks until it is acked.',
  rationale:
    'The setting exists to trade speed for certainty; ignoring it loses messages silently.',
  source: 'notes, `!connection.isAlwaysSyncSend()`',
  lookFirst: 'Is alwaysSyncSend tried before the delivery mode and the transaction?',
  needs: ['always-sync-send'],
  about: [3],
  judges: {
    return: (ledger) => (ledger.settings.alwaysSyncSend ? returnedAcked(ledger) : undefined),
  },
};

const SYN_3: Rule = {
  id: 'SYN-3',
  level: 'MUST',
  statement: 'A message that asks for a response blocks its send until it is acked.',
  rationale: 'The application asked to know about this one message.',
  source: 'notes, `!msg.isResponseRequired()`',
  lookFirst: 'Is responseRequired read from the message that is sent, after transformation?',
  needs: ['response-required'],
  about: [3],
  judges: {
    return: (ledger) => (ledger.send?.message.responseRequired ? returnedAcked(ledger) : undefined),
  },
};

const SYN_4: Rule = {
  id: 'SYN-4',
  level: 'MUST',
  statement: 'A sync send returns once its own ack has come.',
  rationale: 'A caller that is not woken hangs for ever, with its message safely stored.',
  source: 'notes, 同步发送: 一直阻塞直到 broker 反馈确认; ActiveMQConnection.syncSendPacket',
  lookFirst: 'How are answers matched to callers: by message, or by order of arrival?',
  needs: [],
  about: [3, 7],
  judges: {
    return: ({ send }) => (send?.answer === 'ack' ? 'holds' : undefined),
    overdue: ({ send }) =>
      send?.answer === 'ack' ? stillPending(send, 'its own acknowledgement came') : undefined,
  },
};

const SYN_5: Rule = {
  id: 'SYN-5',
  level: 'MUST',
  statement: 'A refused sync send throws the refusal.',
  rationale:
    'The caller waited to learn the answer. Returning normally reports a lost message as stored.',
  source: 'ActiveMQConnection.syncSendPacket, `response.isException()`',
  lookFirst: 'What becomes of an answer that is an error?',
  needs: [],
  about: BLOCKING,
  judges: {
    throw: (ledger) => {
      const { send } = ledger;
      if (send?.answer !== 'refuse') return undefined;
      const wrong = wrongKind(send, 'refused', ledger);
      return wrong ? broken(wrong, send) : 'holds';
    },
    return: ({ send }) =>
      send?.answer === 'refuse'
        ? broken(`the send of ${send.message.id} returned, although the broker refused it`, send)
        : undefined,
    overdue: ({ send }) =>
      send?.answer === 'refuse' ? stillPending(send, 'the broker refused it') : undefined,
  },
};

const SYN_6: Rule = {
  id: 'SYN-6',
  level: 'MUST',
  statement:
    'A timed send returns at its ack and not before; without one it fails at its timeout, not before ' +
    'and not long after.',
  rationale:
    'A timeout is a promise about how long a caller can be held up, and no excuse to return early.',
  source: 'notes, `syncSendPacket(msg, sendTimeout)`',
  lookFirst: 'When does the timer start, what cancels it, and does a late start shorten it?',
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
        return broken(`the send of ${send.message.id} timed out ${after}`, send);
      }
      if (!causes.includes('timeout')) return undefined;
      const wrong = wrongKind(send, 'timeout', ledger);
      return wrong ? broken(wrong, send) : 'holds';
    },
    overdue: (ledger) => {
      const { send } = ledger;
      if (!send || !hasGoneOut(send, ledger)) return undefined;
      if (send.answer === 'ack') return stillPending(send, 'its own acknowledgement came');
      if (send.answer !== 'none' || !hasOverrun(send, ledger)) return undefined;
      return stillPending(send, `its timeout of ${send.timeoutMs} ms has passed`);
    },
  },
};

const SYN_7: Rule = {
  id: 'SYN-7',
  level: 'MUST',
  statement: 'After a timeout the late answer is harmless.',
  rationale:
    'The broker answers late just when it is overloaded. An answer that ends another call, or frees ' +
    'space twice, turns a delay into a lie.',
  source: 'ActiveMQConnection.syncSendPacket, FutureResponse after its timeout; pulsar 12410',
  lookFirst: 'Is what waits for an answer taken out of its table when the caller gives up?',
  needs: ['timeout'],
  judges: {
    settle: ({ lateAnswer }) => (lateAnswer?.dispatch === 'timed' ? 'holds' : undefined),
  },
};

const SYN_8: Rule = {
  id: 'SYN-8',
  level: 'MUST',
  statement: 'A sync send holds up no other send, sync or async.',
  rationale: 'One slow acknowledgement must not stop every other thread that shares the producer.',
  source: 'this rule book, strict profile: a sync send waiting for its ack holds up nobody',
  lookFirst: 'Is a lock, a queue slot or a connection held while the acknowledgement is awaited?',
  needs: [],
  strictOnly: true,
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
};

/** SYN-1 to SYN-8. */
export const SYNC_RULES: readonly Rule[] = [
  SYNC_SENDS_BLOCK_UNTIL_ACKED,
  SYN_2,
  SYN_3,
  SYN_4,
  SYN_5,
  SYN_6,
  SYN_7,
  SYN_8,
];
