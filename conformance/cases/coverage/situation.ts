// Situations: the states of a ledger, told apart only by what a producer's next mistake may depend on. Few
// enough to count; what scenarios lead through is set against all that the specification can reach.
import { blocks } from '../../../spec/model/decision.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { Capability } from '../../../spec/events/settings.ts';

/** What is told apart, and how it is called; a situation is one of each. */
const ASPECTS = [
  ['no window', 'an empty window', 'room in the window', 'a full window'],
  ['nobody waits', 'one send waits', 'several sends wait'],
  ['no caller is blocked', 'a caller is blocked'],
  ['no transaction', 'a transaction is open', 'a transaction ends'],
  ['the connection is up', 'the connection is cut', 'it is lost or closed'],
  ['the turn begins', 'the turn goes on'],
] as const;

/** How many situations could be told apart, reachable or not. */
export const SITUATIONS = ASPECTS.reduce((product, { length }) => product * length, 1);

/** The situation a ledger is in: a whole number from 0, less than `SITUATIONS`. */
export function situationOf(ledger: Ledger): number {
  const values = [
    spaceOf(ledger),
    Math.min(2, ledger.waiting.size),
    someCallerIsBlocked(ledger) ? 1 : 0,
    transactionOf(ledger),
    connectionOf(ledger),
    ledger.steps === 'none' ? 0 : 1,
  ];
  let situation = 0;
  for (let at = 0; at < ASPECTS.length; at += 1)
    situation = situation * ASPECTS[at]!.length + values[at]!;
  return situation;
}

/** A situation in words. */
export function situationText(situation: number): string {
  const values = valuesOf(situation);
  return ASPECTS.map((names, at) => names[values[at]!]!).join(', ');
}

/** What a producer must be able to do to get into a situation. */
export function needsOfSituation(situation: number): readonly Capability[] {
  const [space, , , transaction] = valuesOf(situation);
  return [
    ...(space === 0 ? [] : ['window' as const]),
    ...(transaction === 0 ? [] : ['transactions' as const]),
  ];
}

/** Whether in a situation the producer is closed, or its connection lost: that ends whatever waits. */
export function isOver(situation: number): boolean {
  return valuesOf(situation)[4] === 2;
}

/** What a situation is in each aspect. */
function valuesOf(situation: number): readonly number[] {
  let rest = situation;
  return ASPECTS.toReversed()
    .map(({ length }) => {
      const value = rest % length;
      rest = (rest - value) / length;
      return value;
    })
    .toReversed();
}

function spaceOf({ settings, account }: Ledger): number {
  if (settings.windowSize === 0) return 0;
  if (account.usage === 0) return 1;
  return account.usage < settings.windowSize ? 2 : 3;
}

function someCallerIsBlocked(ledger: Ledger): boolean {
  for (const call of ledger.pending)
    if (call.action === 'send' && call.admitted && blocks(call.dispatch)) return true;
  return false;
}

function transactionOf(ledger: Ledger): number {
  for (const { action } of ledger.pending)
    if (action === 'commit' || action === 'rollback') return 2;
  return ledger.transactions.current ? 1 : 0;
}

function connectionOf({ lost, cut, closeInvoked }: Ledger): number {
  if (lost || closeInvoked) return 2;
  return cut ? 1 : 0;
}
