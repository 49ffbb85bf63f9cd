// What is wrong with a producer's account of its window, when it shows: a send that fits and does not go
// out (WIN-3), a figure that is off (WIN-4). An explanation is named beside these, and only if it is the
// one mistake that accounts for what is seen; where two would do, none is named.
import { asBytes } from '../model/quantity.ts';
import type { Send } from '../model/calls.ts';
import type { Ledger } from '../model/ledger.ts';
import type { RuleId } from '../rule.ts';
import type { Kind } from './suspects.ts';

/** The rule whose breach explains what is seen at a settle point. */
export interface Explanation {
  readonly rule: RuleId;
  readonly why: string;
  readonly send?: Send;
}

/** The most that a signed integer of 32 bits can count. */
export const MAX_INT32 = 2 ** 31 - 1;

/** Up to here single-precision numbers count every byte. */
const MAX_SINGLE = 2 ** 24;

/** The explanation at this settle point, if something is wrong and it has one. */
export function explain(ledger: Ledger): Explanation | undefined {
  if (ledger.disputed || ledger.disrupted) return undefined;
  const head = ledger.stuck.get('WIN-3')?.call;
  // Where something else is wrong as well, the account may be wrong because of that.
  if (ledger.stuck.size > (head ? 1 : 0)) return undefined;
  const explained = head?.action === 'send' ? explainStuck(head, ledger) : undefined;
  return explained ?? explainFigure(ledger);
}

/** Why the first waiting send does not go out, although it fits by the true account. */
function explainStuck(head: Send, ledger: Ledger): Explanation | undefined {
  const { suspects } = ledger;
  const kind = suspects.now.onlyKind;
  if (hasNotMovedUp(head, ledger)) return named('WIN-10', head, 'stood behind');
  if (kind === 'none') return isMiscounted(head, ledger) ? named('WIN-12', head) : undefined;
  const rule = kind && RULE_OF_KEPT[kind];
  // Where there is a figure, it says itself what it counts; one of no bytes may never go at all.
  if (!rule || ledger.hasUsage || head.charge === 0) return undefined;
  const bytes = suspects.now[kind];
  return bytes > 0 && !ledger.fitsBeside(head, bytes) ? named(rule, head) : undefined;
}

/**
 * Nothing happened in this turn but that a send failed which had stood before it. Without a figure that
 * shows the account to be right, nothing else may have happened in the whole case. Where no more messages
 * were ever out at once, or it has no bytes, it may be kept back by what else is counted.
 */
function hasNotMovedUp(head: Send, ledger: Ledger): boolean {
  const { suspects, account, settings, sampledUsage } = ledger;
  if (!suspects.failedWaiting || head.invokedTurn === ledger.turn) return false;
  if (head.charge === 0 || account.holders.size >= account.mostHolders) return false;
  // Where somebody has moved up, those behind are woken: one too few, perhaps, but that is another mistake.
  if (suspects.admissions > 0) return false;
  // At or beyond the limit it may be kept out for itself: a sync send that is charged (WIN-7), or an equality.
  if (account.usage + head.charge >= settings.windowSize || ledger.steps !== 1) return false;
  if (sampledUsage === undefined) return suspects.now.onlyKind === 'forsaken';
  return ledger.deviation === 0 && suspects.turn.onlyKind === 'forsaken';
}

/** The rule that is broken if bytes of this kind still take space. */
const RULE_OF_KEPT: Readonly<Partial<Record<Kind | 'none', RuleId>>> = {
  refused: 'WIN-9',
  forsaken: 'WIN-10',
  blocked: 'WIN-7',
};

/**
 * Nothing was ever given back, so that nothing can have leaked and no wake-up was needed: the producer
 * counts something else than bytes. One that lets out a single message, is off by one at exact equality, or
 * wants a message to fit whole where that is not asked, is left to WIN-3.
 */
function isMiscounted(head: Send, { account, settings, turn, steps }: Ledger): boolean {
  if (!head.charged || !head.fitWhenInvoked || head.invokedTurn < turn || steps > 1) return false;
  const total = account.usage + head.charge;
  return total < settings.windowSize && (account.holders.size > 1 || total > MAX_INT32);
}

/**
 * What moved the producer's own figure by the wrong number of bytes, if it was right until this turn, and
 * one thing alone was done to the producer in it.
 */
function explainFigure(ledger: Ledger): Explanation | undefined {
  const { deviation, suspects } = ledger;
  if (deviation === 0 || suspects.wasOff || ledger.steps !== 1) return undefined;
  const rule = mistakeBehind(deviation, ledger);
  return rule && off(rule, ledger);
}

function mistakeBehind(deviation: number, ledger: Ledger): RuleId | undefined {
  const { turn, now, admissions } = ledger.suspects;
  const kind = turn.onlyKind;
  if (admissions > 0 && kind !== 'none') return undefined;
  // Where sums may have been rounded, an answer need not be the mistake.
  if (kind !== 'none' && ledger.settings.windowSize > MAX_SINGLE) return undefined;
  switch (kind) {
    case 'none':
      return isCountedOtherwise(deviation, ledger) ? 'WIN-12' : undefined;
    case 'refused':
      if (deviation < 0) return 'WIN-11';
      // What failed while it waited may have moved up into the space.
      return now.forsaken === 0 ? 'WIN-9' : undefined;
    case 'forsaken':
      return deviation > 0 ? 'WIN-10' : undefined;
    case 'blocked':
      return deviation > 0 && deviation === turn.blocked ? 'WIN-7' : undefined;
    case 'acked':
      return deviation < 0 ? 'WIN-11' : undefined;
    case 'late':
      return 'WIN-11';
    case 'disturbed':
      return 'LIF-6';
    default:
      return undefined;
  }
}

/** In a turn of nothing but admissions: messages were counted, or a byte for none, or 32 bits. */
function isCountedOtherwise(deviation: number, { suspects, account }: Ledger): boolean {
  const { admissions, admitted, admittedAtLeastOne } = suspects;
  if (admissions === 0) return false;
  if (deviation === admissions - admitted || deviation === admittedAtLeastOne - admitted)
    return true;
  return account.usage > MAX_INT32 && deviation === (account.usage | 0) - account.usage;
}

const REASONS: Readonly<Partial<Record<RuleId, string>>> = {
  'WIN-7': 'only if sync sends took space',
  'WIN-9': 'only if the space of refused messages had not come back',
  'WIN-10': 'only if sends that failed while they waited still counted',
  'WIN-11': 'only if an answer freed more than its own message held',
  'WIN-12': 'only if something else than bytes were counted',
  'LIF-6': 'only if an interrupt that came too late freed space',
};

function named(rule: RuleId, send: Send, how?: 'stood behind'): Explanation {
  const id = send.message.id;
  const why = how
    ? `${id} stood behind a send that failed while it waited, and has not moved up`
    : `the send of ${id} is still pending, as it should be ${REASONS[rule]}`;
  return { rule, why, send };
}

function off(rule: RuleId, ledger: Ledger): Explanation {
  const figure = ledger.account.usage + ledger.deviation;
  return { rule, why: `the producer reports ${asBytes(figure)}, right ${REASONS[rule]}` };
}
