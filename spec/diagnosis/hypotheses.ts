// Fault hypotheses: what a mistaken producer would take for the truth, each a small variation of the account or
// of the profile. The one under which an unlawful history is lawful explains it.
import { BY_THE_BOOK, fits, type Accounting } from '../model/window.ts';
import type { Send } from '../model/calls.ts';
import { blocks } from '../model/decision.ts';
import type { Profile } from '../model/profile.ts';
import type { RuleId } from '../rule.ts';

/** The mistake that accounts for a case, in words that follow "as if". */
export interface HypothesisName {
  /** The rule that the mistake breaks. */
  readonly rule: RuleId;
  readonly text: string;
}

/** A mistake, and how a producer that makes it keeps its account. */
export interface Hypothesis extends HypothesisName {
  readonly account?: Partial<Accounting>;
  readonly profile?: Partial<Profile>;
}

/** Every hypothesis, the more special before the more general of the same rule. */
export const HYPOTHESES: readonly Hypothesis[] = [
  {
    rule: 'WIN-7',
    text: 'sync sends took space until they were answered',
    account: { takes: bytesOf(({ charged, dispatch }) => charged || dispatch === 'sync') },
  },
  {
    rule: 'WIN-7',
    text: 'timed sends took space until they were answered',
    account: { takes: bytesOf(({ charged, dispatch }) => charged || dispatch === 'timed') },
  },
  {
    rule: 'WIN-7',
    text: 'every send took space until it was answered',
    account: { takes: ({ charge }) => charge },
  },
  {
    rule: 'WIN-9',
    text: 'refused messages kept their space',
    account: { strays: (send, event) => (event === 'refuse' && send.holding ? send.charge : 0) },
  },
  {
    rule: 'WIN-9',
    text: 'refused messages of callbacks kept their space',
    account: {
      strays: (send, event) =>
        event === 'refuse' && send.holding && send.completion ? send.charge : 0,
    },
  },
  {
    rule: 'WIN-10',
    text: 'sends that failed while they waited kept the space they had asked for',
    account: { strays: (send, event) => (event === 'abandoned' ? send.charge : 0) },
  },
  {
    rule: 'WIN-10',
    text: 'sends that failed while they waited gave back space that they never had',
    account: { strays: (send, event) => (event === 'abandoned' ? -send.charge : 0) },
  },
  {
    rule: 'WIN-11',
    text: 'an answer that comes late freed space once more',
    account: { strays: (send, event) => (event === 'late-answer' ? -send.charge : 0) },
  },
  {
    rule: 'WIN-11',
    text: 'an answer freed space twice',
    account: {
      strays: (send, event) =>
        (event === 'ack' || event === 'refuse') && send.holding ? -send.charge : 0,
    },
  },
  {
    rule: 'WIN-12',
    text: 'messages were counted, not bytes',
    account: { takes: ({ charged }) => (charged ? 1 : 0), fits: fitsAsOne },
  },
  {
    rule: 'WIN-12',
    text: 'a message of no bytes took one',
    account: {
      takes: ({ charged, charge }) => (charged ? Math.max(1, charge) : 0),
      fits: (wanted, profile) => fits({ ...wanted, charge: Math.max(1, wanted.charge) }, profile),
    },
  },
  {
    rule: 'WIN-12',
    text: 'bytes were counted in 32 bits',
    account: {
      counts: (bytes) => bytes | 0,
      fits: ({ windowSize, usage, charge, charged }, profile) =>
        fits({ windowSize, usage: 0, charge: (usage + charge) | 0, charged }, profile),
    },
  },
  {
    rule: 'LIF-6',
    text: 'an interrupt that comes too late freed space',
    account: { strays: (send, event) => (event === 'late-interrupt' ? -send.charge : 0) },
  },
  {
    rule: 'DST-4',
    text: 'sends that fail their checks took space',
    account: { strays: (send, event) => (event === 'rejected' ? send.charge : 0) },
  },
  {
    rule: 'WIN-3',
    text: 'acknowledged messages kept their space',
    account: { strays: (send, event) => (event === 'ack' && send.holding ? send.charge : 0) },
  },
  {
    rule: 'WIN-3',
    text: 'a message that fills the window to the brim did not fit',
    account: {
      fits: (wanted, profile) =>
        wanted.charged && wanted.charge > 0
          ? fits({ ...wanted, charge: wanted.charge + 1 }, profile)
          : fits(wanted, profile),
    },
  },
  {
    rule: 'WIN-3',
    text: 'sync sends had to fit whole',
    account: { fits: (wanted, profile) => fits({ ...wanted, charged: true }, profile) },
  },
  {
    rule: 'WIN-1',
    text: 'a send could go while any room was left',
    profile: { admits: 'while-room-is-left', oversized: 'like-any-other' },
  },
  {
    rule: 'WIN-1',
    text: 'sends with a completion callback took no space',
    account: { takes: bytesOf(({ charged, completion }) => charged && !completion) },
  },
  {
    rule: 'WIN-1',
    text: 'sends that wait for their acknowledgement took no space',
    account: { takes: bytesOf(({ charged, dispatch }) => charged && !blocks(dispatch)) },
  },
  {
    rule: 'SYN-8',
    text: 'a sync send held up those behind it',
    profile: { syncHoldsUp: 'its-session' },
  },
  {
    rule: 'WIN-8',
    text: 'a window of 0 was full',
    account: { fits: ({ windowSize }) => windowSize > 0 },
  },
];

/** The account that a hypothesis makes of the true one. */
export function accountOf({ account }: Hypothesis): Accounting {
  return { ...BY_THE_BOOK, ...account };
}

function bytesOf(isCharged: (send: Send) => boolean): Accounting['takes'] {
  return (send) => (isCharged(send) ? send.charge : 0);
}

function fitsAsOne(...[wanted, profile]: Parameters<Accounting['fits']>): boolean {
  return fits({ ...wanted, charge: 1 }, profile);
}
