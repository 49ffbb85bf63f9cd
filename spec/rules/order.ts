// Order and integrity: messages arrive in order, once, unchanged, and only if they were asked for.
import { arrivedAfterItsFailure, causesOf } from '../model/causes.ts';
import type { OutgoingMessage } from '../events/message.ts';
import { SENDS, broken, type Rule } from '../rule.ts';

const ORD_1: Rule = {
  id: 'ORD-1',
  level: 'MUST',
  statement: 'Messages reach the broker in the order they were sent.',
  rationale: 'Consumers rely on the order of one producer; it cannot be mended downstream.',
  source: 'Jakarta Messaging 3.1, 6.2.10; ActiveMQSession.send, `synchronized (sendMutex)`',
  lookFirst: 'After send returned, does anything still stand between the message and the wire?',
  needs: [],
  seesPackets: true,
  about: SENDS,
  judges: {
    receive: (ledger) => {
      const { send, newestBefore: newest } = ledger;
      if (!send || !ledger.receivedNow || !newest) return undefined;
      if (send.order > newest.order) return 'holds';
      if (send.returnedOrder < 0 || send.returnedOrder >= newest.order) return undefined;
      return broken(
        `${send.message.id} had returned before a message was sent that arrived first`,
        send,
      );
    },
  },
};

const ORD_2: Rule = {
  id: 'ORD-2',
  level: 'MUST',
  statement: 'Messages reach the broker in order also when the earlier call has not returned.',
  rationale: 'Sends made one after the other without awaiting each keep their order all the same.',
  source: 'Jakarta Messaging 3.1, 6.2.10 and 7.3',
  lookFirst: 'Do all kinds of send take the same path to the wire, with the same number of steps?',
  needs: [],
  strictOnly: true,
  seesPackets: true,
  about: SENDS,
  judges: {
    receive: (ledger) => {
      const { send, newestBefore: newest } = ledger;
      if (!send || !ledger.receivedNow || !newest) return undefined;
      if (send.order > newest.order) return 'holds';
      if (!ledger.certainlyBefore(send, newest)) return undefined;
      const returnedBefore = send.returnedOrder >= 0 && send.returnedOrder < newest.order;
      if (returnedBefore || send.outcome === 'failed' || !send.fitWhenInvoked) return undefined;
      if (causesOf(send, ledger).length > 0) return undefined;
      return broken(`${send.message.id} arrived after a message that was sent later`, send);
    },
  },
};

const ORD_3: Rule = {
  id: 'ORD-3',
  level: 'MUST',
  statement: 'Each message is sent at most once, and only if it was asked for.',
  rationale: 'A duplicate is acted on twice.',
  source: 'Jakarta Messaging 3.1, 6.2.12',
  lookFirst: 'Look for a retry, or for two paths that both write the message.',
  needs: [],
  seesPackets: true,
  judges: {
    receive: (ledger, { packet }) => {
      if (packet.type !== 'message') return undefined;
      if (!ledger.send)
        return broken(`the broker received ${packet.message.id}, which nobody sent`);
      if (ledger.receivedNow) return 'holds';
      return broken(`the broker received ${packet.message.id} a second time`, ledger.send);
    },
  },
};

const ORD_4: Rule = {
  id: 'ORD-4',
  level: 'MUST',
  statement: 'A send that returned has been handed to the broker.',
  rationale:
    'A message that lingers in the client after send returned is lost if the process ends.',
  source: 'ActiveMQConnection.asyncSendPacket, which writes to the transport before it returns',
  lookFirst: 'What is left to do when send returns, and who does it?',
  needs: [],
  seesPackets: true,
  judges: {
    settle: (ledger) => {
      if (ledger.lost) return undefined;
      let held = false;
      for (const send of ledger.admittedThisTurn) {
        if (send.outcome !== 'returned' || send.rejection) continue;
        if (send.received) held = true;
        else if (send.transaction?.endedBy !== 'rollback') {
          return broken(
            `the send of ${send.message.id} returned, but the broker never got it`,
            send,
          );
        }
      }
      return held ? 'holds' : undefined;
    },
  },
};

const ORD_5: Rule = {
  id: 'ORD-5',
  level: 'MUST',
  statement: 'The message arrives as it was sent.',
  rationale: 'Delivery mode, priority and time to live decide what the broker does with it.',
  source: 'notes, ActiveMQSession.send, 组装消息内容',
  lookFirst: 'Compare what is put into the packet with what was handed to send.',
  needs: [],
  seesPackets: true,
  judges: {
    receive: ({ send }, { packet }) => {
      if (!send || packet.type !== 'message') return undefined;
      const field = firstDifference(send.message, packet.message);
      return field ? broken(`${send.message.id} arrived with another ${field}`, send) : 'holds';
    },
  },
};

const ORD_6: Rule = {
  id: 'ORD-6',
  level: 'MUST',
  statement: 'A send that waited and failed never arrives.',
  rationale: 'The application was told that the message was not sent, and may have sent it again.',
  source: 'ActiveMQMessageProducer.send, `Send aborted due to thread interrupt`',
  lookFirst: 'Is a waiting send taken out of the queue when its caller is told of the failure?',
  needs: ['window'],
  seesPackets: true,
  about: SENDS,
  judges: {
    throw: ({ send }) => (send?.waited && !send.received ? 'holds' : undefined),
    receive: (ledger) => {
      const { send } = ledger;
      if (!send?.waited || !arrivedAfterItsFailure(ledger)) return undefined;
      return broken(
        `the send of ${send.message.id} had failed while it waited; it arrived after all`,
        send,
      );
    },
  },
};

/** ORD-1 to ORD-6. */
export const ORDER_RULES: readonly Rule[] = [ORD_1, ORD_2, ORD_3, ORD_4, ORD_5, ORD_6];

function firstDifference(sent: OutgoingMessage, arrived: OutgoingMessage): string | undefined {
  if (sent.size !== arrived.size) return 'size';
  if (sent.deliveryMode !== arrived.deliveryMode) return 'deliveryMode';
  if (sent.priority !== arrived.priority) return 'priority';
  return sent.timeToLiveMs === arrived.timeToLiveMs ? undefined : 'timeToLiveMs';
}
