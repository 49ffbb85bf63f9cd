// Sync and timed sends: the caller blocks until the answer to its own message, no shorter and no longer.
// SYN-1, that a persistent send outside a transaction blocks, is in headline.ts.
import type { Send } from '../model/calls.ts';
import { causesOf, wrongKind } from '../model/causes.ts';
import { blocks } from '../model/decision.ts';
import { SYNC_SENDS_BLOCK_UNTIL_ACKED } from '../headline.ts';
import type { Ledger } from '../model/ledger.ts';
import { BLOCKING, SENDS, broken, stuckAs, type Judgement, type Rule } from '../rule.ts';
import { disturbedBy } from './disturbance.ts';

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
    return: (ledger) => (ledger.settings.alwaysSyncSend ? returnOfRow3(ledger) : undefined),
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
    return: (ledger) => (ledger.send?.message.responseRequired ? returnOfRow3(ledger) : undefined),
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
    return: ({ send }) =>
      send?.dispatch === 'sync' && send.answer === 'ack' ? 'holds' : undefined,
    settle: stuckAs('SYN-4'),
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
      if (!send || !blocks(send.dispatch) || send.answer !== 'refuse') return undefined;
      const wrong = wrongKind(send, 'refused', ledger);
      return wrong ? broken(wrong, send) : 'holds';
    },
    return: ({ send }) =>
      send && blocks(send.dispatch) && send.answer === 'refuse' && send.settledPending
        ? broken(`the send of ${send.message.id} returned, although the broker refused it`, send)
        : undefined,
    settle: stuckAs('SYN-5'),
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
    return: ({ send }) => {
      if (send?.row !== 2 || send.doom || send.answer === 'refuse') return undefined;
      if (send.answer === 'ack') return 'holds';
      return broken(
        `the timed send of ${send.message.id} returned before its acknowledgement`,
        send,
      );
    },
    throw: (ledger) => {
      const { send } = ledger;
      if (send?.row !== 2) return undefined;
      const causes = causesOf(send, ledger);
      if (causes.length === 0 && send.failure?.kind === 'timeout') {
        const after = `after ${ledger.nowMs - send.invokedMs} of ${send.timeoutMs} ms`;
        return broken(`the send of ${send.message.id} timed out ${after}`, send);
      }
      if (!causes.includes('timeout')) return undefined;
      const wrong = wrongKind(send, 'timeout', ledger);
      return wrong ? broken(wrong, send) : 'holds';
    },
    settle: stuckAs('SYN-6'),
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
  explains: true,
  judges: {
    ...disturbedBy((ledger) => answeredAfterTimeout(ledger), 'the late answer to'),
    settle: (ledger) => {
      if (!answeredAfterTimeout(ledger)) return undefined;
      const { explanation } = ledger;
      if (explanation?.rule !== 'WIN-11') return 'holds';
      return broken(explanation.why, explanation.send);
    },
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
    settle: stuckAs('SYN-8'),
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

/** The timed send whose answer came in this turn, after its timeout. */
function answeredAfterTimeout({ suspects }: Ledger): Send | undefined {
  const late = suspects.answeredLate;
  return late?.dispatch === 'timed' ? late : undefined;
}

function returnOfRow3({ send }: Ledger): Judgement {
  if (send?.row !== 3 || send.doom || send.answer === 'refuse') return undefined;
  if (send.answer === 'ack') return 'holds';
  return broken(`the send of ${send.message.id} returned before its acknowledgement`, send);
}
