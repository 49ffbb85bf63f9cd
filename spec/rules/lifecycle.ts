// Lifecycle: closing, closing again, and interrupts.
import { causesOf, wrongKind } from '../model/causes.ts';
import type { Send } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import { SENDS, broken, explainedBy, stuck, stuckAs, type Judgement, type Rule } from '../rule.ts';
import { disturbedBy } from './disturbance.ts';

const LIF_1: Rule = {
  id: 'LIF-1',
  level: 'MUST',
  statement: 'A send on a closed producer fails at once, and nothing is sent.',
  rationale:
    'The application believes that the producer is quiet; a message now comes out of nowhere.',
  source: 'notes, `checkClosed()` at the head of both methods',
  lookFirst: 'Is "closed" looked at first, and again after every wait?',
  needs: [],
  about: ['doomed'],
  judges: {
    throw: (ledger) => {
      if (ledger.send?.doom !== 'closed') return undefined;
      const wrong = wrongKind(ledger.send, 'closed', ledger);
      return wrong ? broken(wrong, ledger.send) : 'holds';
    },
    return: ({ send }) =>
      send?.doom === 'closed'
        ? broken(`the send of ${send.message.id} returned on a closed producer`, send)
        : undefined,
    receive: ({ send }) =>
      send?.doom === 'closed'
        ? broken(`${send.message.id} was sent by a closed producer`, send)
        : undefined,
    settle: stuckAs('LIF-1'),
  },
};

const LIF_2: Rule = {
  id: 'LIF-2',
  level: 'MUST',
  statement: 'Close returns without any further answer, and no operation stays pending.',
  rationale: 'A program must be able to stop, above all when the broker does not answer.',
  source: 'ActiveMQMessageProducer.close; amqp-node/amqplib 744, eclipse-ee4j/openmq 68',
  lookFirst: 'What does close await? Are all waiting sends failed at once, or woken one by one?',
  needs: [],
  about: [...SENDS, 'close'],
  judges: {
    receive: slippedOut,
    return: slippedOut,
    throw: (ledger) => {
      const { call } = ledger;
      if (call?.action !== 'close' || call.again || ledger.lost || ledger.disrupted)
        return undefined;
      return broken(`close failed: ${call.failure?.message}`, call);
    },
    settle: (ledger) => {
      const breach = stuck(ledger, 'LIF-2');
      if (breach) return breach;
      return ledger.closeInvoked && ledger.closeTurn === ledger.turn ? 'holds' : undefined;
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
  selfContained: true,
  about: ['close'],
  judges: {
    return: ({ call }) => (call?.action === 'close' && call.again ? 'holds' : undefined),
    throw: ({ call, lost, disrupted }) =>
      call?.action === 'close' && call.again && !lost && !disrupted
        ? broken(`closing again failed: ${call.failure?.message}`, call)
        : undefined,
    settle: stuckAs('LIF-3'),
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
      if (!closeReturned || packet.type !== 'message' || send?.doom === 'closed') return undefined;
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
    settle: stuckAs('LIF-5'),
  },
};

const LATE_INTERRUPT = disturbedBy(
  ({ suspects }) => suspects.interruptedLate,
  'the late interrupt of',
);

const LIF_6: Rule = {
  id: 'LIF-6',
  level: 'MUST',
  statement: 'An interrupt that comes after the send has ended changes nothing.',
  rationale:
    'Interrupts race with answers. One that comes too late must find nothing left to undo.',
  source: 'notes, InterruptedException is caught around the wait alone; MemoryUsage.waitForSpace',
  lookFirst: 'Is the listener for the interrupt removed when the send ends, on every path?',
  needs: ['interrupt'],
  explains: true,
  judges: {
    ...LATE_INTERRUPT,
    throw: (ledger, event) => {
      const { send, suspects } = ledger;
      const inherited = send?.failure?.kind === 'interrupted' && suspects.hadLateInterrupt;
      if (!inherited || causesOf(send, ledger).length > 0)
        return LATE_INTERRUPT.throw?.(ledger, event);
      return broken(`the send of ${send.message.id} failed for an earlier interrupt`, send);
    },
    settle: (ledger) =>
      explainedBy('LIF-6')(ledger) ?? (ledger.suspects.interruptedLate ? 'holds' : undefined),
  },
};

/** LIF-1 to LIF-6. */
export const LIFECYCLE_RULES: readonly Rule[] = [LIF_1, LIF_2, LIF_3, LIF_4, LIF_5, LIF_6];

/** The turn of the close is not over, and more has happened in it, or the send was invoked in it. */
function raced(send: Send, { closeTurn, turn, steps }: Ledger): boolean {
  return closeTurn === turn && (send.invokedTurn === turn || steps > 1);
}

/** A send that waited when close was invoked, and nothing else happened, may only fail. */
function slippedOut(ledger: Ledger): Judgement {
  const { send } = ledger;
  if (!ledger.closeInvoked || !ledger.admitted || !send?.waited) return undefined;
  if (ledger.closeTurn === ledger.turn && ledger.steps > 1) return undefined;
  return broken(`${send.message.id} waited when close was called, and slipped out`, send);
}
