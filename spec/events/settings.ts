// How a producer is configured, and what a producer may or may not be able to do.

/** The settings a fresh producer is opened with. */
export interface ProducerSettings {
  /** Bytes that may be sent and unanswered at once; 0: no window. */
  readonly windowSize: number;
  /** Persistent messages outside a transaction are sent without waiting for the acknowledgement. */
  readonly useAsyncSend: boolean;
  /** Every send without a callback or a timeout waits for its acknowledgement. */
  readonly alwaysSyncSend: boolean;
  /** Milliseconds a send may wait for its acknowledgement; 0: for ever. */
  readonly sendTimeoutMs: number;
  /** Milliseconds a send may wait for space; 0: for ever. Given only to who claims `max-block`. */
  readonly maxBlockMs?: number;
  /** The one destination the producer is bound to; absent: each message names its own. */
  readonly destination?: string;
}

/** What the notes ask for, in the order in which reports list it. A history that names no capabilities has these. */
export const CAPABILITIES = [
  'window',
  'transactions',
  'completion',
  'timeout',
  'interrupt',
  'async-errors',
  'connection-loss',
  'use-async-send',
  'always-sync-send',
  'response-required',
  'destinations',
  'usage',
] as const;

/** What other clients promise besides: nobody is judged by it who does not claim it. */
export const FURTHER_CAPABILITIES = ['flush', 'max-block'] as const;

/**
 * What a producer that makes a broken connection anew does about messages that are unanswered. `at-least-once`: it
 * sends them again, or reports them. `at-most-once`: what may have reached the broker is reported, and not sent again;
 * what has not may still go. `never`: the same, and calls may fail as long as there is no connection.
 */
export const RESENDS = ['at-least-once', 'at-most-once', 'never'] as const;

/** One of these promises. */
export type Resends = (typeof RESENDS)[number];

/** Every capability there is. */
export const ALL_CAPABILITIES = [...CAPABILITIES, ...FURTHER_CAPABILITIES] as const;

/** Something a producer may lack. Rules about an undeclared capability are not applicable. */
export type Capability = (typeof ALL_CAPABILITIES)[number];
