// What passes between a worker process and the one who started it, read: each message is held against the shape of
// its kind before anything in it is believed. Cases and findings are the kit's own on both sides; of them no more is
// looked at than that they are there.
import * as v from 'valibot';
import { isRuleId } from '../../spec/catalogue.ts';
import type { HistoryEvent } from '../../spec/events/history.ts';
import { ALL_CAPABILITIES } from '../../spec/events/settings.ts';
import { CHOICE_NAMES } from '../../spec/model/choices.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';
import type { RuleResult } from '../../spec/verdict.ts';
import type { Covered } from '../cases/coverage/reachable.ts';
import type { Exhausted, SmallScope } from '../cases/exhaustive/small-scope.ts';
import type { Step } from '../cases/step.ts';
import type { CheckResult } from '../doctor/check.ts';
import { ADAPTER_FAULT_CODES } from '../harness/harness.ts';
import { PROTOCOL_NAMES } from '../harness/protocols/names.ts';
import type { Divergence } from './determinism-check.ts';
import {
  type Done,
  type DrawnCase,
  type FoundCase,
  type Job,
  type Rerun,
  TASKS,
  type WorkerMessage,
} from './job.ts';

/** An object that has some properties at least. */
function having<T extends object>(...names: readonly (keyof T & string)[]) {
  const isThere = (value: unknown) =>
    typeof value === 'object' && value !== null && names.every((name) => name in value);
  return v.custom<T>(isThere, `expected an object with ${names.join(', ')}`);
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const rule = v.custom<RuleId>(
  (value) => typeof value === 'string' && isRuleId(value),
  ({ received }) => `the catalogue has no rule ${received}`,
);
const scenario = v.array(having<Step>('do', 'pause'));
const history = v.array(having<HistoryEvent>('event'));
const supports = v.array(v.picklist(ALL_CAPABILITIES));
const share = v.object({ index: count, of: count });

const JOB: v.GenericSchema<Job> = v.object({
  task: v.picklist(TASKS),
  adapter: v.string(),
  profile: having<Profile>('name', ...CHOICE_NAMES),
  cases: count,
  seed: v.number(),
  exhaustive: v.exactOptional(
    v.object({ depth: count, scope: v.exactOptional(having<SmallScope>('windowSize', 'sizes')) }),
  ),
  rules: v.array(rule),
  broker: v.exactOptional(v.string()),
  speaks: v.exactOptional(v.picklist(PROTOCOL_NAMES)),
  refusedDestinations: v.exactOptional(v.array(v.string())),
  shares: v.array(share),
  scenarios: v.array(
    v.object({
      rule,
      scenario,
      case: v.exactOptional(count),
      unproven: v.exactOptional(v.boolean()),
    }),
  ),
  traced: v.exactOptional(v.object({ case: count, file: v.string() })),
  check: v.exactOptional(count),
  secret: v.string(),
  logbook: v.string(),
});

/** What a worker is told: a job, or that no case behind one is wanted any more. */
export type Order = Job | { readonly lastWanted: number };

const STOP: v.GenericSchema<Extract<Order, { lastWanted: number }>> = v.object({
  lastWanted: v.number(),
});

const FOUND: v.GenericSchema<FoundCase> = v.object({
  rule,
  of: rule,
  scenario,
  history,
  at: count,
  why: v.string(),
  case: count,
});

const DONE: v.GenericSchema<Done> = v.object({
  type: v.literal('done'),
  adapter: v.string(),
  cases: count,
  results: v.array(having<RuleResult>('id', 'verdict', 'exercised')),
  failing: v.array(having<DrawnCase>('rule', 'scenario', 'case', 'drawn')),
  found: v.array(FOUND),
  reruns: v.array(having<Rerun>('rule', 'history', 'breaches')),
  uncaught: v.exactOptional(v.object({ case: v.number(), message: v.string() })),
  nonDeterminism: v.exactOptional(having<Divergence>('case', 'at')),
  coverage: v.exactOptional(having<Covered>('covered', 'reachable')),
  exhausted: v.exactOptional(having<Exhausted>('scope', 'depth', 'complete')),
});

const SHAPES: { readonly [K in WorkerMessage['type']]: v.GenericSchema<MessageOf<K>> } = {
  opened: v.object({ type: v.literal('opened'), adapter: v.string(), supports }),
  checked: v.object({
    type: v.literal('checked'),
    result: having<CheckResult>('title', 'outcome'),
  }),
  found: v.object({ type: v.literal('found'), found: FOUND }),
  done: DONE,
  fault: v.object({
    type: v.literal('fault'),
    code: v.picklist(ADAPTER_FAULT_CODES),
    message: v.string(),
  }),
};

type MessageOf<K> = Extract<WorkerMessage, { readonly type: K }>;

/** Reads what a worker is told. Throws an `Error` that says what is wrong with it. */
export function parseOrder(raw: unknown): Order {
  const isStop = typeof raw === 'object' && raw !== null && 'lastWanted' in raw;
  return checked<Order>(isStop ? STOP : JOB, raw, 'a worker process was given a malformed order');
}

/**
 * Reads what a worker says. Absent: it does not know the secret, so that it is not the worker who speaks, but a
 * subject in its process. Throws an `Error` that says what is wrong with it.
 */
export function parseMessage(raw: unknown, secret: string): WorkerMessage | undefined {
  if (!v.is(ENVELOPE, raw) || raw.secret !== secret) return undefined;
  const type = v.parse(TYPE, (raw.message as { type?: unknown } | undefined)?.type);
  return checked<WorkerMessage>(SHAPES[type], raw.message, `a worker process said "${type}" amiss`);
}

const ENVELOPE = v.object({ secret: v.string(), message: v.unknown() });
const TYPE = v.picklist(
  Object.keys(SHAPES) as WorkerMessage['type'][],
  ({ received }) => `a worker process sent a message of the unknown type ${received}`,
);

/** Holds a value against a shape, and leaves it as it is: nothing is copied. */
function checked<T>(shape: v.GenericSchema<T>, raw: unknown, what: string): T {
  if (v.is(shape, raw)) return raw;
  const [issue] = v.safeParse(shape, raw).issues ?? [];
  const path = issue && v.getDotPath(issue);
  const where = path ? `${path}: ` : '';
  throw new Error(`${what}: ${where}${issue?.message}. This is a fault of producer-tck; report it`);
}
