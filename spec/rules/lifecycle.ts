// Lifecycle: closing, closing again, and interrupts.
import { causesOf, isForbidden } from '../model/causes.ts';
import { awaitedByClose, mayFailInCallback, outlivesClose } from '../model/in-callbacks.ts';
import type { Send } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import { mustHeedInterrupt } from '../model/wait-reason.ts';
import { broken, chapter, SENDS, stillPending, type Breach, type Judgement } from '../rule.ts';
import { failedAs, failsAtOnce } from './send.ts';

/** LIF-1 to LIF-8. */
export const LIFECYCLE_RULES = chapter({}, [
  {
    id: 'LIF-1',
    statement: 'A call on a closed producer fails at once, and nothing is sent.',
    rationale: 'The application relies on a closed producer to send nothing.',
    source: 'notes, `checkClosed()` at the head of both methods',
    lookFirst:
      'Does the send check first whether the producer is closed, and again after every wait?',
    heeds: ['failures'],
    about: ['rejected', 'transaction'],
    judges: failsAtOnce('closed', 'the producer is closed'),
  },
  {
    id: 'LIF-2',
    statement: 'Close returns without any further answer, and no operation stays pending.',
    rationale: 'A program must be able to stop, especially when the broker does not answer.',
    source:
      'ActiveMQMessageProducer.close; amqp-node/amqplib 744, eclipse-ee4j/openmq 68; unlike ' +
      'Jakarta Messaging 3.1, 7.3.4, where close waits for callbacks',
    lookFirst:
      'What does close await: an answer, or the timer of a batch that is empty? Does close fail all ' +
      'waiting sends at once, or wake them one by one?',
    heeds: ['closeWaits', 'failures'],
    about: [...SENDS, 'rejected', 'transaction', 'close'],
    judges: {
      receive: slippedOut,
      return: slippedOut,
      throw: (ledger) => judgeFailedClose(ledger, false, 'close failed'),
      settle: ({ closeInvoked, closeTurn, turn }) =>
        closeInvoked && closeTurn === turn ? 'holds' : undefined,
      overdue: ({ closeInvoked, call, profile }) => {
        if (!closeInvoked || !call) return undefined;
        if (call.action === 'close')
          return call.again ? undefined : stillPending(call, WAITS[profile.closeWaits]);
        if (call.action === 'flush' || call.rejection === 'closed') return undefined;
        return stillPending(call, 'the producer was closed');
      },
    },
  },
  {
    id: 'LIF-3',
    statement: 'Closing again is harmless.',
    rationale: 'Clean-up code closes what may be closed already.',
    source:
      'Jakarta Messaging 3.1, MessageProducer.close; ActiveMQMessageProducer.close, `if (!closed)`',
    lookFirst: 'Does the second close need something that the first close took away?',
    about: ['close'],
    judges: {
      return: ({ call }) => (call?.action === 'close' && call.again ? 'holds' : undefined),
      throw: (ledger) => judgeFailedClose(ledger, true, 'closing again failed'),
      overdue: ({ call }) =>
        call?.action === 'close' && call.again
          ? stillPending(call, 'closing again is harmless')
          : undefined,
    },
  },
  {
    id: 'LIF-4',
    statement: 'Nothing is sent after close returned.',
    rationale: 'After close, the application relies on the producer to send nothing.',
    source: 'ActiveMQMessageProducer.close; Jakarta Messaging 3.1, 6.1.8',
    lookFirst: 'Which timers, queues and retries outlive close?',
    seesPackets: true,
    judges: {
      receive: (ledger, { packet }) => {
        const { closeReturned, send } = ledger;
        if (!closeReturned || packet.type !== 'message' || send?.rejection === 'closed')
          return undefined;
        // Packets and returns come to the kit on different ways, and either may be the slower one.
        if (send && ledger.concurrent && raced(send, ledger)) return undefined;
        return broken(`${packet.message.id} was sent after close had returned`, send);
      },
      settle: ({ closeReturned, closeTurn, turn }) =>
        closeReturned && closeTurn === turn ? 'holds' : undefined,
    },
  },
  {
    id: 'LIF-5',
    statement:
      'An interrupted send fails promptly, also if its signal had aborted before the call or is ' +
      'shared with others, and the producer stays usable.',
    rationale:
      'A program uses an interrupt to take back a waiting thread, and one signal to end all that ' +
      'a task has under way.',
    source: 'notes, `Send aborted due to thread interrupt`; sindresorhus/p-queue 241',
    lookFirst:
      'Does every wait listen for the signal: the wait for space, and the wait for the ack? Does ' +
      'it look first whether the signal has aborted?',
    needs: ['interrupt'],
    about: SENDS,
    judges: {
      throw: (ledger) => {
        const { send } = ledger;
        if (!send || !causesOf(send, ledger).includes('interrupted')) return undefined;
        return failedAs('interrupted', send, ledger);
      },
      overdue: (ledger) => {
        const { send } = ledger;
        if (!send || !mustHeedInterrupt(send, ledger)) return undefined;
        return stillPending(
          send,
          send.interruptedBefore ? 'its signal had aborted before the call' : 'it was interrupted',
        );
      },
    },
  },
  {
    id: 'LIF-6',
    statement:
      'An interrupt that comes after the send has ended changes nothing: what listened for it is ' +
      'gone.',
    rationale:
      'Interrupts race with answers. An interrupt that comes too late must find nothing to undo. ' +
      'What listens for ever to a signal or a connection that many sends share is a leak.',
    source:
      'notes, `catch (InterruptedException e)` around the wait alone; MemoryUsage.waitForSpace; ' +
      'confluentinc/confluent-kafka-dotnet 638, postwait/node-amqp 142',
    lookFirst:
      'Does every path remove the interrupt listener when the send ends? And what listens for ' +
      'the loss of the connection? A few listeners may stay for as long as the producer lives.',
    needs: ['interrupt'],
    judges: {
      settle: ({ lateInterrupt }) => (lateInterrupt ? 'holds' : undefined),
      leftovers: ({ unanswered, account }, { onSignal = 0, onLost, atOnce }) => {
        // One may serve all sends of a signal; and a send that returned may have its own until it is answered.
        if (onSignal > 1 + account.holders.size)
          return broken(`the sends that shared a signal have left ${onSignal} listeners on it`);
        return listenersOfSends(onLost, atOnce + unanswered);
      },
    },
  },
  {
    id: 'LIF-7',
    statement:
      'After close has returned, no timer of the producer keeps the process alive, and nothing ' +
      'of its sends listens for the loss of the connection.',
    rationale:
      'A program that has closed everything must end, and one that opens producers again and ' +
      'again must not collect what they leave.',
    source: 'Jakarta Messaging 3.1, MessageProducer.close: it frees what the producer holds',
    lookFirst:
      'Which timers does close cancel: those of pending sends, of sends that have ended, of ' +
      'heartbeats and retries? One that all producers share, or that is unref-ed, does not count.',
    inProcess: true,
    judges: {
      leftovers: ({ closeReturned, unanswered }, { timers, onLost, atOnce }) => {
        if (!closeReturned) return undefined;
        if (timers === 0) return listenersOfSends(onLost, atOnce + unanswered) ?? 'holds';
        const what = timers === 1 ? 'a timer' : `${timers} timers`;
        return broken(`the producer left ${what} behind when close had returned`);
      },
    },
  },
  {
    id: 'LIF-8',
    statement:
      'Where close waits for callbacks, it returns only once those of all sends that went out have fired.',
    rationale:
      'After close the application takes down what its callbacks use, and takes it that it knows ' +
      'the fate of every message.',
    source: 'Jakarta Messaging 3.1, 7.3.4',
    lookFirst:
      'What does close wait for: for all callbacks, or for those of which it was told first? Does ' +
      'one that fires with an error count as well?',
    needs: ['completion'],
    under: { closeWaits: ['for-callbacks'] },
    about: ['close'],
    judges: {
      return: (ledger) => {
        const { call } = ledger;
        if (call?.action !== 'close' || call.again) return undefined;
        const send = awaitedByClose(ledger);
        if (!send) return call.findsCallbacks ? 'holds' : undefined;
        return broken(
          `close returned, although the callback of ${send.message.id} has not fired`,
          call,
        );
      },
    },
  },
]);

/** Why a close may not wait any more. */
const WAITS = {
  no: 'a close waits for no answer',
  'for-callbacks': 'no answer is outstanding whose callback it waits for',
} as const;

/** Listeners that a producer may keep for as long as it lives, besides one for each thing that it does at once. */
const LASTING = 4;

/** More than that many are those of sends which have ended. */
function listenersOfSends(onLost = 0, atOnce: number): Breach | undefined {
  if (onLost <= LASTING + atOnce) return undefined;
  return broken(`the sends have left ${onLost} listeners for the loss of the connection`);
}

function judgeFailedClose(ledger: Ledger, again: boolean, what: string): Judgement {
  const { call, failure } = ledger;
  if (call?.action !== 'close' || call.again !== again) return undefined;
  return isForbidden(call, ledger) ? undefined : broken(`${what}: ${failure?.message}`, call);
}

/** The turn of the close is not over, and more has happened in it, or the send was invoked in it. */
function raced(send: Send, { closeTurn, turn, isRacing }: Ledger): boolean {
  return closeTurn === turn && (send.invokedTurn === turn || isRacing);
}

/** A send that waited when close was invoked, and nothing else happened, may only fail. */
function slippedOut(ledger: Ledger): Judgement {
  const { send } = ledger;
  if (!ledger.closeInvoked || !ledger.admitted || !send?.waited) return undefined;
  if (outlivesClose(send, ledger)) return undefined;
  if (!send.received && mayFailInCallback(send, ledger)) return undefined;
  if (ledger.closeTurn === ledger.turn && ledger.isRacing) return undefined;
  return broken(`${send.message.id} waited when close was called, and slipped out`, send);
}
