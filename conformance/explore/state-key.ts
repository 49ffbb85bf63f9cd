// When two histories have the same future: the key of a ledger's state, between two events. That it loses
// nothing is tested: histories of one key are put to the same continuations.
import { fork, keyOf } from '../../spec/model/fork.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import { forgetLastEvent } from '../../spec/model/step.ts';

/** A key that is equal for two histories over one alphabet only if the rules cannot tell them apart. */
export function stateKey(ledger: Ledger): string {
  const copy = fork(ledger);
  forgetLastEvent(copy);
  return keyOf(copy, copy.settings.sendTimeoutMs);
}
