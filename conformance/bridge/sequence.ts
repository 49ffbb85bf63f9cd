// What may follow what over the bridge, where calls of one turn begin in any order, and where a
// producer may give up its connection by itself.
import { destinationFault } from '../../spec/invocation.ts';
import type { Ledger } from '../../spec/ledger.ts';
import { messageOf } from '../tape/messages.ts';
import type { Stimulus } from '../tape/stimulus.ts';

/** Whether a send belongs to a transaction must not hang on which call of a turn began first. */
export function needsTurnOfItsOwn(step: Stimulus, ledger: Ledger): boolean {
  return isTransactionCall(step) && ledger.stimuli > 0;
}

/**
 * Whether the next step follows without any wait. Never after a transaction call: while one pends,
 * hardly anything may follow.
 */
export function isFollowedAtOnce(step: Stimulus): boolean {
  return step.gap === 'none' && !isTransactionCall(step);
}

/**
 * A producer that has given up its connection by itself can do little that is right. That its sends
 * fail is what tells (SND-1); whatever else it does would be blamed on rules that it never broke.
 */
export function makesSenseWhenForsaken(step: Stimulus, ledger: Ledger): boolean {
  if (ledger.lost || ledger.closeInvoked || step.do === 'close') return true;
  return step.do === 'send' && destinationFault(messageOf(step), ledger.settings) === undefined;
}

function isTransactionCall({ do: what }: Stimulus): boolean {
  return what === 'begin' || what === 'commit' || what === 'rollback';
}
