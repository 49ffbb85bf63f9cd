// Which mistake is named beside what shows: the one that accounts for it, or none.
import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import {
  ack,
  fail,
  history,
  interrupt,
  open,
  receive,
  refuse,
  ret,
  send,
  settle,
  succeed,
  succeedAndThrow,
  usage,
} from '../examples/builder.ts';
import type { History } from '../events/history.ts';
import { STRICT } from '../model/profile.ts';

const namedBy = (events: History) =>
  check(STRICT, events).flatMap(({ breach }) => (breach ? [breach.rule] : []));

/** No figure of its own, and no listener for refusals. */
const W10 = open({ windowSize: 10 }, { supports: ['window', 'interrupt', 'completion'] });
const FIGURES = open({ windowSize: 10 }, { supports: ['window', 'usage', 'interrupt'] });
const out = (op: number, size: number, id = `m${op}`) => [
  send(op, id, { size }),
  receive(id),
  ret(op),
];

describe('a send that fits and does not go out', () => {
  test('after nothing but a refusal: the space of the refused message has not come back', () => {
    const events = history(
      W10,
      out(1, 6),
      settle,
      refuse('m1'),
      send(2, 'm2', { size: 6 }),
      settle,
    );
    expect(namedBy(events)).toEqual(['WIN-3', 'WIN-9']);
  });

  test('after a refusal and an acknowledgement: either may be at fault, so neither is named', () => {
    const events = history(
      [W10, ...out(1, 6), ...out(2, 4), settle, refuse('m1'), ack('m2'), settle],
      [send(3, 'm3', { size: 10 }), settle],
    );
    expect(namedBy(events)).toEqual(['WIN-3']);
  });

  test('behind one that was interrupted: it has not moved up', () => {
    const events = history(
      [W10, ...out(1, 6), send(2, 'm2', { size: 6 }), send(3, 'm3', { size: 1 }), settle],
      [interrupt(2), fail(2, 'interrupted'), settle],
    );
    expect(namedBy(events)).toEqual(['WIN-3', 'WIN-10']);
  });

  const UP_TO_TWO = [
    [FIGURES, ...out(1, 0), ...out(2, 6), usage(6), settle],
    [ack('m1'), usage(6), settle, send(3, 'm3', { size: 6 })],
  ] as const;
  const given = (bytes: number) => [usage(bytes), settle] as const;

  test('behind one that was interrupted, where as many were out before: it has not moved up', () => {
    const events = history(
      ...UP_TO_TWO,
      [send(4, 'm4', { size: 1 }), ...given(6)],
      [interrupt(3), fail(3, 'interrupted'), ...given(6)],
    );
    expect(namedBy(events)).toEqual(['WIN-3', 'WIN-10']);
  });

  test('behind one that was interrupted, where fewer were out before: messages may be counted', () => {
    const events = history(
      [FIGURES, ...out(1, 6), send(2, 'm2', { size: 6 }), send(3, 'm3')],
      [...given(6), interrupt(2), fail(2, 'interrupted'), ...given(6)],
    );
    expect(namedBy(events)).toEqual(['WIN-3']);
  });

  test('behind one that was interrupted, with no bytes of its own: it may never go at all', () => {
    const events = history(
      ...UP_TO_TWO,
      [send(4, 'm4', { size: 0 }), ...given(6)],
      [interrupt(3), fail(3, 'interrupted'), ...given(6)],
    );
    expect(namedBy(events)).toEqual(['WIN-3']);
  });

  test('beside two messages of no size: something else than bytes is counted', () => {
    const events = history(W10, out(1, 0), out(2, 0), settle, send(3, 'm3', { size: 5 }), settle);
    expect(namedBy(events)).toEqual(['WIN-3', 'WIN-12']);
  });

  test('at exact equality: no more than that', () => {
    const events = history(W10, out(1, 4), out(2, 4), settle, send(3, 'm3', { size: 2 }), settle);
    expect(namedBy(events)).toEqual(['WIN-3']);
  });

  test('behind a sync send that another has passed: the sync send was counted', () => {
    const events = history(
      [W10, send(1, 'm1', { size: 6, mode: 'persistent' }), receive('m1'), ...out(2, 2), settle],
      [send(3, 'm3', { size: 6 }), settle],
    );
    expect(namedBy(events)).toEqual(['WIN-3', 'WIN-7']);
  });
});

describe('a figure that is off', () => {
  test('by what an acknowledged message held, twice: it was released twice', () => {
    const events = history(
      FIGURES,
      ...out(1, 4),
      ...out(2, 6),
      settle,
      ack('m1'),
      usage(2),
      settle,
    );
    expect(namedBy(events)).toEqual(['WIN-4', 'WIN-11']);
  });

  test('after two things were done to the producer: no mistake is named', () => {
    const events = history(
      [FIGURES, ...out(1, 4), ...out(2, 6), settle],
      [ack('m1'), interrupt(2), usage(2), settle],
    );
    expect(namedBy(events)).toEqual(['WIN-4']);
  });

  test('that was off before: no mistake is named', () => {
    const events = history(
      [FIGURES, ...out(1, 4), ...out(2, 6), usage(9), settle],
      [refuse('m1'), usage(9), settle],
    );
    expect(namedBy(events)).toEqual(['WIN-4']);
  });

  test('by what an answered sync send would have held: it was not counted before', () => {
    const persistent = { mode: 'persistent', size: 4 } as const;
    const events = history(
      [FIGURES, ...out(1, 6), send(2, 'm2', persistent), receive('m2'), usage(6), settle],
      [ack('m2'), ret(2), usage(2), settle],
    );
    expect(namedBy(events)).toEqual(['WIN-4']);
  });

  test('by the number of messages: bytes were not counted', () => {
    expect(namedBy(history(FIGURES, out(1, 6), usage(1), settle))).toEqual(['WIN-4', 'WIN-12']);
  });
});

describe('a late interrupt', () => {
  test('that fails the next send is at fault', () => {
    const events = history(
      [W10, ...out(1, 6), settle, interrupt(1), settle],
      [send(2, 'm2'), fail(2, 'interrupted')],
    );
    expect(namedBy(events)).toEqual(['SND-1', 'LIF-6']);
  });

  test('beside something else is not judged', () => {
    const events = history(
      [W10, send(1, 'm1', { completion: true }), receive('m1'), ret(1), settle],
      [interrupt(1), ack('m1'), succeed(1), settle],
    );
    expect(namedBy(events)).toEqual([]);
  });
});

describe('a callback that throws', () => {
  const THROWN = [
    [open(), send(1, 'm1', { completion: true }), receive('m1'), ret(1), settle],
    [ack('m1'), succeedAndThrow(1)],
  ] as const;

  test('answers for what breaks afterwards', () => {
    expect(namedBy(history(...THROWN, send(2, 'm2'), settle))).toEqual(['CMP-6']);
  });

  test('does not answer for what was broken before', () => {
    const events = history(
      open(),
      send(2, 'm2', { mode: 'persistent' }),
      ret(2),
      ...THROWN.flat().slice(1),
    );
    expect(namedBy(events)).toEqual(['SYN-1']);
  });
});
