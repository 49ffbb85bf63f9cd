// The shape of a scenario that comes from outside: from a replay file, or from a command line.
import * as v from 'valibot';

const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const mode = v.picklist(['persistent', 'non-persistent']);
const pause = v.union([v.picklist(['none', 'settle']), v.pipe(size, v.maxValue(1000))]);
const transactionAction = v.picklist(['begin', 'commit', 'rollback']);
const settings = v.object({
  windowSize: size,
  useAsyncSend: v.boolean(),
  alwaysSyncSend: v.boolean(),
  sendTimeoutMs: size,
  destination: v.optional(v.string()),
});

const open = v.object({ do: v.literal('open'), settings, pause });
const step = v.variant('do', [
  v.object({
    do: v.literal('send'),
    id: v.string(),
    size,
    mode,
    completion: v.optional(v.literal(true)),
    responseRequired: v.optional(v.literal(true)),
    priority: v.optional(size),
    timeToLiveMs: v.optional(size),
    destination: v.optional(v.nullable(v.string())),
    nested: v.optional(
      v.object({ id: v.string(), size, mode, completion: v.optional(v.literal(true)) }),
    ),
    throws: v.optional(v.literal(true)),
    pause,
  }),
  v.object({
    do: v.picklist(['ack', 'refuse']),
    id: v.optional(v.string()),
    of: v.optional(transactionAction),
    pause,
  }),
  v.object({
    do: v.picklist(['begin', 'commit', 'rollback', 'close', 'lose', 'cut', 'restore']),
    pause,
  }),
  v.object({ do: v.literal('interrupt'), id: v.string(), pause }),
  v.object({ do: v.literal('advance'), ms: v.pipe(v.number(), v.minValue(0)), pause }),
]);

/** A scenario: an `open`, then steps. */
export const SCENARIO = v.tupleWithRest([open], step);
