// The bound of an exhaustive run, as plain data for reports: how far it came, and whether nothing shorter exists.
import type { SmallScope } from './small-scope.ts';

/** How far a walk came: plain data, for reports. */
export interface Exhausted {
  readonly scope: SmallScope;
  readonly depth: number;
  /** Every scenario was run. */
  readonly complete: boolean;
  /** Scenarios run, each once, as part of a longer one where there is one. */
  readonly scenarios: number;
  readonly runs: number;
  /** With senders: ways in which they can have come to what was run. */
  readonly interleavings?: number;
  /** What the verdict takes for granted, each as the rest of a sentence that begins with "assuming that". */
  readonly assumptions: readonly string[];
}

/** What is known of the scenarios shorter than a counterexample. Plain data, for reports. */
export interface Certificate {
  readonly scope: SmallScope;
  /** Every scenario of so many steps or fewer was run, and none breaks the rule; -1: not even the empty one. */
  readonly tried: number;
  /** That is every shorter one: within the scope the counterexample is minimal. */
  readonly minimal: boolean;
}
