// Failure: the connection is lost. Nothing may hang, and nothing may be reported as done.
import { asAmount } from '../model/window.ts';
import { causesOf } from '../model/causes.ts';
import { blocks } from '../model/decision.ts';
import { mayFailInCallback } from '../model/in-callbacks.ts';
import { broken, brokenBy, chapter, SENDS, stillPending } from '../rule.ts';
import { owedCallback } from './completion.ts';
import { failedAs, failsAtOnce } from './send.ts';

/** ERR-1 to ERR-5. */
export const FAILURE_RULES = chapter({ needs: ['connection-loss'] }, [
  {
    id: 'ERR-1',
    statement: 'Losing the connection leaves no operation pending.',
    rationale: 'No answer can come any more, so a call that still waits for one waits forever.',
    source:
      'ActiveMQConnection.transportFailed; amqp-node/amqplib 744, ' +
      'cody-greene/node-rabbitmq-client 45',
    lookFirst: 'What ends each kind of wait: for an answer, for space, for a lock?',
    about: [...SENDS, 'rejected', 'transaction', 'close'],
    judges: {
      settle: ({ lostTurn, turn, pendingAtLoss }) =>
        lostTurn === turn && pendingAtLoss ? 'holds' : undefined,
      overdue: ({ lost, call }) => {
        if (!lost || !call || call.action === 'flush') return undefined;
        if (call.action === 'close' && call.again) return undefined;
        const reason = call.action !== 'close' && call.rejection;
        if (reason === 'closed' || reason === 'connection-lost') return undefined;
        return stillPending(call, 'the connection is lost, so no answer can come');
      },
    },
  },
  {
    id: 'ERR-2',
    statement:
      'No success is claimed for an unanswered sync send, nor for a send that waited at the loss.',
    rationale:
      'The message may or may not have arrived. If the producer reports success, nobody sends a ' +
      'lost message again.',
    source: 'ActiveMQConnection.syncSendPacket; arobson/rabbot 9',
    lookFirst: 'How does a loss end a wait: with an error, or as if space or an answer had come?',
    heeds: ['failures'],
    about: SENDS,
    judges: {
      return: (ledger) => {
        const { send } = ledger;
        if (!send || !ledger.lost || send.rejection) return undefined;
        const unanswered = blocks(send.dispatch) && send.answer === 'none';
        if (mayFailInCallback(send, ledger)) return undefined;
        const raced = ledger.lostTurn === ledger.turn && ledger.isRacing;
        if (!unanswered && (!send.waitedAtLoss || raced)) return undefined;
        return brokenBy(send, 'returned, although the connection was lost');
      },
      throw: (ledger) => {
        const { send } = ledger;
        if (
          !send ||
          !ledger.lost ||
          !causesOf(send, ledger).includes('connection-lost') ||
          send.rejection
        )
          return undefined;
        return failedAs('connection-lost', send, ledger);
      },
    },
  },
  {
    id: 'ERR-3',
    statement: 'Unanswered completions get the error.',
    rationale: 'Whatever the callback would release stays taken forever.',
    source: 'Jakarta Messaging 3.1, 7.3.2; amqp-node/amqplib 419',
    lookFirst:
      'When the connection is lost, does the producer go through its table of outstanding ' +
      'callbacks?',
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
  },
  {
    id: 'ERR-4',
    statement: 'A call on a lost connection fails at once.',
    rationale:
      'The producer can send nothing. A wait, or a claim of success, only delays the bad news.',
    source: 'ActiveMQConnection.checkClosedOrFailed; cody-greene/node-rabbitmq-client 45',
    lookFirst: 'Does the send check the state of the connection before it waits for anything?',
    heeds: ['failures'],
    about: ['rejected', 'transaction'],
    judges: failsAtOnce('connection-lost', 'the connection is lost'),
  },
  {
    id: 'ERR-5',
    statement: 'After a loss the window is empty again.',
    rationale: 'Answers that never come must not hold space in a window that is used again.',
    source:
      'this rule book, strict profile: losing the connection frees everything; ' +
      'eclipse-paho/paho.mqtt.java 582',
    lookFirst: 'Does a loss reset the usage, or do only answers reduce it?',
    needs: ['connection-loss', 'window', 'usage'],
    judges: {
      settle: (ledger) => {
        const { lost, closeInvoked, sampledUsage: figure, settings, profile } = ledger;
        if (!lost || closeInvoked || figure === undefined || settings.windowSize === 0)
          return undefined;
        return figure === 0
          ? 'holds'
          : broken(`the producer still reports ${asAmount(figure, profile)} in use`);
      },
    },
  },
]);
