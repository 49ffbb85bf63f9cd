// What a scenario may contain: given by what the adapter claims, by what the harness can do, and by what the
// broker is known to refuse; and how its steps are found.
import {
  CAPABILITIES,
  type Capability,
  type ProducerSettings,
  type Resends,
} from '../../spec/events/settings.ts';
import { type Profile, STRICT } from '../../spec/model/profile.ts';
import type { OutgoingMessage } from '../../spec/events/message.ts';
import type { Operation, Pause } from './step.ts';
import type { Send, Transaction } from '../../spec/model/calls.ts';
import { EVERYTHING, isSayable, type Sayable } from './sayable.ts';
import { type Kind, kindsWith } from './enabled.ts';

/** The bounds within which scenarios are generated. */
export interface ScenarioScope {
  readonly profile: Profile;
  readonly supports: readonly Capability[];
  /**
   * `scripted`: each answer is the kit's own, message by message, refusals included. `gate`: answers can
   * only be withheld or let through all at once, and the connection lives in real time.
   */
  readonly answers: 'scripted' | 'gate';
  /** With `scripted`: what its protocol can say. Default: everything. */
  readonly sayable?: Sayable;
  /**
   * Waiting takes the time it says: timeouts are short and rare, and callbacks, which run elsewhere,
   * send nothing themselves. Default: time is virtual.
   */
  readonly realTime?: boolean;
  /** Behind a gate: the producer makes its connection anew, so that it can be cut and restored. */
  readonly reconnects?: boolean;
  /** With `scripted`: the producer makes its connection anew, and promises this. Default: it is not cut. */
  readonly resends?: Resends;
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
function operationsWithin(scope: ScenarioScope): Operation[] {
  const { supports, answers, realTime = false, reconnects = false, resends } = scope;
  const operations: Operation[] = ['close'];
  if (answers === 'scripted') operations.push('refuse');
  if (supports.includes('interrupt')) operations.push('interrupt');
  if (supports.includes('transactions')) operations.push('begin', 'commit', 'rollback');
  if (supports.includes('connection-loss')) operations.push('lose');
  const isTimed = supports.includes('timeout') || supports.includes('max-block');
  if (!realTime || isTimed) operations.push('advance');
  if (supports.includes('flush')) operations.push('flush');
  if (reconnects || resends) operations.push('cut', 'restore');
  return operations;
}

/** Kinds of steps that there may be within a scope. */
export function kindsWithin(scope: ScenarioScope): Kind[] {
  const canLose = scope.supports.includes('connection-loss');
  const { sayable = EVERYTHING } = scope;
  return kindsWith(operationsWithin(scope)).filter((kind) => isSayable(kind, sayable, canLose));
}

/**
 * `weighted`: by the weights of the kinds of steps, which favour what is rare and telling. `steered`: of two steps
 * drawn so, the one that was taken less often in such a situation. `priorities`: the enabled kind of the
 * highest priority, which a few times loses it (PCT; Burckhardt, Kothari, Musuvathi and Nagarakatte, "A
 * Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). `uniform`: every
 * enabled kind is as likely. `mixed`: mostly weighted, and now and then steered or by priorities.
 */
export const SEARCHES = ['mixed', 'weighted', 'steered', 'priorities', 'uniform'] as const;
/** One of the searches. */
export type Search = (typeof SEARCHES)[number];

/** Whether a real broker will refuse a message for its destination; scripted ones refuse by the scenario instead. */
export function isRefused(
  message: OutgoingMessage,
  settings: ProducerSettings,
  refusedDestinations: readonly string[] = [],
): boolean {
  const destination =
    message.destination === undefined ? settings.destination : message.destination;
  return typeof destination === 'string' && refusedDestinations.includes(destination);
}

/**
 * How the broker answers the end of a transaction, given its refused sends. It must refuse the commit only
 * if one of them was on its way before, its caller told nothing; else nobody but the broker can tell.
 */
export function answerToEnd(
  { endedBy, endedTurn }: Transaction,
  refused: readonly Send[],
): 'ack' | 'refuse' | 'unknown' {
  if (endedBy === 'rollback' || refused.length === 0) return 'ack';
  const isCertain = refused.some(
    (send) =>
      send.dispatch === 'async' && send.outcome === 'returned' && send.endedTurn < endedTurn,
  );
  return isCertain ? 'refuse' : 'unknown';
}
