// What may follow what: a step must make sense now, for a producer whose calls may begin in any order, and for
// one that may have abandoned its connection by itself.
import { destinationFault } from '../../spec/model/invocation.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import { isEnabled } from '../cases/enabled.ts';
import { messageOf, type Step } from '../cases/step.ts';
import type { BrokerDriver, SubjectPort } from './ports.ts';

/** Whether a step makes sense now; one that does not is skipped. */
export function mayFollow(
  step: Step,
  ledger: Ledger,
  broker: BrokerDriver,
  subject: SubjectPort,
): boolean {
  if (step.do === 'cut' && !broker.cut) return false;
  if (broker.isAbandoned && !isTelling(step, ledger, subject)) return false;
  return isEnabled(step, ledger);
}

/** Whether a send belongs to a transaction must not depend on which call of a turn began first. */
export function needsTurnOfItsOwn(step: Step, ledger: Ledger): boolean {
  return ledger.concurrent && ledger.steps !== 'none' && isTransactionCall(step);
}

/** Begin, commit or rollback: while one pends, hardly anything may follow. */
export function isTransactionCall({ do: what }: Step): boolean {
  return what === 'begin' || what === 'commit' || what === 'rollback';
}

/**
 * Whether a step still tells something of a producer that has abandoned its connection by itself. It can do
 * little that is right. That its sends fail is what tells (SND-1), unless they have another reason to;
 * whatever else it does would be blamed on rules that it never broke.
 */
function isTelling(step: Step, ledger: Ledger, { chargedSize }: SubjectPort): boolean {
  if (ledger.lost || ledger.closeInvoked || step.do === 'close') return true;
  if (step.do !== 'send') return false;
  const { settings } = ledger;
  const message = messageOf(step);
  const charge = chargedSize?.(message) ?? message.size;
  const mayFit = settings.windowSize === 0 || charge <= settings.windowSize;
  return mayFit && destinationFault(message, settings) === undefined;
}
