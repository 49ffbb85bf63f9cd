// What a scenario may contain: given by what the adapter claims and by what the harness can do.
import { CAPABILITIES, type Capability } from '../../spec/events/settings.ts';
import { STRICT, type Profile } from '../../spec/model/profile.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import type { Search } from './search.ts';
import type { Operation, Pause } from './step.ts';

/** The bounds within which scenarios are generated. */
export interface ScenarioScope {
  readonly profile: Profile;
  readonly supports: readonly Capability[];
  /**
   * `scripted`: each answer is the kit's own, message by message, refusals included. `gate`: answers can
   * only be withheld or let through all at once, and the connection lives in real time.
   */
  readonly answers: 'scripted' | 'gate';
  /**
   * Waiting takes the time it says: timeouts are short and rare, and callbacks, which run elsewhere,
   * send nothing themselves. Default: time is virtual.
   */
  readonly realTime?: boolean;
  /** Behind a gate: the producer makes its connection anew, so that it can be cut and restored. */
  readonly reconnects?: boolean;
  /** Behind a gate: destinations to which the broker refuses every message. Default: none. */
  readonly refusedDestinations?: readonly string[];
  /** Bytes the producer charges for a message; default its size. */
  readonly chargedSize?: (message: OutgoingMessage) => number;
  /** How the next step is found. Default: mixed. */
  readonly search?: Search;
  /** Steps after `open`, at most. Default 120. */
  readonly maxSteps: number;
  /**
   * For measurements: the pause of each step after `open`, and so their number, unless the producer is
   * closed or lost before. Default: drawn.
   */
  readonly pauses?: readonly Pause[];
}

/** Everything, in process, by the strict profile. */
export const FULL_SCOPE: ScenarioScope = {
  profile: STRICT,
  supports: CAPABILITIES,
  answers: 'scripted',
  maxSteps: 120,
};

/** The charge of a message within a scope. */
export function chargeOf(
  message: OutgoingMessage,
  scope: Pick<ScenarioScope, 'chargedSize'>,
): number {
  return scope.chargedSize ? scope.chargedSize(message) : message.size;
}

/** What may be done within a scope beside sends and acks. */
export function operationsWithin(scope: ScenarioScope): Operation[] {
  const { supports, answers, realTime = false, reconnects = false } = scope;
  const operations: Operation[] = ['close'];
  if (answers === 'scripted') operations.push('refuse');
  if (supports.includes('interrupt')) operations.push('interrupt');
  if (supports.includes('transactions')) operations.push('begin', 'commit', 'rollback');
  if (supports.includes('connection-loss')) operations.push('lose');
  if (!realTime || supports.includes('timeout')) operations.push('advance');
  if (reconnects) operations.push('cut', 'restore');
  return operations;
}
