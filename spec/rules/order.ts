// Order and integrity: messages arrive in order, once, unchanged, and only if they were asked for.
import { arrivedAfterItsFailure, causesOf } from '../model/causes.ts';
import type { OutgoingMessage } from '../events/message.ts';
import type { ProducerSettings } from '../events/settings.ts';
import type { Send } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import { mayBeKept } from '../model/reconnecting.ts';
import { broken, brokenBy, chapter, SENDS, type Judgement } from '../rule.ts';

/** ORD-1 to ORD-6. */
export const ORDER_RULES = chapter({ seesPackets: true }, [
  {
    id: 'ORD-1',
    statement: 'Messages to one destination reach the broker in the order they were sent.',
    rationale:
      'Consumers rely on the order of messages from one producer, and nothing downstream can ' +
      'restore that order.',
    source: 'Jakarta Messaging 3.1, 6.2.9.2; ActiveMQSession.send, `synchronized (sendMutex)`',
    lookFirst:
      'After send has returned, does anything still delay the message on its way to the wire?',
    about: SENDS,
    judges: {
      receive: inOrder((send, newest) => {
        if (send.returnedOrder < 0 || send.returnedOrder >= newest.order) return undefined;
        return broken(
          `${send.message.id} had returned before a message was sent that arrived first`,
          send,
        );
      }),
    },
  },
  {
    id: 'ORD-2',
    statement:
      'Messages to one destination reach the broker in the order of the calls, even if the ' +
      'earlier call has not returned.',
    rationale:
      'An application that does not await each send still expects its messages in the order of ' +
      'its calls.',
    source: 'Jakarta Messaging 3.1, 6.2.9.2 and 7.3.3',
    lookFirst:
      'Do all kinds of send take the same path to the wire, with the same number of steps?',
    under: { order: ['first-come-first-served'] },
    about: SENDS,
    judges: {
      receive: inOrder((send, newest, ledger) => {
        if (!ledger.certainlyBefore(send, newest)) return undefined;
        const returnedBefore = send.returnedOrder >= 0 && send.returnedOrder < newest.order;
        if (returnedBefore || send.outcome === 'failed' || !send.fitWhenInvoked) return undefined;
        if (causesOf(send, ledger).length > 0) return undefined;
        return broken(`${send.message.id} arrived after a message that was sent later`, send);
      }),
    },
  },
  {
    id: 'ORD-3',
    statement: 'Each message is sent at most once, and only if it was asked for.',
    rationale: 'A consumer processes a duplicate twice.',
    source: 'Jakarta Messaging 3.1, 6.2.12',
    lookFirst: 'Look for a retry, or for two paths that both write the message.',
    judges: {
      receive: (ledger, { packet }) => {
        if (packet.type !== 'message') return undefined;
        if (!ledger.send)
          return broken(`the broker received ${packet.message.id}, which nobody sent`);
        if (ledger.receivedNow) return 'holds';
        // What is sent again after a cut is the business of RSD-1 to RSD-3.
        if (ledger.isDoubtful(ledger.send)) return undefined;
        return broken(`the broker received ${packet.message.id} a second time`, ledger.send);
      },
    },
  },
  {
    id: 'ORD-4',
    statement: 'A send that returned has been handed to the broker.',
    rationale:
      'A message that is still in the client after send has returned is lost if the process ends.',
    source: 'ActiveMQConnection.asyncSendPacket, which writes to the transport before it returns',
    lookFirst: 'What work is left when send returns, and what does that work?',
    heeds: ['failures'],
    judges: {
      settle: (ledger) => {
        if (ledger.lost) return undefined;
        let held = false;
        for (const send of ledger.admittedThisTurn) {
          if (send.outcome !== 'returned' || send.rejection || send.failedInCallback) continue;
          if (send.received) held = true;
          else if (mayBeKept(send, ledger)) continue;
          else if (send.transaction?.endedBy !== 'rollback') {
            return brokenBy(send, 'returned, but the broker never got it');
          }
        }
        return held ? 'holds' : undefined;
      },
    },
  },
  {
    id: 'ORD-5',
    statement:
      'The message arrives as it was sent, whatever its caller does to it after send has returned.',
    rationale:
      'Destination, delivery mode, priority and time to live decide what the broker does with ' +
      'it. A caller that fills one message object again and again changes what was not copied.',
    source: 'notes, ActiveMQSession.send, 组装消息内容; Jakarta Messaging 3.1, 3.9 and 7.3.9',
    lookFirst:
      'Compare the fields of the packet with the fields of the message that send got. If only ' +
      'messages differ that are written late: is what is still needed copied before send returns?',
    judges: {
      receive: ({ send, settings }, { packet }) => {
        if (!send || packet.type !== 'message') return undefined;
        const difference = firstDifference(send, packet.message, settings);
        if (!difference) return 'holds';
        const late = send.outcome === 'returned' ? ', after its send had returned' : '';
        return broken(`${send.message.id} arrived with another ${difference}${late}`, send);
      },
    },
  },
  {
    id: 'ORD-6',
    statement: 'A send that waited and failed never arrives.',
    rationale: 'The application knows that the send failed, and may have sent the message again.',
    source: 'ActiveMQMessageProducer.send, `Send aborted due to thread interrupt`',
    lookFirst: 'When a waiting send fails, does it leave the queue?',
    needs: ['window'],
    under: { whenFull: ['wait'] },
    about: SENDS,
    judges: {
      throw: ({ send }) => (send?.waited && !send.received ? 'holds' : undefined),
      receive: (ledger) => {
        const { send } = ledger;
        if (!send || !arrivedAfterItsFailure(ledger)) return undefined;
        const { waited, interruptedBefore, endedTurn } = send;
        if (!waited && !(interruptedBefore && endedTurn < ledger.turn)) return undefined;
        return brokenBy(
          send,
          `had failed ${waited ? 'while it waited' : 'at once'}; it arrived after all`,
        );
      },
    },
  },
]);

/** Judges a message that arrives behind one whose send was invoked later; any other holds. */
function inOrder(judge: (send: Send, newest: Send, ledger: Ledger) => Judgement) {
  return (ledger: Ledger): Judgement => {
    const { send, newestBefore: newest } = ledger;
    if (!send || !ledger.receivedNow || !newest) return undefined;
    return send.order > newest.order ? 'holds' : judge(send, newest, ledger);
  };
}

const FIELDS = ['size', 'deliveryMode', 'priority', 'timeToLiveMs'] as const;

/**
 * Where the packet need not repeat the message: a producer may ask for a response of its own accord, and may name the
 * one destination that it is bound to, or leave it out.
 */
function firstDifference(
  { message: sent, rejection }: Send,
  arrived: OutgoingMessage,
  { destination: bound }: ProducerSettings,
): string | undefined {
  for (const field of FIELDS) {
    if (sent[field] !== arrived[field]) return `${field}: ${arrived[field]} for ${sent[field]}`;
  }
  if (sent.responseRequired && !arrived.responseRequired) return 'responseRequired: none for true';
  const [from, to] = [sent.destination ?? bound, arrived.destination ?? bound];
  if (from === to || rejection) return undefined;
  return `destination: ${to ?? 'none'} for ${from ?? 'none'}`;
}
