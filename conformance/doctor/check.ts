// A check of the doctor: a few small scenarios, what they must show, and what to say of it. Claims are checked both
// ways: claimed but absent, present but not claimed.
import type { Capability, OutgoingMessage } from '../adapter.ts';
import type { Step, Scenario } from '../cases/step.ts';
import { DESTINATION } from '../cases/step.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import type { Reading } from './reading.ts';

/** The subject of the checks, as far as they need to know it. */
export interface CheckedAdapter {
  readonly supports: readonly Capability[];
  /** Whether what the broker receives can be seen, and single messages answered. */
  readonly seesPackets: boolean;
  /** Whether `entered` may be told: over the bridge alone. */
  readonly isBridged: boolean;
  /** Bytes that the producer charges for a message. */
  readonly chargeOf: (message: OutgoingMessage) => number;
}

/** A check of the contract, or of a claim. */
export interface Check {
  readonly title: string;
  /** The capability that it checks; absent: part of the contract. */
  readonly claim?: Capability;
  /** The notes do not ask for it: who does not claim it is not asked. */
  readonly isFurther?: boolean;
  /** If it fails, no further check can be judged. */
  readonly isBasic?: boolean;
  /** It needs a broker whose packets are seen. */
  readonly seesPackets?: boolean;
  /** The call that it is about: where the harness could not make it, nothing is seen. */
  readonly call?: string;
  /** It is about adapters in other processes. */
  readonly isBridged?: boolean;
  readonly scenarios: (adapter: CheckedAdapter) => readonly Scenario[];
  /** What is wrong, without a full stop; absent: all is well. */
  readonly problem: (seen: readonly Reading[], adapter: CheckedAdapter) => string | undefined;
  /** What is allowed, but worth knowing. */
  readonly remark?: (seen: readonly Reading[], adapter: CheckedAdapter) => string | undefined;
  /** What to do about it. */
  readonly advice: string;
}

/** A line of what the doctor found. */
export interface CheckResult {
  readonly title: string;
  /** `unchecked`: the adapter could not be checked at all; `absent`: not claimed, and not there. */
  readonly outcome: 'sound' | 'problem' | 'absent' | 'remark' | 'unchecked';
  readonly text?: string;
  readonly advice?: string;
}

/** What to say of a check, given what its scenarios showed. */
export function resultOf(
  check: Check,
  seen: readonly Reading[],
  subject: CheckedAdapter,
): CheckResult {
  const problem = check.problem(seen, subject);
  const remark = problem === undefined ? check.remark?.(seen, subject) : undefined;
  if (remark === undefined) return concluded(check, subject, problem);
  return { title: check.title, outcome: 'remark', text: remark, advice: check.advice };
}

/** What to say of a check of which a problem, or none, is known. */
export function concluded(
  check: Pick<Check, 'title' | 'claim' | 'advice'>,
  { supports }: Pick<CheckedAdapter, 'supports'>,
  problem: string | undefined,
): CheckResult {
  const { title, claim, advice } = check;
  if (claim === undefined || supports.includes(claim)) {
    if (problem === undefined) return { title, outcome: 'sound' };
    const text = claim === undefined ? problem : `claimed, but ${problem}`;
    return { title, outcome: 'problem', text, advice };
  }
  if (problem !== undefined) return { title, outcome: 'absent', text: 'not claimed, and not seen' };
  return {
    title,
    outcome: 'problem',
    text: 'it is there, but not claimed: its rules are not judged',
    advice: `add "${claim}" to \`supports\``,
  };
}

/** The first step: a plain producer, but for `settings`. */
export function open(settings: Partial<ProducerSettings> = {}): Step & { readonly do: 'open' } {
  const plain = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
  return {
    do: 'open',
    settings: { ...plain, destination: DESTINATION, ...settings },
    pause: 'none',
  };
}

/** A producer that no destination is given. */
export function openUnbound(): Step & { readonly do: 'open' } {
  const { destination: _, ...settings } = open().settings;
  return { do: 'open', settings, pause: 'none' };
}

type SendOf = Extract<Step, { do: 'send' }>;

/** A persistent send of 10 bytes, but for `rest`. */
export function send(id: string, rest: Partial<SendOf> = {}): Step {
  return { do: 'send', id, size: 10, mode: 'persistent', pause: 'settle', ...rest };
}

/** A non-persistent send of 10 bytes, but for `rest`. */
export function asyncSend(id: string, rest: Partial<SendOf> = {}): Step {
  return send(id, { mode: 'non-persistent', ...rest });
}

/** Any other step, and all that follows from it. */
export function next(
  step:
    | { readonly do: 'ack' | 'refuse'; readonly id: string }
    | { readonly do: 'ack'; readonly of: 'begin' | 'commit' | 'rollback' }
    | { readonly do: 'begin' | 'commit' | 'rollback' | 'close' | 'flush' | 'lose' }
    | { readonly do: 'interrupt'; readonly id: string }
    | { readonly do: 'advance'; readonly ms: number },
): Step {
  return { ...step, pause: 'settle' };
}

/** The broker acknowledges a message. */
export function ack(id: string): Step {
  return next({ do: 'ack', id });
}
