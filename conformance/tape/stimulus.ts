// A case is a tape: a short JSON list of concrete stimuli with stable ids. Drivers only differ in where
// tapes come from; whatever a subject has not enabled is skipped when the tape is run.
import type { DeliveryMode, TransactionAction } from '../../spec/message.ts';
import type { ProducerSettings } from '../../spec/settings.ts';

/**
 * What separates a stimulus from the next: `none`, the next follows in the same turn without any await;
 * a number of microtasks; or `settle`, everything that can happen happens first.
 */
export type Gap = 'none' | number | 'settle';

/** What to send; `nested` is what its completion callback sends in turn. */
export interface SendStimulus {
  readonly do: 'send';
  readonly id: string;
  readonly size: number;
  readonly mode: DeliveryMode;
  readonly completion?: true;
  readonly responseRequired?: true;
  readonly priority?: number;
  readonly timeToLiveMs?: number;
  /** Absent: the producer's own. */
  readonly destination?: string | null;
  /** Sent from inside the completion callback, when it fires. Implies `completion`. */
  readonly nested?: { readonly id: string; readonly size: number; readonly mode: DeliveryMode };
  readonly gap: Gap;
}

/**
 * The broker answers a message, or the transaction call that awaits its answer. Through a gate, which
 * cannot tell answers apart, an ack names neither: it is everything that is unanswered.
 */
export interface AnswerStimulus {
  readonly do: 'ack' | 'refuse';
  readonly id?: string;
  readonly of?: TransactionAction;
  readonly gap: Gap;
}

/** One thing the kit does to a producer or its broker. */
export type Stimulus =
  | { readonly do: 'open'; readonly settings: ProducerSettings; readonly gap: Gap }
  | SendStimulus
  | AnswerStimulus
  | { readonly do: TransactionAction | 'close' | 'lose' | 'cut' | 'restore'; readonly gap: Gap }
  | { readonly do: 'interrupt'; readonly id: string; readonly gap: Gap }
  | { readonly do: 'advance'; readonly ms: number; readonly gap: Gap };

/** A case: an `open` first, then whatever follows. The last gap is always a settle. */
export type Tape = readonly Stimulus[];

/** Defaults for what a send stimulus leaves out; JMS's own. */
export const DEFAULT_PRIORITY = 4;
/** 0: the message never expires. */
export const DEFAULT_TIME_TO_LIVE_MS = 0;
/** The destination a producer is bound to, unless DST-1 is tried. */
export const DESTINATION = 'tck';

/** The settings a tape opens its producer with. */
export function settingsOf(tape: Tape): ProducerSettings {
  const first = tape[0];
  if (first?.do !== 'open') throw new Error('a tape begins with open; this one does not');
  return first.settings;
}
