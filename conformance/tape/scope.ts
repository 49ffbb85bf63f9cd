// What a tape may contain: given by what the adapter claims and by what the bench can do.
import { CAPABILITIES, type Capability } from '../../spec/settings.ts';
import { STRICT, type Profile } from '../../spec/profile.ts';
import type { OutgoingMessage } from '../../spec/message.ts';
import type { Search } from './search.ts';
import type { Gap } from './stimulus.ts';

/** The bounds within which tapes are generated. */
export interface TapeScope {
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
  /** Stimuli after `open`, at most. Default 120. */
  readonly maxSteps: number;
  /**
   * For measurements: the gap of each stimulus after `open`, and so their number, unless the producer is
   * closed or lost before. Default: drawn.
   */
  readonly gaps?: readonly Gap[];
}

/** Everything, in process, by the strict profile. */
export const FULL_SCOPE: TapeScope = {
  profile: STRICT,
  supports: CAPABILITIES,
  answers: 'scripted',
  maxSteps: 120,
};

/** The charge of a message within a scope. */
export function chargeOf(message: OutgoingMessage, scope: Pick<TapeScope, 'chargedSize'>): number {
  return scope.chargedSize ? scope.chargedSize(message) : message.size;
}
