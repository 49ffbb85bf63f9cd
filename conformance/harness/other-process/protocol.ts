// The line protocol between the kit and an adapter in another process, version 1: what the kit
// says, what the adapter may answer, and the check of each answer.
//
//   kit to adapter                                           adapter to kit
//   {"call":"hello","protocol":1}                            {"event":"hello","name":"…",
//                                                               "supports":[…]}
//   {"call":"open","settings":{…},"broker":"host:port"}      {"event":"opened"}
//   {"call":"send","op":1,"message":{…},"completion":false}  {"event":"entered","op":1}
//   {"call":"begin"|"commit"|"rollback"|"close","op":2}      {"event":"return","op":1}
//   {"call":"flush","op":3}, where it is claimed             likewise
//   {"call":"interrupt","target":1}                          {"event":"throw","op":1,"error":{…}}
//   {"call":"usage"}                                         {"event":"usage","bytes":0}
//   {"call":"ping","n":7}                                    {"event":"pong","n":7}
//   of its own accord                                        {"event":"complete","op":1,
//                                                               "error":null}
//   likewise                                                 {"event":"async-error","error":{…}}
//
// - Replies to calls with an `op` come in any order; an error is {"kind":"…","message":"…"}.
// - `entered` is optional: the call has begun. It makes histories easier to read. Calls may begin in
//   another order than they were made in, unless the kit waited in between.
// - Each `open` ends the former producer, of which nothing more may be said, and names a broker
//   address of its own.
// - Optional extensions: `chargedOverhead` in hello, the bytes that the producer charges on top of each
//   message's size; `reconnects` in hello: true says that it makes a broken connection anew; `resends` in hello:
//   it does, and says what becomes of unanswered messages; and, instead of opened, {"event":"open-failed","error":{…}}.
import * as v from 'valibot';
import { ERROR_KINDS, type ErrorKind, type Failure } from '../../../spec/events/failure.ts';
import type { PlainAction } from '../../../spec/events/history.ts';
import type { OutgoingMessage } from '../../../spec/events/message.ts';
import { ALL_CAPABILITIES, RESENDS, type ProducerSettings } from '../../../spec/events/settings.ts';
import { parseLine } from './json-lines.ts';

/** What the kit says. */
export type AdapterCall =
  | { readonly call: 'hello'; readonly protocol: 1 }
  | { readonly call: 'open'; readonly settings: ProducerSettings; readonly broker: string }
  | {
      readonly call: 'send';
      readonly op: number;
      readonly message: OutgoingMessage;
      readonly completion: boolean;
    }
  | { readonly call: PlainAction; readonly op: number }
  | { readonly call: 'interrupt'; readonly target: number }
  | { readonly call: 'usage' }
  | { readonly call: 'ping'; readonly n: number };

const op = v.pipe(v.number(), v.integer(), v.minValue(1));
const error = v.pipe(
  v.object({ kind: v.nullish(v.string()), message: v.string() }),
  v.transform(failureOf),
);
const capability = v.picklist(
  ALL_CAPABILITIES,
  ({ received }) =>
    `the capability ${received} is unknown; known are ${ALL_CAPABILITIES.join(', ')}`,
);

const EVENT = v.variant(
  'event',
  [
    v.object({
      event: v.literal('hello'),
      name: v.pipe(v.string(), v.nonEmpty()),
      supports: v.array(capability),
      chargedOverhead: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
      reconnects: v.optional(v.boolean(), false),
      resends: v.exactOptional(v.picklist(RESENDS)),
    }),
    v.object({ event: v.literal('opened') }),
    v.object({ event: v.literal('open-failed'), error }),
    v.object({ event: v.literal('entered'), op }),
    v.object({ event: v.literal('return'), op }),
    v.object({ event: v.literal('throw'), op, error }),
    v.object({ event: v.literal('complete'), op, error: v.nullish(error) }),
    v.object({ event: v.literal('async-error'), message: v.nullish(v.string()), error }),
    v.object({ event: v.literal('usage'), bytes: v.number() }),
    v.object({ event: v.literal('pong'), n: v.number() }),
  ],
  ({ expected, received }) => `the event ${received} is unknown; known are ${expected}`,
);

/** What an adapter says. */
export type AdapterEvent = v.InferOutput<typeof EVENT>;

/** An event about a case, rather than a reply to the kit's own questions. */
export type CaseEvent = Extract<
  AdapterEvent,
  { event: 'entered' | 'return' | 'throw' | 'complete' | 'async-error' }
>;

/** Reads one line of the adapter. Throws an `AdapterFault` that quotes it if it is no event. */
export function parseAdapterLine(line: string): AdapterEvent {
  return parseLine(EVENT, line, 'it');
}

function failureOf({
  kind,
  message,
}: {
  kind?: string | null | undefined;
  message: string;
}): Failure {
  if (kind === undefined || kind === null) return { message };
  return { kind: ERROR_KINDS.includes(kind as ErrorKind) ? (kind as ErrorKind) : 'other', message };
}
