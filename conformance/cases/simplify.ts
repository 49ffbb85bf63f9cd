// Simpler scenarios: what shrinking tries, the boldest cuts first. Every candidate is shorter, or as long and
// plainer, or as plain with plainer numbers; what was cut never grows back, so that shrinking ends. Parts of a
// scenario, with one thing left out, besides.
import { mapSends, simplerNested, withoutNesting } from './nested.ts';
import { alone, withLessCompany } from './company.ts';
import { renumbered } from './renumber.ts';
import type { ProducerSettings } from '../../spec/events/settings.ts';
import {
  DESTINATION,
  hasCallback,
  openingOf,
  type Scenario,
  type SendStep,
  settingsOf,
  type Step,
} from './step.ts';

/** Scenarios up to this many steps are also tried with any two changes at once. */
const PAIRS_UP_TO = 16;

/** All simpler variants of a scenario, lazily, best first. */
export function* simplerScenarios(scenario: Scenario): Generator<Scenario> {
  yield* withLessCompany(scenario, simplerScenarios);
  yield* withoutChunks(scenario);
  yield* withoutTransactions(scenario);
  yield* withSimplerSettings(scenario);
  yield* withSmallerWindow(scenario);
  if (scenario.length > PAIRS_UP_TO) yield* withAllPlainer(scenario);
  for (let at = 1; at < scenario.length; at += 1) {
    for (const simpler of simplerSteps(scenario[at] as Step)) yield scenario.with(at, simpler);
  }
  yield* withoutNesting(scenario);
  if (scenario.length > PAIRS_UP_TO) return;
  yield* withoutPairs(scenario);
  yield* withLessToFill(scenario);
}

function* withoutChunks(scenario: Scenario): Generator<Scenario> {
  const steps = scenario.length - 1;
  const seen = new Set<string>();
  for (let size = steps; size >= 1; size = Math.floor(size / 2)) {
    for (let end = scenario.length; end - size >= 1; end -= size) {
      const rest = scenario.toSpliced(end - size, size);
      if (steps < PAIRS_UP_TO || isNew(rest, seen)) yield rest;
    }
  }
}

/** In a crowd of sends that are alike it does not matter which of them is left out. */
function isNew(scenario: Scenario, seen: Set<string>): boolean {
  const { size } = seen;
  return seen.add(JSON.stringify(renumbered(scenario))).size > size;
}

/** All steps at once: one after another, each would have to be set against all that is left. */
function* withAllPlainer(scenario: Scenario): Generator<Scenario> {
  const changes: readonly ((step: Step) => Step)[] = [
    (step) => ({ ...step, pause: 'settle' }),
    (step) => {
      if (step.do !== 'send' || !step.completion) return step;
      return withoutKey(step, 'completion');
    },
    (step) => (step.do === 'send' ? { ...step, mode: 'persistent' } : step),
  ];
  for (const change of changes) {
    const isChanged = (step: Step, at: number) =>
      at > 0 && JSON.stringify(change(step)) !== JSON.stringify(step);
    if (scenario.filter(isChanged).length > 1)
      yield scenario.map((step, at) => (at === 0 ? step : change(step)));
  }
}

/** What a transacted send shows, a non-persistent one may show as well, with fewer steps. */
function* withoutTransactions(scenario: Scenario): Generator<Scenario> {
  const steps = scenario.filter(({ do: what }) => !TRANSACTION_STEPS.has(what));
  if (steps.length === scenario.length) return;
  yield steps.map((step) => (step.do === 'send' ? { ...step, mode: 'non-persistent' } : step));
}

const TRANSACTION_STEPS = new Set<Step['do']>(['begin', 'commit', 'rollback']);

function* withoutPairs(scenario: Scenario): Generator<Scenario> {
  for (let second = scenario.length - 1; second > 1; second -= 1) {
    for (let first = second - 2; first >= 1; first -= 1) {
      yield scenario.toSpliced(second, 1).toSpliced(first, 1);
    }
  }
}

function* withSimplerSettings(scenario: Scenario): Generator<Scenario> {
  const settings = settingsOf(scenario);
  const plain: Partial<ProducerSettings>[] = [];
  if (settings.sendTimeoutMs > 0) plain.push({ sendTimeoutMs: 0 });
  if (settings.maxBlockMs) plain.push({ maxBlockMs: 0 });
  if (settings.alwaysSyncSend) plain.push({ alwaysSyncSend: false });
  if (settings.useAsyncSend) plain.push({ useAsyncSend: false });
  if (settings.windowSize > 0) plain.push({ windowSize: 0 });
  if (settings.destination === undefined) plain.push({ destination: DESTINATION });
  for (const change of plain) yield reopened(scenario, { ...settings, ...change });
}

/** A small window before a huge one. */
const PLAIN_WINDOWS = [1, 2, 10, 100, 1000, 10_000, 1_000_000, 1_000_000_000];

/** The same relations on a smaller scale: what was one byte off stays one byte off. */
function* withSmallerWindow(scenario: Scenario): Generator<Scenario> {
  const settings = settingsOf(scenario);
  for (const windowSize of PLAIN_WINDOWS) {
    if (windowSize >= settings.windowSize) return;
    const scale = (size: number) => scaled(size, settings.windowSize, windowSize);
    const steps = scenario.map((step) =>
      step.do === 'send' ? mapSends(step, ({ size }) => ({ size: scale(size) })) : step,
    );
    yield reopened(steps, { ...settings, windowSize });
  }
}

/** With one send less to fill it, a smaller window does. */
function* withLessToFill(scenario: Scenario): Generator<Scenario> {
  const settings = settingsOf(scenario);
  for (const windowSize of PLAIN_WINDOWS) {
    if (windowSize >= settings.windowSize) return;
    for (const [at, step] of scenario.entries())
      if (step.do === 'send')
        yield reopened(scenario.toSpliced(at, 1), { ...settings, windowSize });
  }
}

function scaled(size: number, from: number, to: number): number {
  if (size >= from - 1) return Math.min(size, Math.max(0, to + Math.min(size - from, to)));
  return Math.min(size, Math.ceil((size * to) / from));
}

function reopened(scenario: Scenario, settings: ProducerSettings): Scenario {
  return scenario.with(0, { ...openingOf(scenario), settings, pause: 'none' });
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step.pause !== 'settle') yield { ...step, pause: 'settle' };
  if (typeof step.pause === 'number') {
    yield { ...step, pause: 'none' };
    if (step.pause > 1) yield { ...step, pause: step.pause - 1 };
  }
  if (step.do === 'send') yield* simplerSends(step);
  if (step.do === 'advance' && step.ms > 1) {
    for (const ms of [1, Math.floor(step.ms / 2), step.ms - 1]) yield { ...step, ms };
  }
  if (step.do === 'refuse') yield { ...step, do: 'ack' };
}

function* simplerSends(step: SendStep): Generator<Step> {
  const {
    nested,
    reported,
    completion,
    throws,
    responseRequired,
    priority,
    timeToLiveMs,
    destination,
    signal,
    ...plain
  } = step;
  if (throws) yield { ...withoutKey(step, 'throws'), completion: true };
  if (nested) {
    yield { ...withoutKey(step, 'nested'), completion: true };
    const simpler = 'do' in nested ? [] : simplerNested(nested, plainer);
    for (const one of simpler) yield { ...step, nested: one };
  }
  if (reported) {
    yield withoutKey(step, 'reported');
    for (const simpler of simplerNested(reported, plainer)) yield { ...step, reported: simpler };
  }
  if (hasCallback(step)) {
    yield plain;
    yield { ...plain, mode: 'non-persistent' };
    if (completion && (nested || throws)) yield withoutKey(step, 'completion');
  }
  if (responseRequired) yield withoutKey(step, 'responseRequired');
  if (priority !== undefined) yield withoutKey(step, 'priority');
  if (timeToLiveMs !== undefined) {
    yield withoutKey(step, 'timeToLiveMs');
    if (timeToLiveMs > 1) yield { ...step, timeToLiveMs: 1 };
  }
  if (destination !== undefined) yield withoutKey(step, 'destination');
  if (signal !== undefined) yield withoutKey(step, 'signal');
  if (step.mode === 'non-persistent') yield { ...step, mode: 'persistent' };
  for (const size of plainer(step.size)) yield { ...step, size };
}

function withoutKey(step: SendStep, key: keyof SendStep): SendStep {
  const { [key]: _, ...rest } = step;
  return rest as SendStep;
}

/** One byte is the plainest size, none the next: a message of no bytes is a special case. */
function* plainer(size: number): Generator<number> {
  const seen = new Set([size]);
  for (const next of [1, 0, Math.floor(size / 2), ...nearer(size), size - 1]) {
    if (seen.has(next) || rank(next) >= rank(size)) continue;
    seen.add(next);
    yield next;
  }
}

function rank(size: number): number {
  return size > 1 ? size : 1 - size;
}

/** Below a large size, in ever smaller steps: a limit in between is not approached byte by byte. */
function nearer(size: number): number[] {
  const sizes: number[] = [];
  for (let step = Math.floor(size / 4); step > 8; step = Math.floor(step / 4))
    sizes.push(size - step);
  return sizes;
}

/**
 * The scenario without one of its steps, or without what one of its callbacks does; the last steps first. If a part
 * of a failing case is unlawful by itself, then it is the part that shows what is wrong.
 */
export function* partsOf(scenario: Scenario): Generator<Scenario> {
  if (openingOf(scenario).company) yield alone(scenario);
  for (let at = scenario.length - 1; at >= 1; at -= 1) {
    const step = scenario[at] as Step;
    if (step.do === 'send') yield* quieterCallbacks(scenario, at, step);
    yield withoutStep(scenario, at);
  }
}

/** A step that is left out still ends its turn. */
function withoutStep(scenario: Scenario, at: number): Scenario {
  const { pause } = scenario[at] as Step;
  const before = scenario[at - 1] as Step;
  const rest = scenario.toSpliced(at, 1);
  return pause === 'settle' && at > 1 ? rest.with(at - 1, { ...before, pause }) : rest;
}

function* quieterCallbacks(scenario: Scenario, at: number, step: SendStep): Generator<Scenario> {
  const { throws, nested, reported, ...quiet } = step;
  const callback = { ...quiet, ...(reported && { reported }), completion: true as const };
  if (throws) yield scenario.with(at, { ...callback, ...(nested && { nested }) });
  if (nested) yield scenario.with(at, { ...callback, ...(throws && { throws }) });
  if (reported) yield scenario.with(at, quiet);
}
