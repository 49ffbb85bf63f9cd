// The shape of a scenario that comes from outside: from a replay file, or from a command line.
import * as v from 'valibot';
import type { Nested, NestedSend, OtherProducer, Scenario } from './step.ts';

const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const mode = v.picklist(['persistent', 'non-persistent']);
const pause = v.union([v.picklist(['none', 'settle']), v.pipe(size, v.maxValue(1000))]);
const transactionAction = v.picklist(['begin', 'commit', 'rollback']);
const settings = v.object({
  windowSize: size,
  useAsyncSend: v.boolean(),
  alwaysSyncSend: v.boolean(),
  sendTimeoutMs: size,
  maxBlockMs: v.exactOptional(size),
  destination: v.exactOptional(v.string()),
});

const completion = v.exactOptional(v.literal(true));
const nestedSend: v.GenericSchema<unknown, NestedSend> = v.object({
  id: v.string(),
  size,
  mode,
  completion,
  count: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
  nested: v.exactOptional(v.lazy((): v.GenericSchema<unknown, Nested> => nested)),
});
const nested = v.union([v.object({ do: v.picklist(['begin', 'commit', 'close']) }), nestedSend]);

const company: v.GenericSchema<unknown, OtherProducer> = v.object({
  when: v.picklist(['before', 'beside']),
  scenario: v.lazy((): v.GenericSchema<unknown, Scenario> => SCENARIO),
});
const open = v.object({
  do: v.literal('open'),
  settings,
  company: v.exactOptional(company),
  pause,
});
const step = v.variant('do', [
  v.object({
    do: v.literal('send'),
    id: v.string(),
    size,
    mode,
    completion,
    responseRequired: v.exactOptional(v.literal(true)),
    priority: v.exactOptional(size),
    timeToLiveMs: v.exactOptional(size),
    destination: v.exactOptional(v.nullable(v.string())),
    signal: v.exactOptional(v.string()),
    nested: v.exactOptional(nested),
    reported: v.exactOptional(nestedSend),
    throws: v.exactOptional(v.literal(true)),
    pause,
  }),
  v.object({
    do: v.picklist(['ack', 'refuse']),
    id: v.exactOptional(v.string()),
    of: v.exactOptional(transactionAction),
    pause,
  }),
  v.object({
    do: v.picklist(['begin', 'commit', 'rollback', 'close', 'flush', 'lose', 'cut', 'restore']),
    pause,
  }),
  v.object({ do: v.literal('interrupt'), id: v.string(), pause }),
  v.object({ do: v.literal('advance'), ms: v.pipe(v.number(), v.minValue(0)), pause }),
]);

/** A scenario: an `open`, then steps. */
export const SCENARIO: v.GenericSchema<unknown, Scenario> = v.tupleWithRest([open], step);
