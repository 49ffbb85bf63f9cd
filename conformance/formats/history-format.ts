// The lines of histories: one event a line, in JSON. The shape is checked here; whether the events can have
// happened is checked by the ledger.
import * as v from 'valibot';
import { ERROR_KINDS } from '../../spec/events/failure.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { ALL_CAPABILITIES, RESENDS } from '../../spec/events/settings.ts';
import { acceptsOf } from './accepts.ts';
import { complaintOf, InputError } from './json.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const op = v.pipe(v.number(), v.integer(), v.minValue(1));
const settings = v.object({
  windowSize: count,
  useAsyncSend: v.boolean(),
  alwaysSyncSend: v.boolean(),
  sendTimeoutMs: count,
  maxBlockMs: v.exactOptional(count),
  destination: v.exactOptional(v.string()),
});
const message = v.object({
  id: v.string(),
  size: count,
  deliveryMode: v.picklist(['persistent', 'non-persistent']),
  priority: count,
  timeToLiveMs: count,
  responseRequired: v.exactOptional(v.boolean()),
  destination: v.exactOptional(v.nullable(v.string())),
});
const failure = v.object({ kind: v.exactOptional(v.picklist(ERROR_KINDS)), message: v.string() });
const transactionAction = v.picklist(['begin', 'commit', 'rollback']);
const packet = v.variant('type', [
  v.object({ type: v.literal('message'), message, transaction: v.exactOptional(v.string()) }),
  v.object({ type: transactionAction, transaction: v.string() }),
]);

/** The shape of every event; the published JSON Schema is made from it. */
export const HISTORY_EVENT = v.variant('event', [
  v.object({
    event: v.literal('open'),
    settings,
    supports: v.exactOptional(v.array(v.picklist(ALL_CAPABILITIES))),
    resends: v.exactOptional(v.picklist(RESENDS)),
    observes: v.exactOptional(v.picklist(['packets', 'calls'])),
    concurrent: v.exactOptional(v.boolean()),
    company: v.exactOptional(v.picklist(['before', 'beside'])),
  }),
  v.object({
    event: v.literal('invoke'),
    op,
    action: v.picklist(['send', 'begin', 'commit', 'rollback', 'close', 'flush', 'interrupt']),
    message: v.exactOptional(message),
    completion: v.exactOptional(v.boolean()),
    interrupted: v.exactOptional(v.boolean()),
    charge: v.exactOptional(count),
    target: v.exactOptional(op),
    from: v.exactOptional(op),
  }),
  v.object({ event: v.picklist(['entered', 'return']), op }),
  v.object({ event: v.literal('throw'), op, error: failure }),
  v.object({
    event: v.literal('complete'),
    op,
    error: v.exactOptional(failure),
    inside: v.exactOptional(v.boolean()),
    threw: v.exactOptional(v.boolean()),
  }),
  v.object({
    event: v.literal('async-error'),
    message: v.exactOptional(v.string()),
    error: failure,
  }),
  v.object({ event: v.literal('receive'), packet }),
  v.object({
    event: v.picklist(['ack', 'refuse']),
    message: v.exactOptional(v.string()),
    transaction: v.exactOptional(v.string()),
    of: v.exactOptional(transactionAction),
    reason: v.exactOptional(v.string()),
  }),
  v.object({ event: v.literal('lose'), refusal: v.exactOptional(v.literal(true)) }),
  v.object({ event: v.picklist(['cut', 'restore', 'settle']) }),
  v.object({ event: v.literal('advance'), ms: v.pipe(v.number(), v.minValue(0)) }),
  v.object({ event: v.literal('usage'), bytes: v.number() }),
  v.object({
    event: v.literal('leftovers'),
    timers: count,
    onLost: v.exactOptional(count),
    onSignal: v.exactOptional(count),
    atOnce: count,
  }),
]);

/** Nearly every line is an event, and then need not be copied. */
const accepts = acceptsOf(HISTORY_EVENT) as (value: unknown) => value is HistoryEvent;

/** Each type's own shape: held against one shape, a line is read in half the time. */
const SHAPES = new Map<unknown, v.GenericSchema<unknown, HistoryEvent>>(
  HISTORY_EVENT.options.flatMap((shape) => {
    const { event } = shape.entries;
    const types = event.type === 'literal' ? [event.literal] : event.options;
    return types.map((type) => [type, shape] as const);
  }),
);

/** A line that is not an event. The message names the line and what is wrong with it. */
export class HistoryFormatError extends InputError {
  override readonly name = 'HistoryFormatError';
  override readonly code = 'malformed-history';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
  }
}

/** Parses one line. Throws `HistoryFormatError`. */
export function parseEvent(text: string, line: number): HistoryEvent {
  let value: unknown;
  try {
    value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text);
  } catch (error) {
    throw new HistoryFormatError(line, `invalid JSON: ${(error as Error).message}`);
  }
  if (accepts(value)) return value;
  const shape = SHAPES.get((value as { event?: unknown } | null)?.event) ?? HISTORY_EVENT;
  const result = v.safeParse(shape, value);
  if (result.success) return result.output;
  throw new HistoryFormatError(line, complaintOf(result.issues[0]));
}
