// Lifecycle: closing, closing again, and interrupts.
import { causesOf, wrongKind } from '../model/causes.ts';
import type { Send } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import { mustHeedInterrupt } from '../model/wait-reason.ts';
import { SENDS, broken, stillPending, type Judgement, type Rule } from '../rule.ts';
import { failsAtOnce } from './rejection.ts';

const LIF_1: Rule = {
  id: 'LIF-1',
  level: 'MUST',
  statement: 'A send on a closed producer fails at once, and nothing is sent.',
  rationale:
    'The application believes that the producer is quiet; a message now comes out of nowhere.',
  source: 'notes, `checkClosed()` at the head of both methods',
  lookFirst: 'Is "closed" looked at first, and again after every wait?',
  needs: [],
  about: ['rejected'],
  judges: failsAtOnce('closed', 'closed', 'the producer is closed'),
};

const LIF_2: Rule = {
  id: 'LIF-2',
  level: 'MUST',
  statement: 'Close returns without any further answer, and no operation stays pending.',
  rationale: 'A program must be able to stop, above all when the broker does not answer.',
  source: 'ActiveMQMessageProducer.close; amqp-node/amqplib 744, eclipse-ee4j/openmq 68',
  lookFirst: 'What does close await? Are all waiting sends failed at once, or woken one by one?',
  needs: [],
  about: [...SENDS, 'rejected', 'transaction', 'close'],
  judges: {
    receive: slippedOut,
    return: slippedOut,
    throw: ({ call, lost, disrupted, failure }) =>
      call?.action === 'close' && !call.again && !lost && !disrupted
        ? broken(`close failed: ${failure?.message}`, call)
        : undefined,
    settle: ({ closeInvoked, closeTurn, turn }) =>
      closeInvoked && closeTurn === turn ? 'holds' : undefined,
    overdue: ({ closeInvoked, call, send }) => {
      if (!closeInvoked || !call || send?.rejection === 'closed') return undefined;
      if (call.action !== 'close') return stillPending(call, 'the producer was closed');
      return call.again ? undefined : stillPending(call, 'a close waits for no answer');
    },
  },
};

const LIF_3: Rule = {
  id: 'LIF-3',
  level: 'MUST',
  statement: 'Closing again is harmless.',
  rationale: 'Clean-up code closes what may be closed already.',
  source:
    'Jakarta Messaging 3.1, MessageProducer.close; ActiveMQMessageProducer.close, `if (!closed)`',
  lookFirst: 'Does the second close find something that the first one took away?',
  needs: [],
  about: ['close'],
  judges: {
    return: ({ call }) => (call?.action === 'close' && call.again ? 'holds' : undefined),
    throw: ({ call, lost, disrupted, failure }) =>
      call?.action === 'close' && call.again && !lost && !disrupted
        ? broken(`closing again failed: ${failure?.message}`, call)
        : undefined,
    overdue: ({ call }) =>
      call?.action === 'close' && call.again
        ? stillPending(call, 'closing again is harmless')
        : undefined,
  },
};

const LIF_4: Rule = {
  id: 'LIF-4',
  level: 'MUST',
  statement: 'Nothing is sent after close returned.',
  rationale: 'Close is the point after which the application may rely on silence.',
  source: 'ActiveMQMessageProducer.close; Jakarta Messaging 3.1, 6.1.8',
  lookFirst: 'Which timers, queues and retries outlive close?',
  needs: [],
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
};

const LIF_5: Rule = {
  id: 'LIF-5',
  level: 'MUST',
  statement: 'An interrupted send fails promptly, and the producer stays usable.',
  rationale: 'An interrupt is how a program takes back a thread that waits.',
  source: 'notes, `Send aborted due to thread interrupt`',
  lookFirst: 'Is the signal listened to in every wait, for space as well as for the ack?',
  needs: ['interrupt'],
  about: SENDS,
  judges: {
    throw: (ledger) => {
      const { send } = ledger;
      if (!send || !causesOf(send, ledger).includes('interrupted')) return undefined;
      const wrong = wrongKind(send, 'interrupted', ledger);
      return wrong ? broken(wrong, send) : 'holds';
    },
    overdue: (ledger) => {
      const { send } = ledger;
      if (!send || !mustHeedInterrupt(send, ledger)) return undefined;
      return stillPending(send, 'it was interrupted');
    },
  },
};

const LIF_6: Rule = {
  id: 'LIF-6',
  level: 'MUST',
  statement: 'An interrupt that comes after the send has ended changes nothing.',
  rationale:
    'Interrupts race with answers. One that comes too late must find nothing left to undo.',
  source: 'notes, InterruptedException is caught around the wait alone; MemoryUsage.waitForSpace',
  lookFirst: 'Is the listener for the interrupt removed when the send ends, on every path?',
  needs: ['interrupt'],
  judges: { settle: ({ lateInterrupt }) => (lateInterrupt ? 'holds' : undefined) },
};

/** LIF-1 to LIF-6. */
export const LIFECYCLE_RULES: readonly Rule[] = [LIF_1, LIF_2, LIF_3, LIF_4, LIF_5, LIF_6];

/** The turn of the close is not over, and more has happened in it, or the send was invoked in it. */
function raced(send: Send, { closeTurn, turn, isRacing }: Ledger): boolean {
  return closeTurn === turn && (send.invokedTurn === turn || isRacing);
}

/** A send that waited when close was invoked, and nothing else happened, may only fail. */
function slippedOut(ledger: Ledger): Judgement {
  const { send } = ledger;
  if (!ledger.closeInvoked || !ledger.admitted || !send?.waited) return undefined;
  if (ledger.closeTurn === ledger.turn && ledger.isRacing) return undefined;
  return broken(`${send.message.id} waited when close was called, and slipped out`, send);
}
