// A fork goes its own way; and states of one key have one future.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Judge } from '../check.ts';
import { oddHistory } from '../examples/odd-application.ts';
import {
  FULL_WINDOW,
  PERSISTENT,
  ack,
  advance,
  history,
  open,
  receive,
  ret,
  send,
  settle,
  type Step,
} from '../examples/builder.ts';
import { HistoryError, type History, type OpenEvent } from '../events/history.ts';
import { fork, keyOf } from './fork.ts';
import { Ledger } from './ledger.ts';
import { STRICT } from './profile.ts';
import { forgetLastEvent, nextTurn, step } from './step.ts';

const TIMEOUT_MS = 100;

/** The key of a state whose last event has been judged. */
function keyAfter(ledger: Ledger | undefined): string {
  const copy = fork(ledger);
  if (!copy) throw new Error('there is no case');
  forgetLastEvent(copy);
  return keyOf(copy, TIMEOUT_MS);
}

function fold(ledger: Ledger, events: History): Ledger {
  for (const event of events) {
    step(ledger, event);
    if (event.event === 'settle') nextTurn(ledger);
  }
  return ledger;
}

describe('a fork', () => {
  const scenarios = fc.array(fc.nat({ max: 5039 }), { minLength: 20, maxLength: 150, size: 'max' });
  const cases = fc.tuple(scenarios, fc.nat()).map(([scenario, at]) => {
    const [first, ...events] = oddHistory(scenario, STRICT, 'packets');
    const place = at % events.length;
    return {
      first: first as OpenEvent,
      before: events.slice(0, place),
      after: events.slice(place),
    };
  });

  test('is equal to the original, and does not change with it', () => {
    fc.assert(
      fc.property(cases, ({ first, before, after }) => {
        const original = fold(new Ledger(first), before);
        const key = keyAfter(original);
        const copy = fork(original);
        expect(copy).toEqual(original);
        fold(original, after);
        expect(keyAfter(copy)).toBe(key);
        expect(keyAfter(fold(copy, after))).toBe(keyAfter(original));
      }),
      { numRuns: 20 },
    );
  });

  test('shares inside what the original shares inside, and nothing with the original', () => {
    const [first, ...events] = history(FULL_WINDOW, send(2, 'm2'), settle);
    const original = fold(new Ledger(first as OpenEvent), events);
    const copy = fork(original);
    const [waiting] = copy.waiting;
    expect(waiting).toBe(copy.sendOf('m2'));
    expect([...copy.pending]).toEqual([waiting]);
    expect(waiting).not.toBe(original.sendOf('m2'));
    expect(copy.register.pending).not.toBe(original.register.pending);
  });
});

describe('a key', () => {
  const sends = [
    send(1, 'm1', { completion: true }),
    send(2, 'm2', { size: 2, completion: true }),
    send(3, 'm3', PERSISTENT),
  ];
  const answers: Step[] = [receive('m1'), receive('m2'), receive('m3'), ret(1), ret(2), ack('m1')];
  const events = history(sends, answers, advance(60), settle);

  /** What becomes of a state by one more event: rules broken, a new state, or nothing possible. */
  function next(judge: Judge, event: History[number]): { outcome: string; judge?: Judge } {
    const copy = judge.fork();
    try {
      copy.next(event);
    } catch (error) {
      if (error instanceof HistoryError) return { outcome: 'impossible' };
      throw error;
    }
    if (copy.breaches.length > 0)
      return { outcome: copy.breaches.map(({ rule, op }) => `${rule} ${op}`).join() };
    return { outcome: keyAfter(copy.ledger), judge: copy };
  }

  test('is equal only for states that every event takes to states of equal keys', () => {
    const start = new Judge(STRICT);
    start.next(open({ windowSize: 2, sendTimeoutMs: TIMEOUT_MS }));
    const futures = new Map<string, string>();
    let histories = 0;
    let level = [start];
    for (let depth = 0; depth < 5; depth += 1) {
      const states = level;
      level = [];
      for (const judge of states) {
        const after = events.map((event) => next(judge, event));
        const future = after.map(({ outcome }) => outcome).join('\n');
        const key = keyAfter(judge.ledger);
        expect(futures.get(key) ?? future).toBe(future);
        futures.set(key, future);
        histories += 1;
        if (depth < 4) level.push(...after.flatMap((one) => one.judge ?? []));
      }
    }
    expect({ histories, keys: futures.size }).toEqual({ histories: 680, keys: 279 });
  });

  test('counts turns by their order, and moments by their age, up to the longest that matters', () => {
    const keyOfCase = (...steps: Step[]) => {
      const judge = new Judge(STRICT);
      for (const event of history(open({ sendTimeoutMs: TIMEOUT_MS }), ...steps)) judge.next(event);
      return keyAfter(judge.ledger);
    };
    const timed = [send(1, 'm1'), receive('m1'), settle] as const;
    expect(keyOfCase(settle, ...timed)).toBe(keyOfCase(...timed));
    expect(keyOfCase(advance(5), ...timed)).toBe(keyOfCase(...timed));
    expect(keyOfCase(...timed, advance(99))).not.toBe(keyOfCase(...timed, advance(98)));
    expect(keyOfCase(...timed, advance(100))).toBe(keyOfCase(...timed, advance(200)));
  });
});
