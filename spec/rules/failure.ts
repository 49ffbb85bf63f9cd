// Failure: the connection is lost. Nothing may hang, and nothing may be reported as done.
import { asBytes } from '../model/quantity.ts';
import { causesOf, wrongKind } from '../model/causes.ts';
import { blocks } from '../model/decision.ts';
import { SENDS, broken, stillPending, type Rule } from '../rule.ts';
import { owedCallback } from './completion.ts';
import { failsAtOnce } from './rejection.ts';

const ERR_1: Rule = {
  id: 'ERR-1',
  level: 'MUST',
  statement: 'Losing the connection leaves no operation pending.',
  rationale: 'No answer can come any more; whoever still waits for one waits for ever.',
  source: 'ActiveMQConnection.transportFailed; amqp-node/amqplib 744, node-rabbitmq-client 45',
  lookFirst:
    'Who tells each kind of waiter, for an answer, for space, for a lock, that it is over?',
  needs: ['connection-loss'],
  judges: {
    settle: ({ lostTurn, turn, pendingAtLoss }) =>
      lostTurn === turn && pendingAtLoss ? 'holds' : undefined,
    overdue: ({ lost, call, send }) => {
      const isPrey = lost && call && !(call.action === 'close' && call.again);
      if (!isPrey || send?.rejection === 'closed' || send?.rejection === 'connection-lost')
        return undefined;
      return stillPending(call, 'the connection is lost, so no answer can come');
    },
  },
};

const ERR_2: Rule = {
  id: 'ERR-2',
  level: 'MUST',
  statement:
    'No success is claimed for an unanswered sync send, nor for a send that waited at the loss.',
  rationale: 'The message may or may not have arrived; to call that success loses it.',
  source: 'ActiveMQConnection.syncSendPacket; arobson/rabbot 9',
  lookFirst: 'How are waiters let go on loss: with an error, or as if space or an answer had come?',
  needs: ['connection-loss'],
  about: SENDS,
  judges: {
    return: (ledger) => {
      const { send } = ledger;
      if (!send || !ledger.lost || send.rejection) return undefined;
      const unanswered = blocks(send.dispatch) && send.answer === 'none';
      const raced = ledger.lostTurn === ledger.turn && ledger.isRacing;
      if (!unanswered && (!send.waitedAtLoss || raced)) return undefined;
      return broken(
        `the send of ${send.message.id} returned, although the connection was lost`,
        send,
      );
    },
    throw: (ledger) => {
      const { send } = ledger;
      if (!send || !causesOf(send, ledger).includes('connection-lost') || send.rejection)
        return undefined;
      const wrong = wrongKind(send, 'connection-lost', ledger);
      return wrong ? broken(wrong, send) : 'holds';
    },
  },
};

const ERR_3: Rule = {
  id: 'ERR-3',
  level: 'MUST',
  statement: 'Unanswered completions get the error.',
  rationale: 'What the callback would have released stays taken for ever.',
  source: 'Jakarta Messaging 3.1, 7.3; amqp-node/amqplib 419',
  lookFirst: 'Is the table of outstanding callbacks gone through when the connection is lost?',
  needs: ['connection-loss', 'completion'],
  about: [1],
  judges: {
    complete: (ledger, { error }) =>
      ledger.lost && error && ledger.send?.answer === 'none' ? 'holds' : undefined,
    settle: (ledger) => {
      const send = ledger.lost && !ledger.closeInvoked ? owedCallback(ledger) : undefined;
      if (!send || send.answer !== 'none') return undefined;
      return broken(`the callback of ${send.message.id} was not told of the loss`, send);
    },
  },
};

const ERR_4: Rule = {
  id: 'ERR-4',
  level: 'MUST',
  statement: 'A send on a lost connection fails at once.',
  rationale: 'Nothing can be sent; to wait, or to claim success, only delays the news.',
  source: 'ActiveMQConnection.checkClosedOrFailed; node-rabbitmq-client 45',
  lookFirst: 'Is the state of the connection looked at before anything is waited for?',
  needs: ['connection-loss'],
  about: ['rejected'],
  judges: failsAtOnce('connection-lost', 'connection-lost', 'the connection is lost'),
};

const ERR_5: Rule = {
  id: 'ERR-5',
  level: 'MUST',
  statement: 'After a loss the window is empty again.',
  rationale: 'Answers that never come must not hold space in whatever replaces the connection.',
  source:
    'this rule book, strict profile: losing the connection frees everything; paho.mqtt.java 582',
  lookFirst: 'Is usage set back on loss, and not only reduced by what is answered?',
  needs: ['connection-loss', 'window', 'usage'],
  judges: {
    settle: (ledger) => {
      const { lost, closeInvoked, sampledUsage: figure, settings } = ledger;
      if (!lost || closeInvoked || figure === undefined || settings.windowSize === 0)
        return undefined;
      return figure === 0
        ? 'holds'
        : broken(`the producer still reports ${asBytes(figure)} in use`);
    },
  },
};

/** ERR-1 to ERR-5. */
export const FAILURE_RULES: readonly Rule[] = [ERR_1, ERR_2, ERR_3, ERR_4, ERR_5];
