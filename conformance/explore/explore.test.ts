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
import { CONSEQUENCES } from './consequences.ts';
import { exploreRules } from './explore.ts';
import { readPromises } from './independent-oracle.ts';
import { LawfulCompletion } from './lawful-completion.ts';
import { Position } from './position.ts';
import { eventsAfter, search } from './search.ts';

describe('every small history', () => {
  // `npm run explore` goes further, by both profiles. So far each rule is put to the test, and broken alone.
  const exploration = lazily(() => exploreRules(ALPHABETS));

  test('leaves a lawful way on whatever happens, keeps the promises, and tries every rule', () => {
    expect(exploration().flaws).toEqual([]);
  });

  test('breaks each rule alone, but for those declared a consequence', () => {
    const consequences = Object.keys(CONSEQUENCES);
    const alone = CATALOGUE.map(({ id }) => id).filter((id) => !consequences.includes(id));
    expect([...exploration().independent.keys()].toSorted()).toEqual(alone.toSorted());
  });

  test('leaves a lawful way on by the profile of ActiveMQ Classic as well', () => {
    const about = (what: string) => !/never (put to the test|broken alone)/.test(what);
    const { flaws } = exploreRules(ALPHABETS, -2, ACTIVEMQ_CLASSIC);
    expect(flaws.filter(({ what }) => about(what))).toEqual([]);
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

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

describe('states', () => {
  const sampled = ALPHABETS.map((alphabet) => ({
    ...alphabet,
    depth: Math.min(alphabet.depth, 5),
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
        else if ((pairs += 1) % 25 === 1) expect(futures(position)).toEqual(futures(known));
      },
    });
    expect(pairs).toBeGreaterThan(0);

    function futures(past: Position) {
      return eventsAfter(alphabet, past.history, past.ledger).map((event) => {
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
