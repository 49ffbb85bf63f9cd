// The window: what waits for space, what must not, and what the producer's own figure says.
// WIN-1, that usage never exceeds the limit, is in headline.ts; what takes space is in space.ts.
import { keepsForLater } from '../model/reconnecting.ts';
import { asAmount } from '../model/window.ts';
import type { Send } from '../model/calls.ts';
import type { ErrorKind } from '../events/failure.ts';
import { causesOf } from '../model/causes.ts';
import { blocks } from '../model/decision.ts';
import { mayFailInCallback } from '../model/in-callbacks.ts';
import type { Ledger } from '../model/ledger.ts';
import { hasGoneOut, isFreeToGo } from '../model/wait-reason.ts';
import { broken, brokenBy, chapter, SENDS, stillPending, type Judgement } from '../rule.ts';
import { failsAtOnce } from './send.ts';

/** WIN-2 to WIN-6. */
export const WINDOW_RULES = chapter({ needs: ['window'] }, [
  {
    id: 'WIN-2',
    statement: 'A send that does not fit waits; it is neither refused nor dropped.',
    rationale:
      'Waiting is the back-pressure that the application asked for. An error would make the ' +
      'application retry.',
    source:
      'notes, producerWindowSize; ActiveMQMessageProducer.send, `producerWindow.waitForSpace()`',
    lookFirst:
      'What does a send do when the window is full? Look for a throw or an early return; also for ' +
      'a message whose time to live runs out while it waits, which is for the broker to judge.',
    under: { whenFull: ['wait'] },
    heeds: ['unit', 'charges', 'admits', 'oversized'],
    about: SENDS,
    judges: {
      settle: ({ waiting }) => {
        const first = waiting.values().next().value;
        return first?.charged && first.waitedForSpace ? 'holds' : undefined;
      },
      receive: (ledger) => {
        const { send } = ledger;
        if (!send || !isSentThoughFull(send, ledger)) return undefined;
        return brokenBy(send, `sent instead of waiting: ${ledger.describeSpace(send)}`);
      },
      return: (ledger) => {
        const { send, seesPackets, profile } = ledger;
        if (!send?.charged || send.received || !seesPackets || profile.admits !== 'what-fits')
          return undefined;
        if (ledger.fits(send, -ledger.account.doubtful) || !isFreeToGo(send, ledger))
          return undefined;
        if (mayFailInCallback(send, ledger) && causesOf(send, ledger).length > 0) return undefined;
        const space = ledger.describeSpace(send);
        return brokenBy(send, `returned, unsent, instead of waiting: ${space}`);
      },
      throw: (ledger) => {
        const { send } = ledger;
        if (!send || causesOf(send, ledger).length > 0) return undefined;
        if (!refusedForWantOfSpace(send, ledger)) return undefined;
        return brokenBy(send, `failed instead of waiting: ${ledger.describeSpace(send)}`);
      },
    },
  },
  {
    id: 'WIN-3',
    statement: 'A waiting send goes out as soon as it fits.',
    rationale: 'A lost wake-up or leaked space blocks the application forever, without any error.',
    source:
      'MemoryUsage.decreaseUsage and waitForSpace; apache/pulsar 6360, ' +
      'eclipse-mosquitto/mosquitto 112',
    lookFirst:
      'Does every path give space back: ack, refusal, interrupt, timeout, callback? Does each ' +
      'release wake everything that now fits, even if two releases come in one turn?',
    under: { whenFull: ['wait'] },
    heeds: ['unit', 'charges', 'admits', 'oversized', 'order', 'syncHoldsUp'],
    about: SENDS,
    judges: {
      receive: admittedAfterWaiting,
      return: admittedAfterWaiting,
      overdue: (ledger) => {
        const { send, settings } = ledger;
        const isDue = send && settings.windowSize > 0 && isFreeToGo(send, ledger);
        if (!isDue || hasGoneOut(send, ledger)) return undefined;
        return stillPending(send, `it fits: ${ledger.describeSpace(send)}`);
      },
    },
  },
  {
    id: 'WIN-4',
    statement:
      "The producer's own usage figure equals the unanswered charge, and is never negative.",
    rationale:
      'Operators watch this figure, and the producer decides by this figure whom to admit. A ' +
      'figure that drifts ends in a stall or a flood.',
    source: 'MemoryUsage.getUsage; apache/pulsar 5585, apache/pulsar 12151, apache/pulsar 16837',
    lookFirst: 'Compare what an admission adds with what each kind of answer takes off.',
    needs: ['window', 'usage'],
    heeds: ['unit', 'charges'],
    judges: {
      usage: ({ settings, profile, closeReturned }, event) => {
        // Without a window, or after a close, the figure means nothing, and -1 may well say so.
        if (event.bytes >= 0 || settings.windowSize === 0 || closeReturned) return undefined;
        return broken(`the producer reports a usage of ${asAmount(event.bytes, profile)}`);
      },
      settle: (ledger) => {
        const { sampledUsage: figure, account, settings, profile } = ledger;
        if (figure === undefined || settings.windowSize === 0) return undefined;
        if (ledger.closeInvoked || ledger.lost || keepsForLater(ledger)) return undefined;
        if (figure >= account.usage && figure <= account.most) return 'holds';
        const reported = asAmount(figure, profile);
        return broken(`the producer reports ${reported}; ${account.usage} are unanswered`);
      },
    },
  },
  {
    id: 'WIN-5',
    statement: 'Waiting sends are admitted in the order they were invoked.',
    rationale:
      'If small sends pass large ones, a large one can starve, and the order of messages is lost.',
    source:
      'this rule book, strict profile: first come, first served; Jakarta Messaging 3.1, 6.2.9.2',
    lookFirst: 'Does a new send check the queue of waiting sends before it checks the free space?',
    under: { order: ['first-come-first-served'], whenFull: ['wait'] },
    about: SENDS,
    judges: {
      receive: (ledger) => {
        const { send } = ledger;
        if (!send || !ledger.receivedNow) return undefined;
        for (const earlier of ledger.waiting) {
          if (earlier.order > send.order) break;
          if (!earlier.waited || !ledger.certainlyBefore(earlier, send)) continue;
          // What was admitted before may be written after it, on its way to another destination.
          if (ledger.destinationOf(earlier) !== ledger.destinationOf(send)) continue;
          if (causesOf(earlier, ledger).length === 0) return overtaken(earlier, send);
        }
        return send.waited ? 'holds' : undefined;
      },
      return: ({ admitted, send, seesPackets }) =>
        admitted && send?.waited && !seesPackets ? 'holds' : undefined,
      settle: (ledger) => {
        const first = ledger.waiting.values().next().value;
        if (!first || causesOf(first, ledger).length > 0) return undefined;
        // Unseen, a blocked caller may well have sent its message already.
        if (!ledger.seesPackets && blocks(first.dispatch)) return undefined;
        const later = ledger.admittedThisTurn.find(
          (send) =>
            send.order > first.order &&
            ledger.certainlyBefore(first, send) &&
            (ledger.seesPackets ? send.received : send.invokedTurn > first.invokedTurn),
        );
        return later && ledger.overdue.length === 0 ? overtaken(first, later) : undefined;
      },
    },
  },
  {
    id: 'WIN-6',
    statement: 'A charged send larger than the window fails at once, and nothing is sent.',
    rationale:
      'Such a send could never be admitted. Waiting would block its caller, and every send ' +
      'behind it, forever.',
    source:
      'this rule book, strict profile: a charged send larger than the window could never be ' +
      'admitted',
    lookFirst: 'Is the size compared with the limit itself, before the wait?',
    under: { oversized: ['fail'], unit: ['bytes'] },
    heeds: ['charges'],
    about: ['rejected'],
    judges: failsAtOnce('too-large', 'it is larger than the whole window'),
  },
]);

/**
 * Whether a send that takes no space went out at a full window for certain: nothing else was done in this turn that
 * may have opened the window for a moment, and no later send has overtaken it on the wire.
 */
export function isSentThoughFull(send: Send, ledger: Ledger): boolean {
  const { account, settings, profile, newestReceived } = ledger;
  if (!ledger.receivedNow || ledger.concurrent || ledger.isRacing || send.charged) return false;
  if (profile.admits !== 'what-fits' || !blocks(send.dispatch) || send.fitWhenInvoked) return false;
  // In a transaction whose begin was refused, a producer may take itself to be outside.
  if (send.transaction || !isFreeToGo(send, ledger)) return false;
  if (newestReceived && newestReceived.order > send.order) return false;
  return settings.windowSize > 0 && account.usage >= settings.windowSize;
}

/** Whether a send that failed had nothing against it but that it did not fit (WIN-2). */
function refusedForWantOfSpace(send: Send, ledger: Ledger): boolean {
  const { failure } = ledger;
  if (failure?.kind !== undefined && OTHER_REASONS.has(failure.kind)) return false;
  if (send.fitWhenInvoked || send.admitted || send.rejection) return false;
  return !ledger.fits(send);
}

/** Kinds of error by which a producer says that it was not for want of space. */
const OTHER_REASONS = new Set<ErrorKind>(['closed', 'connection-lost', 'interrupted']);

function admittedAfterWaiting({ admitted, send }: Ledger): Judgement {
  return admitted && send?.waitedForSpace ? 'holds' : undefined;
}

function overtaken(earlier: Send, later: Send): Judgement {
  return broken(
    `${later.message.id} went out while the earlier ${earlier.message.id} waits`,
    later,
  );
}
