// The rule book put to the test over every small history; `npm run explore` goes further.
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../spec/catalogue.ts';
import {
  ack,
  history,
  open,
  receive,
  refuse,
  ret,
  send,
  settle,
} from '../../spec/examples/builder.ts';
import type { History } from '../../spec/events/history.ts';
import { ACTIVEMQ_CLASSIC, STRICT } from '../../spec/model/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { ALPHABETS } from './alphabets.ts';
import type { Alphabet } from './alphabet.ts';
import { exploreRules } from './explore.ts';
import { readPromises } from './independent-oracle.ts';
import { LawfulCompletion } from './lawful-completion.ts';
import { Position } from './position.ts';
import { eventsAfter, search } from './search.ts';

/** Less far than `npm run explore` goes, which also asks that each rule be tried, and broken alone, by some history. */
const SHALLOW = -3;
const DEEP_ONLY = /is never (put to the test|broken alone)/;

describe('every small history', () => {
  // After an interrupt that came too late, LIF-6 accuses a producer that may overshoot.
  const calm = ALPHABETS.filter(({ operations }) => !operations?.includes('interrupt'));

  test.each([
    [STRICT, ALPHABETS, 45],
    [ACTIVEMQ_CLASSIC, calm, 40],
  ])('leaves a lawful way on whatever happens, and keeps the promises: $name', (...row) => {
    const [profile, alphabets, brokenAlone] = row;
    const { flaws, independent } = exploreRules(alphabets, SHALLOW, profile);
    expect(flaws.filter(({ what }) => !DEEP_ONLY.test(what))).toEqual([]);
    expect(independent.size).toBeGreaterThan(brokenAlone);
  });

  test('is told by its number: those of one alphabet were counted by hand', () => {
    const alphabet: Alphabet = {
      name: 'one async send',
      shapes: [{ size: 1, mode: 'non-persistent' }],
      sends: 1,
      depth: 2,
    };
    // Nothing; settle; invoke. Then settle, settle; settle, invoke; invoke, receive; invoke, return.
    // Settled states are one; the invocation in a later turn is the same as in the first.
    expect(search(alphabet, STRICT, 2)).toMatchObject({ states: 5, accepted: 7, broken: 1 });
  });
});

describe('states', () => {
  const sampled = ALPHABETS.map((alphabet) => ({
    ...alphabet,
    depth: Math.min(alphabet.depth, 4),
  }));

  test.each(sampled)('histories with one key have one future: $name', (alphabet) => {
    const first = new Map<string, Position>();
    let pairs = 0;
    search(alphabet, STRICT, alphabet.depth, {
      tried: (_before, _event, outcome) => {
        if (outcome.kind !== 'accepted') return;
        const { position } = outcome;
        const known = first.get(position.key);
        if (!known) first.set(position.key, position);
        else if ((pairs += 1) % 10 === 1) {
          const events = eventsAfter(alphabet, position.history, position.ledger);
          expect(futures(position, events)).toEqual(futures(known, events));
        }
      },
    });
    expect(pairs).toBeGreaterThan(0);

    function futures(past: Position, events: History) {
      return events.map((event) => {
        const outcome = past.try(event);
        return outcome.kind === 'accepted'
          ? { event, key: outcome.position.key, held: outcome.held }
          : { event, ...outcome };
      });
    }
  });
});

describe('a flaw in the rules would be noticed', () => {
  const without = (...ids: string[]) => CATALOGUE.filter(({ id }) => !ids.includes(id));
  const contradiction: Rule = {
    ...(CATALOGUE.find(({ id }) => id === 'ASY-1') as Rule),
    judges: { return: () => ({ why: 'an async send that returns is unlawful as well' }) },
  };
  const waiting = history(open(), send(1, 'm1'));

  test('a dead end between two rules that contradict one another', () => {
    expect(isOpen(CATALOGUE)).toBe(true);
    expect(isOpen([...CATALOGUE, contradiction])).toBe(false);

    function isOpen(rules: readonly Rule[]) {
      return new LawfulCompletion().existsAfter(Position.by(STRICT, rules)(waiting));
    }
  });

  test('a promise that is broken with the rule gone that makes it', () => {
    const early = history(open(), send(1, 'm1', { mode: 'persistent' }), ret(1));
    const last = early.at(-1) as History[number];
    const lax = Position.by(STRICT, without('SYN-1'))(early.slice(0, -1));
    expect(lax.try(last).kind).toBe('accepted');
    expect(readPromises(early).broken).toContain('without its ack');
  });

  test.each([
    [
      'usage beyond the limit',
      [open({ windowSize: 1 }), send(1, 'm1'), send(2, 'm2'), receive('m1'), receive('m2')],
      'exceeds the limit: 2 bytes',
    ],
    [
      'an async send that waits for its ack',
      [open(), send(1, 'm1'), receive('m1'), settle],
      'a send that never waits for an ack waits: #1',
    ],
    [
      'a refused sync send that returns',
      [open(), send(1, 'm1', { mode: 'persistent' }), receive('m1'), refuse('m1'), ret(1)],
      'a sync send returned without its ack: #1',
    ],
  ])('%s, by the raw events', (_, steps, what) => {
    expect(readPromises(history(...steps)).broken).toContain(what);
  });

  test('nothing, by the raw events, where the promises are kept', () => {
    const sync = [send(1, 'm1', { mode: 'persistent' }), receive('m1'), ack('m1'), ret(1)];
    const async = [send(2, 'm2'), receive('m2'), ret(2), settle];
    expect(
      readPromises(history(open({ windowSize: 1 }), ...sync, ...async)).broken,
    ).toBeUndefined();
  });
});
