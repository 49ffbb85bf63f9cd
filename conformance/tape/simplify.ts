// Simpler tapes: what shrinking tries, the boldest cuts first. Every candidate is shorter, or as long and
// plainer, or as plain with smaller numbers; what was cut never grows back, so that shrinking ends.
import type { ProducerSettings } from '../../spec/settings.ts';
import {
  DESTINATION,
  hasCallback,
  settingsOf,
  type SendStimulus,
  type Stimulus,
  type Tape,
} from './stimulus.ts';

/** Tapes up to this many steps are also tried with any two steps removed. */
const PAIRS_UP_TO = 16;

/** All simpler variants of a tape, lazily, best first. */
export function* simplerTapes(tape: Tape): Generator<Tape> {
  yield* withoutChunks(tape);
  yield* withoutTransactions(tape);
  yield* withSimplerSettings(tape);
  yield* withSmallerWindow(tape);
  for (let at = 1; at < tape.length; at += 1) {
    for (const simpler of simplerSteps(tape[at] as Stimulus)) yield tape.with(at, simpler);
  }
  if (tape.length <= PAIRS_UP_TO) yield* withoutPairs(tape);
}

/** The tape with its message ids renumbered in order of appearance. */
export function renumbered(tape: Tape): Tape {
  const names = new Map<string, string>();
  const nameOf = (id: string) => {
    if (!names.has(id)) names.set(id, `m${names.size + 1}`);
    return names.get(id) as string;
  };
  return tape.map((step) => {
    if (step.do === 'send') {
      const id = nameOf(step.id);
      return step.nested
        ? { ...step, id, nested: { ...step.nested, id: nameOf(step.nested.id) } }
        : { ...step, id };
    }
    return 'id' in step && step.id !== undefined ? { ...step, id: nameOf(step.id) } : step;
  });
}

function* withoutChunks(tape: Tape): Generator<Tape> {
  const steps = tape.length - 1;
  for (let size = steps; size >= 1; size = Math.floor(size / 2)) {
    for (let end = tape.length; end - size >= 1; end -= size) {
      yield tape.toSpliced(end - size, size);
    }
  }
}

/** What a transacted send shows, a non-persistent one may show as well, with fewer steps. */
function* withoutTransactions(tape: Tape): Generator<Tape> {
  const steps = tape.filter(({ do: what }) => !TRANSACTION_STEPS.has(what));
  if (steps.length === tape.length) return;
  yield steps.map((step) => (step.do === 'send' ? { ...step, mode: 'non-persistent' } : step));
}

const TRANSACTION_STEPS = new Set<Stimulus['do']>(['begin', 'commit', 'rollback']);

function* withoutPairs(tape: Tape): Generator<Tape> {
  for (let second = tape.length - 1; second > 1; second -= 1) {
    for (let first = second - 2; first >= 1; first -= 1) {
      yield tape.toSpliced(second, 1).toSpliced(first, 1);
    }
  }
}

function* withSimplerSettings(tape: Tape): Generator<Tape> {
  const settings = settingsOf(tape);
  const plain: Partial<ProducerSettings>[] = [];
  if (settings.sendTimeoutMs > 0) plain.push({ sendTimeoutMs: 0 });
  if (settings.alwaysSyncSend) plain.push({ alwaysSyncSend: false });
  if (settings.useAsyncSend) plain.push({ useAsyncSend: false });
  if (settings.windowSize > 0) plain.push({ windowSize: 0 });
  if (settings.destination === undefined) plain.push({ destination: DESTINATION });
  for (const change of plain) yield reopened(tape, { ...settings, ...change });
}

/** The same relations on a smaller scale: what was one byte off stays one byte off. */
function* withSmallerWindow(tape: Tape): Generator<Tape> {
  const settings = settingsOf(tape);
  for (const windowSize of [1, 2, 10, 100, 1000]) {
    if (windowSize >= settings.windowSize) return;
    const scale = (size: number) => scaled(size, settings.windowSize, windowSize);
    const steps = tape.map((step) =>
      step.do === 'send'
        ? {
            ...step,
            size: scale(step.size),
            ...(step.nested && { nested: { ...step.nested, size: scale(step.nested.size) } }),
          }
        : step,
    );
    yield reopened(steps, { ...settings, windowSize });
  }
}

function scaled(size: number, from: number, to: number): number {
  if (size >= from - 1) return Math.min(size, Math.max(0, to + Math.min(size - from, to)));
  return Math.min(size, Math.ceil((size * to) / from));
}

function reopened(tape: Tape, settings: ProducerSettings): Tape {
  return tape.with(0, { do: 'open', settings, gap: 'none' });
}

function* simplerSteps(step: Stimulus): Generator<Stimulus> {
  if (step.gap !== 'settle') yield { ...step, gap: 'settle' };
  if (typeof step.gap === 'number') {
    yield { ...step, gap: 'none' };
    if (step.gap > 1) yield { ...step, gap: step.gap - 1 };
  }
  if (step.do === 'send') yield* simplerSends(step);
  if (step.do === 'advance' && step.ms > 1) {
    yield { ...step, ms: 1 };
    yield { ...step, ms: step.ms - 1 };
  }
  if (step.do === 'refuse') yield { ...step, do: 'ack' };
}

function* simplerSends(step: SendStimulus): Generator<Stimulus> {
  const {
    nested,
    completion,
    throws,
    responseRequired,
    priority,
    timeToLiveMs,
    destination,
    ...plain
  } = step;
  if (throws) yield { ...withoutKey(step, 'throws'), completion: true };
  if (nested) {
    yield { ...withoutKey(step, 'nested'), completion: true };
    if (nested.completion) {
      const { completion: _, ...quiet } = nested;
      yield { ...step, nested: quiet };
    }
    for (const size of smaller(nested.size)) yield { ...step, nested: { ...nested, size } };
  }
  if (hasCallback(step)) {
    yield plain;
    yield { ...plain, mode: 'non-persistent' };
    if (completion && (nested || throws)) yield withoutKey(step, 'completion');
  }
  if (responseRequired) yield withoutKey(step, 'responseRequired');
  if (priority !== undefined) yield withoutKey(step, 'priority');
  if (timeToLiveMs !== undefined) yield withoutKey(step, 'timeToLiveMs');
  if (destination !== undefined) yield withoutKey(step, 'destination');
  if (step.mode === 'non-persistent') yield { ...step, mode: 'persistent' };
  for (const size of smaller(step.size)) yield { ...step, size };
}

function withoutKey(step: SendStimulus, key: keyof SendStimulus): SendStimulus {
  const { [key]: _, ...rest } = step;
  return rest as SendStimulus;
}

function* smaller(size: number): Generator<number> {
  const seen = new Set<number>();
  for (const next of [0, 1, Math.floor(size / 2), ...nearer(size), size - 1]) {
    if (next >= 0 && next < size && !seen.has(next)) {
      seen.add(next);
      yield next;
    }
  }
}

/** Below a large size, in ever smaller steps: a limit in between is not approached byte by byte. */
function nearer(size: number): number[] {
  const sizes: number[] = [];
  for (let step = Math.floor(size / 4); step > 8; step = Math.floor(step / 4))
    sizes.push(size - step);
  return sizes;
}
