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
    expect(copy.pending).not.toBe(original.pending);
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

  const judge = new Judge(STRICT);
  const first = open({ windowSize: 2, sendTimeoutMs: TIMEOUT_MS });

  /** What one more event makes of a lawful history: broken rules, the key of a new state, or nothing possible. */
  function outcomeOf(before: History, event: History[number]): string {
    judge.next(first);
    for (const earlier of before) judge.skip(earlier);
    try {
      judge.next(event);
    } catch (error) {
      if (error instanceof HistoryError) return 'impossible';
      throw error;
    }
    const broken = judge.breaches.map(({ rule, op }) => `${rule} ${op} is broken`);
    return broken.length > 0 ? broken.join() : keyAfter(judge.ledger);
  }

  test('is equal only for states that every event takes to states of equal keys', () => {
    const futures = new Map<string, string>();
    let histories = 0;
    let level: [key: string, history: History][] = [[keyAfter(new Ledger(first)), []]];
    for (let depth = 0; depth < 5; depth += 1) {
      const states = level;
      level = [];
      for (const [key, before] of states) {
        const outcomes = events.map((event) => outcomeOf(before, event));
        const future = outcomes.join('\n');
        expect(futures.get(key) ?? future).toBe(future);
        futures.set(key, future);
        histories += 1;
        events.forEach((event, at) => {
          const outcome = outcomes[at] ?? '';
          if (!/impossible|broken/.test(outcome)) level.push([outcome, [...before, event]]);
        });
      }
    }
    expect({ histories, keys: futures.size }).toEqual({ histories: 680, keys: 279 });
  });

  test('counts turns by their order, and moments by their age, up to the longest that matters', () => {
    const keyOfCase = (...steps: Step[]) => {
      const ledger = new Ledger(open({ sendTimeoutMs: TIMEOUT_MS }));
      return keyAfter(fold(ledger, history(...steps)));
    };
    const timed = [send(1, 'm1'), receive('m1'), settle] as const;
    expect(keyOfCase(settle, ...timed)).toBe(keyOfCase(...timed));
    expect(keyOfCase(advance(5), ...timed)).toBe(keyOfCase(...timed));
    expect(keyOfCase(...timed, advance(99))).not.toBe(keyOfCase(...timed, advance(98)));
    expect(keyOfCase(...timed, advance(100))).toBe(keyOfCase(...timed, advance(200)));
  });
});
