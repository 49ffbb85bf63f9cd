// What may follow what over the bridge, where calls of one turn begin in any order, and where a
// producer may give up its connection by itself.
import { destinationFault } from '../../../spec/model/invocation.ts';
import type { Ledger } from '../../../spec/model/ledger.ts';
import type { OutgoingMessage } from '../../../spec/events/message.ts';
import { isEnabled } from '../../cases/enabled.ts';
import { messageOf } from '../../cases/messages.ts';
import type { Step } from '../../cases/step.ts';
import type { BrokerEnd } from '../brokers/broker-end.ts';
import type { Hello } from './conversation.ts';

/** Whether a send belongs to a transaction must not hang on which call of a turn began first. */
export function needsTurnOfItsOwn(step: Step, ledger: Ledger): boolean {
  return isTransactionCall(step) && ledger.steps !== 'none';
}

/**
 * Whether the next step follows without any wait. Never after a transaction call: while one pends,
 * hardly anything may follow.
 */
export function isFollowedAtOnce(step: Step): boolean {
  return step.pause === 'none' && !isTransactionCall(step);
}

/** A case, as far as it decides what may follow. */
export interface Situation {
  readonly ledger: Ledger;
  readonly end: BrokerEnd;
  readonly hello: Pick<Hello, 'reconnects'>;
  readonly chargeOf: (message: OutgoingMessage) => number;
}

/** Whether a step makes sense now; one that does not is skipped. */
export function mayFollow(step: Step, { ledger, end, hello, chargeOf }: Situation): boolean {
  // For a producer that does not promise to reconnect, a cut would be a loss.
  if (step.do === 'cut' && !(hello.reconnects && end.cut)) return false;
  if (end.isForsaken && !tells(step, ledger, chargeOf)) return false;
  return isEnabled(step, ledger);
}

/**
 * Whether a step still tells something of a producer that has given up its connection by itself. It
 * can do little that is right. That its sends fail is what tells (SND-1), unless they have another
 * reason to; whatever else it does would be blamed on rules that it never broke.
 */
function tells(
  step: Step,
  ledger: Ledger,
  chargeOf: (message: OutgoingMessage) => number,
): boolean {
  if (ledger.lost || ledger.closeInvoked || step.do === 'close') return true;
  if (step.do !== 'send') return false;
  const { settings } = ledger;
  const message = messageOf(step);
  const mayFit = settings.windowSize === 0 || chargeOf(message) <= settings.windowSize;
  return mayFit && destinationFault(message, settings) === undefined;
}

function isTransactionCall({ do: what }: Step): boolean {
  return what === 'begin' || what === 'commit' || what === 'rollback';
}
