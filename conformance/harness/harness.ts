// What drivers need of a harness: run a scenario against a fresh subject, and tell what happened.
import type { Judge } from '../../spec/check.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import type { Scenario } from '../cases/step.ts';
import type { LocatedBreach } from '../../spec/verdict.ts';
import type { ScenarioScope } from '../cases/scope.ts';
import type { ProofCache } from './proof.ts';

/** One case, as observed and judged. */
export interface CaseRecord {
  readonly history: readonly HistoryEvent[];
  readonly breaches: readonly LocatedBreach[];
  /**
   * Real-time harnesses: breaches that rest on time alone, without a causal proof. They make their rules
   * inconclusive, never violated.
   */
  readonly unproven: readonly LocatedBreach[];
}

/** The breaches of a case that rest on more than time. */
export function proven(record: CaseRecord): readonly LocatedBreach[] {
  if (record.unproven.length === 0) return record.breaches;
  return record.breaches.filter((breach) => !record.unproven.includes(breach));
}

/** A place where one adapter's producers are run. */
export interface Harness {
  readonly adapter: string;
  /** What scenarios may contain here. */
  readonly scope: ScenarioScope;
  /** In process: work leaves the thread, so that cases are judged in real time and do not repeat themselves exactly. */
  readonly isOutside?: boolean;
  /** In real time: what was proven, and how long is waited for a proof. */
  readonly proofs?: ProofCache | undefined;
  /** Runs one case on a fresh producer; every event is fed to `judge`. */
  run(scenario: Scenario, judge: Judge): Promise<CaseRecord>;
  /** Ends whatever the harness started. */
  dispose(): Promise<void>;
}

/**
 * An adapter did what no adapter may do, so that nothing can be judged. The message says what. The code `kit-failed`
 * stands for a fault of the kit's own.
 */
export class AdapterFault extends Error {
  override readonly name = 'AdapterFault';
  readonly code: AdapterFaultCode;

  constructor(code: AdapterFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Stable codes of the ways in which an adapter can fail. */
export const ADAPTER_FAULT_CODES = [
  'not-found',
  'not-loadable',
  'not-an-adapter',
  'open-failed',
  'out-of-scope',
  'no-send',
  'missing-method',
  'stray-error',
  'hung',
  'exited',
  'protocol',
  'no-broker',
  'diverged',
  'kit-failed',
] as const;
/** One of them. */
export type AdapterFaultCode = (typeof ADAPTER_FAULT_CODES)[number];
