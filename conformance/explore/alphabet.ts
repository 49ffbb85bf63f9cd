// A small alphabet of events: what an application and a broker may do within a scope. What a producer might be
// seen to do in answer is in responses.ts.
import type { Call } from '../../spec/model/calls.ts';
import type { ErrorKind } from '../../spec/events/failure.ts';
import type { HistoryEvent, OpenEvent } from '../../spec/events/history.ts';
import type { Ledger } from '../../spec/model/ledger.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import { enabledSteps, kindsWith } from '../cases/enabled.ts';
import { eventOf } from '../cases/model.ts';
import { DESTINATION, type Operation, type SendShape } from '../cases/step.ts';

/** What histories are made of. Everything left out never happens. */
export interface Alphabet {
  readonly name: string;
  readonly settings?: Partial<ProducerSettings>;
  /** The producer is bound to no destination. */
  readonly anonymous?: true;
  /** Each message may be of any of these kinds. */
  readonly shapes: readonly SendShape[];
  /** Messages, at most. */
  readonly sends: number;
  /** A send may be made from inside a callback. */
  readonly nested?: true;
  /** A callback may throw. */
  readonly throws?: true;
  /** What may happen beside sends and acks. A commit may be refused in any case. */
  readonly operations?: readonly Operation[];
  /** Calls other than sends, at most. Default: two. */
  readonly mostCalls?: number;
  /** With the operation `advance`: how far at a time. */
  readonly advancesMs?: readonly number[];
  /** Kinds of error a call may fail with. */
  readonly kinds?: readonly ErrorKind[];
  /** A call may also fail with an error whose kind cannot be told. */
  readonly untold?: true;
  /** The error listener may be told, of a message or of none. */
  readonly reports?: true;
  /** Figures the producer may give of its own usage. */
  readonly usage?: readonly number[];
  /** Packets may be forged: unasked for, altered, or with another transaction. */
  readonly forges?: true;
  /** Events after `open`, at most, in the default run. */
  readonly depth: number;
}

/** The event that opens every history over an alphabet. */
export function openOf({ settings, anonymous }: Alphabet): OpenEvent {
  const plain = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
  const bound = anonymous ? {} : { destination: DESTINATION };
  return { event: 'open', settings: { ...plain, ...bound, ...settings } };
}

/** What the application, the broker, the network and the clock may do next. */
export function stepsAfter(
  { shapes, sends: most, mostCalls = 2, operations = [], advancesMs = [], nested }: Alphabet,
  ledger: Ledger,
  last: HistoryEvent | undefined,
): HistoryEvent[] {
  const calls = callsOf(ledger);
  const ids = calls.flatMap((call) => (call.action === 'send' ? call.message.id : []));
  const mayCall = calls.length - ids.length < mostCalls;
  const repertoire = {
    kinds: [
      ...kindsWith(operations.filter((operation) => mayCall || !CALLS.has(operation))),
      ...(operations.includes('refuse') ? [] : (['refuse of commit'] as const)),
    ],
    sends: ids.length < most ? shapes : [],
    advancesMs,
  };
  const op = calls.length + 1;
  return enabledSteps(repertoire, ledger, ids).flatMap((step) => {
    // An interrupt is no call, and takes none of the numbers that calls have.
    const event = eventOf(step.do === 'interrupt' ? INTERRUPTS : op, step, ledger);
    if (!event) return [];
    const fromCallback = nested && step.do === 'send' && last?.event === 'complete';
    return fromCallback ? [event, { ...event, from: last.op } as HistoryEvent] : [event];
  });
}

const CALLS = new Set<Operation>(['begin', 'commit', 'rollback', 'close', 'flush']);
const INTERRUPTS = 1000;

/** Every call so far, in the order of their operations. */
export function callsOf(ledger: Ledger): Call[] {
  return Array.from({ length: ledger.invocations }, (_, at) => ledger.callOf(at + 1) as Call);
}
