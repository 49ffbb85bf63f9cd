// A declared small scope: everything that may happen in the scenarios of an exhaustive run, and how far a run
// within it came. What is left out is left out of the verdict as well, which is why reports repeat the scope word
// for word.
import * as v from 'valibot';
import { asBytes } from '../../../spec/model/window.ts';
import type { Capability, ProducerSettings } from '../../../spec/events/settings.ts';
import { kindsWith, type Repertoire } from '../enabled.ts';
import { DESTINATION, type Operation, type Pause, type SendShape } from '../step.ts';

/** Kinds of send: `async` is non-persistent, `sync` persistent, `callback` completes, `response` asks for one. */
export const SEND_KINDS = ['async', 'sync', 'callback', 'response'] as const;
/** A kind of send. */
export type SendKind = (typeof SEND_KINDS)[number];

/** What may happen beside sends and acks. */
export const OPERATIONS = [
  'refuse',
  'begin',
  'commit',
  'rollback',
  'interrupt',
  'advance',
  'close',
  'lose',
  'flush',
] as const satisfies readonly Operation[];
type InScope = (typeof OPERATIONS)[number];

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const pause = v.union([v.picklist(['none', 'settle']), v.pipe(count, v.maxValue(100))]);
const some = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.minLength(1));

/** The shape of a scope, as a file or the command line gives it. */
export const SMALL_SCOPE = v.strictObject({
  windowSize: wholeNumber,
  useAsyncSend: v.optional(v.boolean()),
  alwaysSyncSend: v.optional(v.boolean()),
  sendTimeoutMs: v.optional(wholeNumber),
  maxBlockMs: v.optional(wholeNumber),
  anonymous: v.optional(v.boolean()),
  advancesMs: v.optional(v.array(wholeNumber)),
  sizes: some(wholeNumber),
  kinds: some(v.picklist(SEND_KINDS)),
  operations: v.array(v.picklist(OPERATIONS)),
  pauses: v.pipe(
    some(pause),
    v.check(
      (pauses) => pauses.includes('settle'),
      'pauses must include "settle": shorter scenarios are run as the beginnings of longer ones',
    ),
  ),
  senders: v.optional(v.strictObject({ count, messages: count })),
});

/** What may happen in a scenario. Sizes in bytes, times in milliseconds. */
export interface SmallScope {
  /** 0: no window. */
  readonly windowSize: number;
  readonly useAsyncSend?: boolean | undefined;
  readonly alwaysSyncSend?: boolean | undefined;
  readonly sendTimeoutMs?: number | undefined;
  readonly maxBlockMs?: number | undefined;
  /** With operation `advance`: how far at a time. Default: the timeouts. */
  readonly advancesMs?: readonly number[] | undefined;
  /** The producer is bound to no destination. */
  readonly anonymous?: boolean | undefined;
  readonly sizes: readonly number[];
  readonly kinds: readonly SendKind[];
  /** Beside sends and acks. */
  readonly operations: readonly InScope[];
  readonly pauses: readonly Pause[];
  /** So many senders, each with so many messages, one after the other. Absent: every send has its own sender. */
  readonly senders?: { readonly count: number; readonly messages: number } | undefined;
}

const NEEDS: Readonly<Partial<Record<InScope | SendKind, Capability>>> = {
  callback: 'completion',
  response: 'response-required',
  begin: 'transactions',
  commit: 'transactions',
  rollback: 'transactions',
  interrupt: 'interrupt',
  lose: 'connection-loss',
  flush: 'flush',
};

/** The scope of an exhaustive run unless another is given: two bytes of window, all that the adapter claims. */
export function defaultScope(supports: readonly Capability[]): SmallScope {
  const window = supports.includes('window');
  return {
    windowSize: window ? 2 : 0,
    sizes: window ? [1, 2] : [1],
    kinds: (['async', 'sync', 'callback'] as const).filter((kind) => isSupported(kind, supports)),
    operations: OPERATIONS.filter(
      (operation) => operation !== 'advance' && isSupported(operation, supports),
    ),
    pauses: ['none', 'settle'],
  };
}

/** What a scope asks of an adapter that it does not claim; undefined: nothing. */
export function unsupportedBy(
  scope: SmallScope,
  supports: readonly Capability[],
): Capability | undefined {
  const asked = [...scope.kinds, ...scope.operations].map((what) => NEEDS[what]);
  if (scope.windowSize > 0) asked.push('window');
  if (scope.useAsyncSend) asked.push('use-async-send');
  if (scope.alwaysSyncSend) asked.push('always-sync-send');
  if (scope.sendTimeoutMs) asked.push('timeout');
  if (scope.maxBlockMs) asked.push('max-block');
  if (scope.anonymous) asked.push('destinations');
  return asked.find((need) => need !== undefined && !supports.includes(need));
}

/** The settings that every scenario of a scope opens with. */
export function settingsWithin(scope: SmallScope): ProducerSettings {
  return {
    windowSize: scope.windowSize,
    useAsyncSend: scope.useAsyncSend ?? false,
    alwaysSyncSend: scope.alwaysSyncSend ?? false,
    sendTimeoutMs: scope.sendTimeoutMs ?? 0,
    ...(scope.maxBlockMs !== undefined && { maxBlockMs: scope.maxBlockMs }),
    ...(!scope.anonymous && { destination: DESTINATION }),
  };
}

/** What may be done in the scenarios of a scope. */
export function repertoireOf(scope: SmallScope): Repertoire {
  const { sizes, operations, sendTimeoutMs = 0, maxBlockMs = 0 } = scope;
  return {
    sends: scope.kinds.flatMap((kind) => sizes.map((size) => ({ size, ...SHAPES[kind] }))),
    kinds: kindsWith(operations),
    advancesMs: scope.advancesMs ?? [sendTimeoutMs, maxBlockMs].filter((ms) => ms > 0),
  };
}

const SHAPES: Readonly<Record<SendKind, Omit<SendShape, 'size'>>> = {
  async: { mode: 'non-persistent' },
  sync: { mode: 'persistent' },
  callback: { mode: 'non-persistent', completion: true },
  response: { mode: 'non-persistent', responseRequired: true },
};

/** The scope in words. */
export function describeScope(scope: SmallScope): string {
  const { windowSize, sizes, kinds, operations, pauses, senders } = scope;
  const parts = [
    windowSize > 0 ? `window ${asBytes(windowSize)}` : 'no window',
    ...(scope.useAsyncSend ? ['useAsyncSend'] : []),
    ...(scope.alwaysSyncSend ? ['alwaysSyncSend'] : []),
    ...(scope.sendTimeoutMs ? [`send timeout ${scope.sendTimeoutMs} ms`] : []),
    ...(scope.maxBlockMs ? [`at most ${scope.maxBlockMs} ms for space`] : []),
    ...(scope.anonymous ? ['no destination'] : []),
    `sends of ${sizesOf(sizes)} (${kinds.join(', ')})`,
    ...(senders
      ? [
          `${senders.count} senders with ${senders.messages} message${senders.messages === 1 ? '' : 's'} each`,
        ]
      : []),
    ['ack', ...operations].join(', '),
    `pauses ${pauses.join(', ')}`,
  ];
  return parts.join('; ');
}

function isSupported(what: InScope | SendKind, supports: readonly Capability[]): boolean {
  const need = NEEDS[what];
  return need === undefined || supports.includes(need);
}

/** `1 byte`, `0 or 1 byte`, `1, 2 or 3 bytes`. */
function sizesOf(sizes: readonly number[]): string {
  const last = asBytes(sizes.at(-1) ?? 0);
  return sizes.length < 2 ? last : `${sizes.slice(0, -1).join(', ')} or ${last}`;
}

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
