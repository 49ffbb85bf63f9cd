// A history as a trace: one lane for each call, with what it was waiting for after every event, and
// what the window held. This is what the drawing draws; it knows nothing of pixels.
import type { HistoryEvent, History } from '../../../spec/events/history.ts';
import { Ledger } from '../../../spec/model/ledger.ts';
import { STRICT, type Profile } from '../../../spec/model/profile.ts';
import type { RuleId } from '../../../spec/rule.ts';
import { nextTurn, step } from '../../../spec/model/step.ts';
import { classifyPending, type WaitReason } from '../../../spec/model/wait-reason.ts';
import { Lanes, type Lane } from './lanes.ts';

/** What a pending call is doing. */
export type Phase =
  /** Nothing that the history shows holds it up. */
  | 'under-way'
  | 'awaits-ack'
  | 'awaits-space'
  | 'awaits-its-turn'
  | 'awaits-others'
  /** Pending at a settle point without a lawful reason. */
  | 'overdue';

/** A pending call after an event. */
export interface PendingCall {
  readonly lane: Lane;
  readonly phase: Phase;
}

/** What is known after one event. */
export interface Column {
  readonly event: HistoryEvent;
  /** Index of the event in its case; `open` is 0. */
  readonly at: number;
  readonly pending: readonly PendingCall[];
  /** Bytes in use, by the ledger. */
  readonly usage: number;
}

/** A history made ready to be drawn. */
export interface Trace {
  readonly columns: readonly Column[];
  readonly lanes: readonly Lane[];
  /** Bytes; 0: no window. */
  readonly limit: number;
  readonly breach?: BreachAt;
}

/** The breaking event. */
export interface BreachAt {
  readonly rule: RuleId;
  /** Index of the breaking event in its case. */
  readonly at: number;
}

/** How to read a history. */
export interface TraceOptions {
  /** Default `STRICT`. */
  readonly profile?: Profile;
  readonly breach?: BreachAt;
}

/** Columns shown at most; of a longer case the stretch that ends with the breach is. */
const MOST_COLUMNS = 160;

/** Reads one case, from its `open` on. Throws `HistoryError` if it cannot have happened. */
export function traceOf(history: History, { profile = STRICT, breach }: TraceOptions = {}): Trace {
  const [open, ...events] = history;
  if (open?.event !== 'open') throw new Error('a case begins with its open');
  const last = Math.min(history.length, (breach?.at ?? history.length) + 12) - 1;
  const first = Math.max(1, last + 1 - MOST_COLUMNS);
  const ledger = new Ledger(open, profile);
  const lanes = new Lanes();
  const columns: Column[] = [];
  for (const [index, event] of events.entries()) {
    const at = index + 1;
    if (at > last) break;
    step(ledger, event);
    lanes.follow(event, at, ledger);
    if (at >= first) {
      const pending = pendingCalls(ledger, lanes, event.event === 'settle');
      columns.push({ event, at, pending, usage: ledger.account.usage });
    }
    if (event.event === 'settle') nextTurn(ledger);
  }
  return {
    columns: datedBack(columns),
    lanes: lanes.shownSince(first),
    limit: open.settings.windowSize,
    ...(breach && { breach }),
  };
}

function pendingCalls(ledger: Ledger, lanes: Lanes, settled: boolean): PendingCall[] {
  const found: PendingCall[] = [];
  classifyPending(ledger, (call, reason) => {
    const lane = lanes.of(call);
    if (lane) found.push({ lane, phase: phaseOf(reason, settled) });
  });
  return found;
}

const PHASE_OF: Readonly<Record<WaitReason, Phase>> = {
  ack: 'awaits-ack',
  space: 'awaits-space',
  turn: 'awaits-its-turn',
  transaction: 'awaits-others',
  connection: 'awaits-others',
};

function phaseOf(reason: WaitReason | undefined, settled: boolean): Phase {
  if (reason !== undefined) return PHASE_OF[reason];
  return settled ? 'overdue' : 'under-way';
}

/** A call that is overdue at a settle point has been so since nothing held it up any more. */
function datedBack(columns: readonly Column[]): readonly Column[] {
  const phases = columns.map(({ pending }) => new Map(pending.map((one) => [one.lane, one.phase])));
  for (let at = columns.length - 1; at > 0; at -= 1) {
    for (const [lane, phase] of phases[at] ?? []) {
      const before = phases[at - 1];
      if (phase === 'overdue' && before?.get(lane) === 'under-way') before.set(lane, 'overdue');
    }
  }
  return columns.map((column, at) => ({
    ...column,
    pending: [...(phases[at] ?? [])].map(([lane, phase]) => ({ lane, phase })),
  }));
}
