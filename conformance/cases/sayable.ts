// What a broker can say in a protocol, where packets are seen: a scenario asks for nothing else.
import type { TransactionAction } from '../../spec/events/message.ts';
import type { Kind } from './enabled.ts';

/** What can be refused. */
export type Refusable = 'message' | TransactionAction;

/** The limits of a protocol. */
export interface Sayable {
  readonly refuses: readonly Refusable[];
  /** A refusal is the last that is said: the connection is lost with it. */
  readonly refusalEndsConnection?: true;
}

/** Where an answer is a line of the kit's own, everything can be said. */
export const EVERYTHING: Sayable = { refuses: ['message', 'begin', 'commit', 'rollback'] };

/** Whether a step of this kind is one that the broker can take, and that the adapter is ready for. */
export function isSayable(
  kind: Kind,
  { refuses, refusalEndsConnection }: Sayable,
  canLose: boolean,
): boolean {
  if (!kind.startsWith('refuse')) return true;
  if (refusalEndsConnection && !canLose) return false;
  return refuses.includes(
    kind === 'refuse' ? 'message' : (kind.slice('refuse of '.length) as Refusable),
  );
}
