// Space: what takes it, what gives it back, and how it is counted. All but WIN-8 are diagnoses: a mistake of
// theirs shows as a send that does not go out (WIN-3), a figure that is off (WIN-4) or a window that overflows
// (WIN-1), and diagnosis/hypotheses.ts names them. Here stands when each was put to the test.
import { arrivedAfterItsFailure, causesOf } from '../model/causes.ts';
import type { Ledger } from '../model/ledger.ts';
import { hasBlockedTooLong, isFreeToGo } from '../model/wait-reason.ts';
import { failedAs } from './send.ts';
import { isSentThoughFull } from './window.ts';
import { brokenBy, chapter, CHARGED, SENDS, stillPending, type Judgement } from '../rule.ts';

/** The most that a signed integer of 32 bits can count. */
const MAX_INT32 = 2 ** 31 - 1;

/** WIN-7 to WIN-14. */
export const SPACE_RULES = chapter({ needs: ['window'] }, [
  {
    id: 'WIN-7',
    statement: 'A sync or timed send takes no window space.',
    rationale:
      'The caller of such a send is blocked already. If the send also takes space, the window ' +
      'shrinks with every blocked caller.',
    source:
      'notes, `producerWindow.increaseUsage(size)` only in the branch 异步发送流程; espressif/esp-mqtt ' +
      '317',
    lookFirst: 'Is space taken before the decision is made, or for every message that is written?',
    under: { charges: ['returning-sends', 'async-sends'] },
    about: CHARGED,
    judges: {
      receive: (ledger) => admittedBeside(ledger, syncBytes(ledger)),
      return: (ledger) => admittedBeside(ledger, syncBytes(ledger)),
    },
  },
  {
    id: 'WIN-8',
    statement: 'Without a window nothing waits for space.',
    rationale: 'A limit of 0 means no limit. Taken literally, 0 would stop every send.',
    source:
      'notes, `if (producerWindow != null)`; ActiveMQConnection.getProducerWindowSize, default 0',
    lookFirst: 'Does the check distinguish a window size of 0 from a full window?',
    needs: [],
    about: SENDS,
    judges: {
      receive: admittedBesideOthers,
      return: admittedBesideOthers,
      overdue: (ledger) => {
        const { send, settings } = ledger;
        const isDue = send && !send.admitted && settings.windowSize === 0;
        return isDue && ledger.seesPackets && isFreeToGo(send, ledger)
          ? stillPending(send, 'there is no window')
          : undefined;
      },
    },
  },
  {
    id: 'WIN-9',
    statement: 'A refused message gives its space back.',
    rationale:
      'Otherwise a broker that refuses for a while leaves a producer that is blocked forever.',
    source:
      'ActiveMQMessageProducer.onProducerAck; apache/pulsar 6360, apache/pulsar 6488, ' +
      'apache/pulsar 13454',
    lookFirst: 'Does only the success handler give space back?',
    heeds: ['charges'],
    about: CHARGED,
    judges: {
      receive: (ledger) => admittedBeside(ledger, ledger.account.refused),
      return: (ledger) => admittedBeside(ledger, ledger.account.refused),
    },
  },
  {
    id: 'WIN-10',
    statement: 'A send that fails while it waits takes no space and is never sent.',
    rationale:
      'The application knows that the send failed, and may send the message again. Nobody gives ' +
      'back space that the failed send keeps.',
    source:
      'notes, `waitForSpace()` interrupted: no increaseUsage, no send; MemoryUsage.waitForSpace',
    lookFirst:
      'Does a waiter that gives up leave the queue, give its reservation back, and wake the next?',
    under: { whenFull: ['wait'] },
    about: SENDS,
    judges: {
      throw: ({ send }) => (send?.waitedForSpace && !send.admitted ? 'holds' : undefined),
    },
  },
  {
    id: 'WIN-11',
    statement: 'An answer to a send that has already ended changes nothing else.',
    rationale:
      'Space that is given back twice makes the usage figure too low, so the window lets too ' +
      'much through.',
    source: 'apache/pulsar 12151, apache/pulsar 12410, moquette-io/moquette 583',
    lookFirst: 'Does the producer check that the message still holds space before it releases any?',
    about: SENDS,
    judges: {
      ack: ({ send }) => (send && send.outcome !== 'pending' ? 'holds' : undefined),
      refuse: ({ send }) => (send && send.outcome !== 'pending' ? 'holds' : undefined),
    },
  },
  {
    id: 'WIN-12',
    statement: 'Usage is counted in bytes charged, whatever the number of messages.',
    rationale:
      'A window of bytes is a promise about memory. A count of messages, or a count in 32 bits, ' +
      'breaks that promise for the very sizes that matter.',
    source: 'notes, `msg.getSize()`; MemoryUsage.increaseUsage(long)',
    lookFirst: 'What does a message of 0 bytes add, and what does a message of 2^31 bytes add?',
    under: { unit: ['bytes'] },
    heeds: ['charges'],
    about: CHARGED,
    judges: {
      receive: admittedByBytes,
      return: admittedByBytes,
      settle: ({ waiting, overdue, account, settings }) => {
        const [first] = waiting;
        const waits = first?.charged && first.waitedForSpace && overdue.length === 0;
        return waits && account.holders.size < settings.windowSize ? 'holds' : undefined;
      },
    },
  },
  {
    id: 'WIN-13',
    statement:
      'A send waits for space for maxBlockMs and no longer: then it fails, not before and not long ' +
      'after.',
    rationale:
      'The application said how long it can be held up. Later it is needed elsewhere; earlier the ' +
      'broker may still make room.',
    source: 'KafkaProducer, max.block.ms; BufferPool.allocate; apache/kafka 1314',
    lookFirst:
      'When does the timer start, does anything start it again, and is it stopped once the send ' +
      'goes out? The wait for the acknowledgement is another wait.',
    needs: ['window', 'max-block'],
    under: { whenFull: ['wait'] },
    about: SENDS,
    judges: {
      throw: judgeTimeout,
      overdue: (ledger) => {
        const { send, settings } = ledger;
        if (!send || !hasBlockedTooLong(send, ledger)) return undefined;
        return stillPending(send, `it has waited for space for ${settings.maxBlockMs} ms`);
      },
    },
  },
  {
    id: 'WIN-14',
    statement:
      'Where sends do not wait for space, one that does not fit fails at once, unsent; any other goes out.',
    rationale:
      'An application that chose to fail wants to know at once, and only if there is no room. What ' +
      'fails although it would fit is sent again, for no reason.',
    source:
      'KafkaProducer, max.block.ms = 0; MQTT 5, 4.9; Semaphore.tryAcquire; this rule book, ' +
      '`whenFull: fail`',
    lookFirst:
      'Does every path give space back: ack, refusal, interrupt, timeout, loss? Is the space taken ' +
      'by a send that has failed given back as well?',
    under: { whenFull: ['fail'] },
    heeds: ['unit', 'charges', 'admits', 'oversized'],
    about: SENDS,
    judges: {
      throw: (ledger) => {
        const { send, settings } = ledger;
        if (!send || send.admitted || settings.windowSize === 0) return undefined;
        const causes = causesOf(send, ledger);
        if (causes.includes('full')) return 'holds';
        if (causes.length > 0) return undefined;
        return brokenBy(send, `failed, although it fits: ${ledger.describeSpace(send)}`);
      },
      receive: (ledger) => {
        const { send } = ledger;
        if (!send) return undefined;
        if (arrivedAfterItsFailure(ledger))
          return brokenBy(send, 'had failed; it arrived after all');
        if (!isSentThoughFull(send, ledger)) return undefined;
        return brokenBy(send, `sent instead of failing: ${ledger.describeSpace(send)}`);
      },
      overdue: (ledger) => {
        const { send, settings } = ledger;
        if (!send || send.admitted || settings.windowSize === 0) return undefined;
        if (!isFreeToGo(send, ledger)) return undefined;
        const although = ledger.fits(send) ? 'it fits' : 'it does not fit, and may not wait';
        return stillPending(send, `${although}: ${ledger.describeSpace(send)}`);
      },
    },
  },
]);

function judgeTimeout(ledger: Ledger): Judgement {
  const { send, failure, settings, nowAtMs } = ledger;
  const { maxBlockMs = 0 } = settings;
  if (!send || maxBlockMs === 0 || send.timeoutMs > 0) return undefined;
  const causes = causesOf(send, ledger);
  if (causes.includes('timeout')) return failedAs('timeout', send, ledger);
  if (causes.length > 0 || failure?.kind !== 'timeout') return undefined;
  if (send.admitted) return brokenBy(send, 'timed out, although it had gone out');
  return brokenBy(send, `timed out after ${nowAtMs - send.invokedAtMs} of ${maxBlockMs} ms`);
}

function admittedBesideOthers({ admitted, account, send, settings }: Ledger): Judgement {
  if (!admitted || !send || settings.windowSize > 0) return undefined;
  return account.usage > send.charge ? 'holds' : undefined;
}

/** Antecedent: a send was admitted that would have had to wait if `bytes` more were counted. */
function admittedBeside(ledger: Ledger, bytes: number): Judgement {
  const { admitted, send, settings } = ledger;
  if (!admitted || bytes === 0 || !send || settings.windowSize === 0 || ledger.lost)
    return undefined;
  const wouldWait = ledger.fits(send, -send.charge) && !ledger.fits(send, bytes - send.charge);
  return wouldWait ? 'holds' : undefined;
}

/** Bytes of sync and timed sends that a mistaken producer would count. */
function syncBytes(ledger: Ledger): number {
  const { send, account, profile } = ledger;
  // Where nothing passes a blocked send, what can be seen is that it took no space for good.
  const passed = profile.syncHoldsUp !== 'nobody' && ledger.seesPackets ? account.passed : 0;
  return send ? ledger.blockedBytesBefore(send) + passed : 0;
}

/** Antecedent: counting messages, or in 32 bits, would have decided otherwise. */
function admittedByBytes({ admitted, send, account, settings }: Ledger): Judgement {
  const { windowSize } = settings;
  if (!admitted || !send || windowSize === 0) return undefined;
  const full = send.charge === 0 && account.usage === windowSize;
  const telling = account.holders.size > windowSize || account.usage > MAX_INT32 || full;
  return telling ? 'holds' : undefined;
}
