// Space: what takes it, what gives it back, and how it is counted. All but WIN-8 are diagnoses: a mistake of
// theirs shows as a send that does not go out (WIN-3), a figure that is off (WIN-4) or a window that overflows
// (WIN-1), and diagnosis/hypotheses.ts names them. Here stands when each was put to the test.
import type { Ledger } from '../model/ledger.ts';
import { isFreeToGo } from '../model/wait-reason.ts';
import { CHARGED, SENDS, stillPending, type Judgement, type Rule } from '../rule.ts';

/** The most that a signed integer of 32 bits can count. */
const MAX_INT32 = 2 ** 31 - 1;

const WIN_7: Rule = {
  id: 'WIN-7',
  level: 'MUST',
  statement: 'A sync or timed send takes no window space.',
  rationale:
    'Its caller is held up already. If it is counted as well, the window shrinks with every caller.',
  source:
    'notes, `producerWindow.increaseUsage(size)` in the branch of 异步发送 alone; esp-mqtt 317',
  lookFirst: 'Is space taken before the decision is made, or for every message that is written?',
  needs: ['window'],
  about: CHARGED,
  judges: {
    receive: (ledger) => admittedBeside(ledger, syncBytes(ledger)),
    return: (ledger) => admittedBeside(ledger, syncBytes(ledger)),
  },
};

const WIN_8: Rule = {
  id: 'WIN-8',
  level: 'MUST',
  statement: 'Without a window nothing waits for space.',
  rationale: 'A limit of 0 means none. Taken literally it would stop every send.',
  source:
    'notes, `if (producerWindow != null)`; ActiveMQConnection.getProducerWindowSize, default 0',
  lookFirst: 'Is a window size of 0 told apart from a window that is full?',
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
};

const WIN_9: Rule = {
  id: 'WIN-9',
  level: 'MUST',
  statement: 'A refused message gives its space back.',
  rationale: 'A broker that refuses for a while would leave a producer that is stuck for good.',
  source: 'ActiveMQConnection.onProducerAck; apache/pulsar 6360 and 6488, 13454',
  lookFirst: 'Is space given back by the handler of success alone?',
  needs: ['window'],
  about: CHARGED,
  judges: {
    receive: (ledger) => admittedBeside(ledger, ledger.account.refused),
    return: (ledger) => admittedBeside(ledger, ledger.account.refused),
  },
};

const WIN_10: Rule = {
  id: 'WIN-10',
  level: 'MUST',
  statement: 'A send that fails while it waits takes no space and is never sent.',
  rationale:
    'The application was told that it failed, and may send it again; what it left behind is nobody’s.',
  source:
    'notes, `waitForSpace()` interrupted: no increaseUsage, no send; MemoryUsage.waitForSpace',
  lookFirst:
    'Does a waiter that gives up leave the queue, give its reservation back, and wake the next?',
  needs: ['window'],
  about: SENDS,
  judges: {
    throw: ({ send }) => (send?.waitedForSpace && !send.admitted ? 'holds' : undefined),
  },
};

const WIN_11: Rule = {
  id: 'WIN-11',
  level: 'MUST',
  statement: 'An answer to a send that has already ended changes nothing else.',
  rationale:
    'Space that is given back twice lets usage drift below the truth, and the window leak.',
  source: 'apache/pulsar 12151 and 12410, moquette-io/moquette 583',
  lookFirst: 'Is the message looked up among those that hold space before anything is released?',
  needs: ['window'],
  about: SENDS,
  judges: {
    ack: ({ send }) => (send && send.outcome !== 'pending' ? 'holds' : undefined),
    refuse: ({ send }) => (send && send.outcome !== 'pending' ? 'holds' : undefined),
  },
};

const WIN_12: Rule = {
  id: 'WIN-12',
  level: 'MUST',
  statement: 'Usage is counted in bytes charged, whatever the number of messages.',
  rationale:
    'A window of bytes is a promise about memory. Counting messages, or in 32 bits, breaks it for ' +
    'the very sizes that matter.',
  source: 'notes, `msg.getSize()`; MemoryUsage.increaseUsage(long)',
  lookFirst: 'What is added for a message of no bytes, and what at 2^31?',
  needs: ['window'],
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
};

/** WIN-7 to WIN-12. */
export const SPACE_RULES: readonly Rule[] = [WIN_7, WIN_8, WIN_9, WIN_10, WIN_11, WIN_12];

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
  const passed = profile.queuesBehindSync && ledger.seesPackets ? account.passed : 0;
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
