// Space: what takes it, what gives it back, and how it is counted. All but WIN-8 are explanations: they
// say why a send does not go out (WIN-3) or why the producer's own figure is off (WIN-4).
import { MAX_INT32 } from '../diagnosis/explanation.ts';
import type { Ledger } from '../model/ledger.ts';
import {
  CHARGED,
  SENDS,
  broken,
  explainedBy,
  stuckAs,
  type Judgement,
  type Rule,
} from '../rule.ts';
import { arrivedAfterItsFailure } from '../model/causes.ts';

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
  explains: true,
  about: CHARGED,
  judges: {
    receive: (ledger) => admittedBeside(ledger, syncBytes(ledger)),
    return: (ledger) => admittedBeside(ledger, syncBytes(ledger)),
    settle: explainedBy('WIN-7'),
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
    settle: stuckAs('WIN-8'),
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
  explains: true,
  about: CHARGED,
  judges: {
    receive: (ledger) => admittedBeside(ledger, ledger.suspects.now.refused),
    return: (ledger) => admittedBeside(ledger, ledger.suspects.now.refused),
    settle: explainedBy('WIN-9'),
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
  explains: true,
  about: SENDS,
  judges: {
    throw: ({ send }) => (send?.waitedForSpace && !send.admitted ? 'holds' : undefined),
    receive: (ledger) => {
      const { send } = ledger;
      return send?.waitedForSpace && arrivedAfterItsFailure(ledger)
        ? broken(`${send.message.id} was sent, although its send had failed while it waited`, send)
        : undefined;
    },
    settle: explainedBy('WIN-10'),
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
  explains: true,
  about: SENDS,
  judges: {
    ack: ({ send }) => (send && send.outcome !== 'pending' ? 'holds' : undefined),
    refuse: ({ send }) => (send && send.outcome !== 'pending' ? 'holds' : undefined),
    receive: slippedThrough,
    settle: explainedBy('WIN-11'),
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
  explains: true,
  about: CHARGED,
  judges: {
    receive: (ledger) => overflows(ledger) ?? admittedByBytes(ledger),
    return: admittedByBytes,
    settle: (ledger) => {
      const [first] = ledger.waiting;
      const waits = first?.charged && first.waitedForSpace && !ledger.stuck.size;
      if (waits && ledger.account.holders.size < ledger.settings.windowSize) return 'holds';
      return explainedBy('WIN-12')(ledger);
    },
  },
};

/** WIN-7 to WIN-12. */
export const SPACE_RULES: readonly Rule[] = [WIN_7, WIN_8, WIN_9, WIN_10, WIN_11, WIN_12];

function admittedBesideOthers({ admitted, send, account, settings }: Ledger): Judgement {
  if (!admitted || !send || settings.windowSize > 0) return undefined;
  return account.usage > send.charge ? 'holds' : undefined;
}

/** Antecedent: a send was admitted that would have had to wait if `bytes` more were counted. */
function admittedBeside(ledger: Ledger, bytes: number): Judgement {
  const { admitted, send, settings } = ledger;
  if (!admitted || bytes === 0 || !send || settings.windowSize === 0 || ledger.lost)
    return undefined;
  const withoutIt = -send.charge;
  const wouldWait =
    ledger.fitsBeside(send, withoutIt) && !ledger.fitsBeside(send, withoutIt + bytes);
  return wouldWait ? 'holds' : undefined;
}

/** Bytes of sync and timed sends that a mistaken producer would count. */
function syncBytes(ledger: Ledger): number {
  const { suspects, profile, send } = ledger;
  const { now } = suspects;
  if (!ledger.seesPackets && send && !profile.queuesBehindSync)
    return ledger.blockedBytesBefore(send);
  // Where nothing passes a blocked send, what can be seen is that it took no space for good.
  return now.blocked + (profile.queuesBehindSync ? now.unblocked : 0);
}

/** Antecedent: counting messages, or in 32 bits, would have decided otherwise. */
function admittedByBytes({ admitted, send, account, settings }: Ledger): Judgement {
  const { windowSize } = settings;
  if (!admitted || !send || windowSize === 0) return undefined;
  const full = send.charge === 0 && account.usage === windowSize;
  const telling = account.holders.size > windowSize || account.usage > MAX_INT32 || full;
  return telling ? 'holds' : undefined;
}

/** Too much was let out, by itself, into a window that 32 bits cannot count. */
function overflows(ledger: Ledger): Judgement {
  const { admitted, send, account, settings, suspects, admittedThisTurn } = ledger;
  const tooMuch = admitted && send && account.usage > settings.windowSize;
  if (!tooMuch || settings.windowSize <= MAX_INT32 || ledger.lost) return undefined;
  const isClean = suspects.now.onlyKind === 'none' && !ledger.hasUsage;
  if (!ledger.profile.admitsOnlyWhatFits || !isClean || admittedThisTurn.length > 1)
    return undefined;
  const why = `${account.usage} bytes are unanswered, the limit is ${settings.windowSize}`;
  return broken(`with ${send.message.id} admitted, ${why}: more than 32 bits can count`, send);
}

/** A late answer, and nothing else, let out what does not fit. */
function slippedThrough(ledger: Ledger): Judgement {
  const { admitted, send, account, settings, suspects } = ledger;
  const late = suspects.answeredLate;
  if (!late || ledger.steps !== 1 || !admitted || !send?.charged || ledger.lost) return undefined;
  if (settings.windowSize === 0 || account.usage <= settings.windowSize) return undefined;
  if (!ledger.profile.admitsOnlyWhatFits) return undefined;
  return broken(`the late answer to ${late.message.id} let out ${send.message.id}`, send);
}
