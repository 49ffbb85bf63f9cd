// A producer that has abandoned its connection by itself can do little that is right: what is still asked of it.
import type { OutgoingMessage } from '../../spec/events/message.ts';
import { destinationFault } from '../../spec/model/invocation.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import { messageOf, type Step } from '../cases/step.ts';

/**
 * Whether a step still tells something of such a producer. That its sends fail is what tells (SND-1), unless they have
 * another reason to; whatever else it does would be blamed on rules that it never broke.
 */
export function isTelling(
  step: Step,
  { lost, closeInvoked, settings }: Ledger,
  chargeOf: (message: OutgoingMessage) => number,
): boolean {
  if (lost || closeInvoked || step.do === 'close') return true;
  if (step.do !== 'send') return false;
  const message = messageOf(step);
  const mayFit = settings.windowSize === 0 || chargeOf(message) <= settings.windowSize;
  return mayFit && destinationFault(message, settings) === undefined;
}
