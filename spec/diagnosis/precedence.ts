// Which of several rules that one event breaks is the headline: the one that says most. A rule that is broken
// by what another forbids in general gives way to it, and the other way round where the general one is the cause.
import type { History } from '../events/history.ts';
import type { RuleId } from '../rule.ts';
import type { LocatedBreach } from '../verdict.ts';
import type { Hypothesis } from './hypotheses.ts';

/** Its call is still pending because the connection, the producer or the call itself was ended. */
const ENDED: readonly RuleId[] = ['ERR-1', 'LIF-2', 'LIF-5'];

/** A rule, and those that it gives way to. */
const GIVES_WAY: Readonly<Partial<Record<RuleId, readonly RuleId[]>>> = {
  'WIN-2': ['WIN-13'],
  'WIN-6': ['ERR-1', 'LIF-2'],
  'SYN-4': ENDED,
  'SYN-5': ENDED,
  'SYN-1': ['ERR-2'],
  'SYN-2': ['ERR-2'],
  'SYN-3': ['ERR-2'],
  'SYN-6': ['ERR-2', ...ENDED],
  'ASY-1': ENDED,
  'ASY-2': ENDED,
  'ASY-3': ENDED,
  'ASY-4': ENDED,
  'CMP-1': ['ERR-3'],
  'TXN-1': ['TXN-5'],
  'TXN-2': ['TXN-6'],
  'TXN-7': ['TXN-5', ...ENDED],
  'LIF-7': ['LIF-6'],
  'FLU-2': ['CMP-1', 'WIN-3', 'WIN-4'],
  'DST-1': ['DST-4', 'ERR-1', 'LIF-2'],
  'DST-2': ['DST-4', 'ERR-1', 'LIF-2'],
  'DST-3': ['DST-4', 'ERR-1', 'LIF-2'],
};

/** They say of any call what the others say of some; each gives way to those after it, and to all others. */
export const GENERAL: readonly RuleId[] = ['CMP-6', 'SND-1'];

/** More than these are no answer. */
const MOST_CANDIDATES = 3;

/** The breaches between which the earliest event does not decide, the clearest first. */
export function headlinesOf(
  breaches: readonly LocatedBreach[],
  history: History,
  fitting: readonly Hypothesis[],
): readonly LocatedBreach[] {
  const [first] = breaches;
  let heads = breaches.filter(({ at }) => at === first?.at);
  for (const general of GENERAL) heads = withoutRules(heads, new Set([general]));
  heads = withoutRules(heads, waitingRules(heads, history, fitting));
  const isBroken = (rule: RuleId) => heads.some((head) => head.rule === rule);
  const isRefused = isBroken('SYN-5') && hadSettled(history, heads[0]);
  const weaker = heads.flatMap(({ rule }) => {
    const stronger = GIVES_WAY[rule] ?? [];
    return stronger.some(isBroken) || (isRefused && RETURNS.has(rule)) ? rule : [];
  });
  heads = withoutRules(heads, new Set(weaker));
  return heads.slice(0, MOST_CANDIDATES);
}

/** Rules that a return without an acknowledgement breaks. */
const RETURNS = new Set<RuleId>(['SYN-1', 'SYN-2', 'SYN-3', 'SYN-6']);

/** Leaves out some rules, unless no other is left. */
function withoutRules(
  heads: readonly LocatedBreach[],
  rules: ReadonlySet<RuleId>,
): LocatedBreach[] {
  const rest = heads.filter(({ rule }) => !rules.has(rule));
  return rest.length > 0 ? rest : [...heads];
}

/**
 * Who waits behind a sync send waits for it or for space: what explains the case tells which. One that had waited
 * before may not have been woken either.
 */
function waitingRules(
  heads: readonly LocatedBreach[],
  history: History,
  fitting: readonly Hypothesis[],
): ReadonlySet<RuleId> {
  if (!heads.some(({ rule }) => rule === 'SYN-8')) return new Set();
  const isHeldUp = fitting.some(({ rule }) => rule === 'SYN-8');
  const isForSpace = fitting.some(({ rule }) => rule !== 'SYN-8' && rule !== 'WIN-8');
  if (isHeldUp === isForSpace || (isHeldUp && hadSettled(history, heads[0]))) return new Set();
  return new Set(isHeldUp ? ['WIN-3', 'WIN-8'] : ['SYN-8']);
}

/** The call had been seen to wait: what ended it was the refusal. In one turn it may have returned before that came. */
function hadSettled(history: History, head: LocatedBreach | undefined): boolean {
  const before = history.slice(0, head?.at);
  const invoked = before.findIndex((event) => event.event === 'invoke' && event.op === head?.op);
  return before.slice(invoked).some(({ event }) => event === 'settle');
}
