// From small unlawful cases to what is wrong: the headline, the mistake behind it, and what else is broken.
import { describe, expect, test } from 'vitest';
import { findRule } from '../catalogue.ts';
import {
  BEGUN,
  FULL_WINDOW,
  PERSISTENT,
  WINDOW_OF_10 as W10,
  ack,
  advance,
  begin,
  close,
  commit,
  completeWith,
  fail,
  history,
  interrupt,
  leftovers,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  refuseCommit,
  ret,
  send,
  sent,
  settle,
  succeed,
  succeedAndThrow,
  usage,
  type Steps,
} from '../examples/builder.ts';
import { ACTIVEMQ_CLASSIC, PROFILES, STRICT } from '../model/profile.ts';
import type { Rule } from '../rule.ts';
import { diagnose, rulesNamed, type Finding } from './diagnose.ts';
import { HYPOTHESES } from './hypotheses.ts';

/** `SYN-1/SYN-5`: either; `as WIN-7`: the mistake behind it; `also SYN-2`: also broken. */
function inShort({ rule, candidates = [rule], hypothesis, alsoBroken }: Finding): string {
  const mistake = hypothesis ? ` as ${hypothesis.rule}` : '';
  const others = alsoBroken.length > 0 ? ` also ${alsoBroken.join(' ')}` : '';
  return candidates.join('/') + mistake + others;
}

const found = (...steps: Steps[]) => diagnose(STRICT, history(...steps));

/** By what they show: the finding in short, and then the case. */
type Cases = Readonly<Record<string, readonly [short: string, ...Steps[]]>>;

const finds = (cases: Cases) =>
  test.each(Object.entries(cases))('%s', (_, [short, ...steps]) => {
    const finding = found(...steps);
    expect(finding && inShort(finding)).toBe(short);
  });

const CALL = { completion: true } as const;
/** No listener for refusals, which would have to be told as well. */
const FIGURES = open(
  { windowSize: 10 },
  { supports: ['window', 'usage', 'interrupt', 'completion'] },
);
const QUIET = open({ windowSize: 10 }, { supports: ['window', 'interrupt', 'completion'] });
const TIMED = open({ windowSize: 10, sendTimeoutMs: 100 });
const HUGE = open({ windowSize: 2 ** 33 }, { supports: ['window', 'usage'] });

const six = sent(1, 'm1', { size: 6 });
const failed = (op: number) => [interrupt(op), fail(op, 'interrupted')] as const;
const persistent = [send(1, 'm1', PERSISTENT), receive('m1')] as const;
const figure = (bytes: number) => [usage(bytes), settle] as const;

describe('the mistake that makes a case lawful', () => {
  const nowhere = send(1, 'm1', { size: 6, destination: null });
  const CASES: Readonly<Record<string, readonly [short: string, ...Steps[]]>> = {
    'sync sends took space until they were answered': [
      'WIN-4 as WIN-7',
      [FIGURES, send(1, 'm1', { size: 6, ...PERSISTENT }), receive('m1'), figure(6)],
    ],
    'timed sends took space until they were answered': [
      'WIN-4 as WIN-7',
      [TIMED, send(1, 'm1', { size: 6 }), receive('m1'), figure(6)],
    ],
    'refused messages kept their space': ['WIN-4 as WIN-9', FIGURES, six, refuse('m1'), figure(6)],
    'refused messages of callbacks kept their space': [
      'WIN-4 as WIN-9',
      [FIGURES, six, sent(2, 'm2', { size: 4, ...CALL })],
      [refuse('m1'), refuse('m2'), completeWith(2, 'refused'), figure(4)],
    ],
    'sends that failed while they waited kept the space they had asked for': [
      'WIN-4 as WIN-10',
      [FIGURES, six, send(2, 'm2', { size: 5 }), failed(2), figure(11)],
    ],
    'sends that failed while they waited gave back space that they never had': [
      'WIN-4 as WIN-10',
      [FIGURES, six, sent(2, 'm2', { size: 3 }), send(3, 'm3', { size: 5 }), failed(3), figure(4)],
    ],
    'an answer that comes late freed space once more': [
      'WIN-4 as WIN-11',
      [FIGURES, send(1, 'm1', { size: 2 }), receive('m1'), failed(1)],
      [sent(2, 'm2', { size: 6 }), settle, ack('m1'), figure(4)],
    ],
    'an answer freed space twice': [
      'WIN-4 as WIN-11',
      [FIGURES, six, sent(2, 'm2', { size: 4 }), ack('m2'), figure(2)],
    ],
    'messages were counted, not bytes': ['WIN-4 as WIN-12', FIGURES, six, figure(1)],
    'a message of no bytes took one': [
      'WIN-4 as WIN-12',
      [FIGURES, six, sent(2, 'm2', { size: 0 }), figure(7)],
    ],
    'bytes were counted in 32 bits': [
      'WIN-4 as WIN-12',
      [HUGE, sent(1, 'm1', { size: 2 ** 32 + 5 }), figure(5)],
    ],
    'an interrupt that comes too late freed space': [
      'WIN-4 as LIF-6',
      [FIGURES, six, settle, interrupt(1), figure(0)],
    ],
    'sends that fail their checks took space': [
      'WIN-4 as DST-4',
      [W10, nowhere, fail(1, 'invalid-destination'), figure(6)],
    ],
    'acknowledged messages kept their space': ['WIN-4 as WIN-3', W10, six, ack('m1'), figure(6)],
    'a message that fills the window to the brim did not fit': [
      'WIN-3 as WIN-3',
      [W10, sent(1, 'm1', { size: 4 }), sent(2, 'm2', { size: 4 }), settle],
      [send(3, 'm3', { size: 2 }), settle],
    ],
    'sync sends had to fit whole': [
      'WIN-3 as WIN-3',
      [W10, six, send(2, 'm2', { size: 6, ...PERSISTENT }), settle],
    ],
    'a send could go while any room was left': [
      'WIN-1 as WIN-1',
      [W10, six, sent(2, 'm2', { size: 6 }), send(3, 'm3'), settle],
    ],
    'sends with a completion callback took no space': [
      'WIN-1 as WIN-1',
      [W10, sent(1, 'm1', { size: 10, ...CALL }), sent(2, 'm2', { size: 10 })],
      [send(3, 'm3'), settle],
    ],
    'a sync send held up those behind it': [
      'SYN-8 as SYN-8 also WIN-3',
      [W10, persistent, send(2, 'm2'), settle],
    ],
    'a window of 0 was full': ['WIN-8 as WIN-8', open(), send(1, 'm1'), settle],
  };

  test.each(Object.entries(CASES))('is named: %s', (text, [short, ...steps]) => {
    const finding = found(...steps);
    expect(finding && inShort(finding)).toBe(short);
    expect(finding?.hypothesis?.text).toBe(text);
  });

  test('is named under activemq-classic: every send took space until it was answered', () => {
    const finding = diagnose(ACTIVEMQ_CLASSIC, history(W10, sent(1, 'm1', CALL), figure(1)));
    expect(finding && inShort(finding)).toBe('WIN-4 as WIN-7');
    expect(finding?.hypothesis?.text).toBe('every send took space until it was answered');
  });

  const NO_SPACE = 'sends that wait for their acknowledgement took no space';

  test(`is named where every send is charged: ${NO_SPACE}`, () => {
    const blocked = [send(1, 'm1', PERSISTENT), receive('m1')];
    const finding = diagnose(PROFILES.kafka, history(W10, blocked, figure(0)));
    expect(finding && inShort(finding)).toBe('WIN-4 as WIN-1');
    expect(finding?.hypothesis?.text).toBe(NO_SPACE);
  });

  test('is one of those, each of which some case shows', () => {
    const shown = [...Object.keys(CASES), 'every send took space until it was answered', NO_SPACE];
    expect(shown.toSorted()).toEqual(HYPOTHESES.map(({ text }) => text).toSorted());
  });

  finds({
    'is named for a send that does not go out': [
      'WIN-3 as WIN-9',
      [QUIET, six, settle, refuse('m1'), send(2, 'm2', { size: 6 }), settle],
    ],
    'is named for the send behind one that was interrupted': [
      'WIN-3 as WIN-10',
      [QUIET, six, send(2, 'm2', { size: 6 }), send(3, 'm3'), settle, failed(2), settle],
    ],
    'is none of two that fit, of two rules': [
      'WIN-3',
      [QUIET, six, sent(2, 'm2', { size: 4 }), settle, refuse('m1'), ack('m2'), settle],
      [send(3, 'm3', { size: 10 }), settle],
    ],
    'is none where none fits': [
      'WIN-4',
      [FIGURES, six, send(2, 'm2', { size: 4, ...PERSISTENT }), receive('m2'), figure(6)],
      [ack('m2'), ret(2), figure(2)],
    ],
    'is none where the figure was off before': [
      'WIN-4',
      [FIGURES, sent(1, 'm1', { size: 4 }), sent(2, 'm2', { size: 6 }), figure(9)],
      [refuse('m1'), figure(9)],
    ],
    'is none of what the account cannot explain': [
      'SYN-1',
      FIGURES,
      send(1, 'm1', PERSISTENT),
      ret(1),
    ],
  });
});

describe('of the rules that one event breaks', () => {
  const noAck = [settle, lose, ret(1)] as const;

  finds({
    'a return after a refusal that settled is SYN-5': [
      'SYN-5 also SYN-1',
      [open(), persistent, settle, refuse('m1'), ret(1)],
    ],
    'a return in the turn of the refusal may have come before it': [
      'SYN-1/SYN-5',
      [open(), persistent, refuse('m1'), ret(1)],
    ],
    'a timed return after a refusal that settled is SYN-5': [
      'SYN-5 also SYN-6',
      [TIMED, persistent, settle, refuse('m1'), ret(1)],
    ],
    'ERR-2 goes before SYN-1': ['ERR-2 also SYN-1', open(), persistent, noAck],
    'ERR-2 goes before SYN-2': [
      'ERR-2 also SYN-2',
      [open({ alwaysSyncSend: true }), persistent, noAck],
    ],
    'ERR-2 goes before SYN-3': [
      'ERR-2 also SYN-3',
      [open(), send(1, 'm1', { responseRequired: true }), receive('m1'), noAck],
    ],
    'ERR-2 goes before SYN-6': ['ERR-2 also SYN-6', TIMED, persistent, noAck],
    'ERR-1 goes before SYN-4': ['ERR-1 also SYN-4', open(), persistent, ack('m1'), lose, settle],
    'ERR-1 goes before SYN-6': [
      'ERR-1 also SYN-6',
      [TIMED, persistent, settle, advance(100), lose, settle],
    ],
    'ERR-1 goes before ASY-1': [
      'ERR-1 also ASY-1',
      open(),
      send(1, 'm1'),
      receive('m1'),
      lose,
      settle,
    ],
    'ERR-1 goes before DST-1': [
      'ERR-1 also DST-1',
      [open({ destination: null }), send(1, 'm1'), lose, settle],
    ],
    'LIF-2 goes before ASY-1': [
      'LIF-2 also ASY-1',
      [open(), send(1, 'm1'), receive('m1'), close(2), ret(2), settle],
    ],
    'LIF-2 goes before WIN-6': [
      'LIF-2 also WIN-6',
      [W10, send(1, 'm1', { size: 11 }), close(2), ret(2), settle],
    ],
    'LIF-5 goes before SYN-5': [
      'LIF-5 also SYN-5',
      [open(), persistent, refuse('m1'), interrupt(1), settle],
    ],
    'ERR-3 goes before CMP-1': [
      'ERR-3 also CMP-1',
      open(),
      sent(1, 'm1', CALL),
      settle,
      lose,
      settle,
    ],
    'TXN-5 goes before TXN-1': [
      'TXN-5 also TXN-1',
      [open(), BEGUN, sent(2, 'm1', { transaction: 't1' }), commit(3), receiveOf('commit', 't1')],
      [settle, ack('m1'), refuseCommit('t1'), ret(3)],
    ],
    'TXN-6 goes before TXN-2': [
      'TXN-6 also TXN-2',
      open(),
      commit(1),
      receiveOf('commit', 't1'),
      settle,
    ],
    'ERR-1 alone is broken by a begin that a loss leaves pending': [
      'ERR-1',
      open(),
      begin(1),
      lose,
      settle,
    ],
    'DST-4 goes before DST-2': [
      'DST-4 also DST-2',
      [FULL_WINDOW, send(2, 'm2', { destination: null }), settle],
    ],
    'WIN-2 goes before the general SND-1': [
      'WIN-2 also SND-1',
      FULL_WINDOW,
      send(2, 'm2'),
      fail(2, 'other'),
    ],
    'WIN-3 and SYN-8 are left where the sync send may also have taken space': [
      'WIN-3/SYN-8',
      [W10, send(1, 'm1', { size: 6, ...PERSISTENT }), receive('m1')],
      [send(2, 'm2', { size: 6 }), settle],
    ],
    'the earliest goes first, whatever else the turn breaks': [
      'SYN-1 also ORD-3 ORD-4 ASY-1',
      [open(), send(1, 'm1', PERSISTENT), ret(1)],
      [send(2, 'm2'), receive('m2'), receive('m2'), settle],
    ],
  });
});

describe('what a producer did not survive', () => {
  const called = [sent(1, 'm1', CALL), settle, ack('m1')] as const;
  const thrown = [open(), called, succeedAndThrow(1)] as const;
  const nested = send(2, 'm2', { from: 1 });
  const lateAck = [QUIET, persistent, failed(1), settle, ack('m1')] as const;
  const timedOut = [TIMED, persistent, settle, advance(100), fail(1, 'timeout'), settle] as const;

  finds({
    'a callback that throws': ['WIN-8 as CMP-6 also CMP-6', thrown, send(2, 'm2'), settle],
    'a callback that throws, before a failure without a cause': [
      'SND-1 as CMP-6 also CMP-6',
      [thrown, send(2, 'm2'), fail(2, 'other')],
    ],
    'no callback that throws only after the breach': [
      'SYN-1 also ORD-4',
      [open(), send(2, 'm2', PERSISTENT), ret(2), called, succeedAndThrow(1)],
    ],
    'a callback that sends': ['WIN-3 as CMP-5', W10, called, succeed(1), nested, settle],
    'a callback that sends, by the figure': [
      'WIN-4 as CMP-5',
      [FIGURES, called, succeed(1), nested, receive('m2'), ret(2), figure(0)],
    ],
    'no callback that sends where another send breaks the rule': [
      'SYN-1',
      [W10, called, succeed(1), nested, receive('m2'), ret(2), send(3, 'm3', PERSISTENT), ret(3)],
    ],
    'nothing, where a closed producer holds more than it may': [
      'LIF-7',
      [lateAck, settle, close(2), ret(2), settle, leftovers({ timers: 1 })],
    ],
    'a late interrupt': [
      'LIF-6 as LIF-6 also SND-1',
      [QUIET, six, settle, interrupt(1), settle, send(2, 'm2'), fail(2, 'interrupted')],
    ],
    'the answer after a timeout': [
      'SYN-7 as SYN-7 also SND-1',
      timedOut,
      ack('m1'),
      send(2, 'm2'),
      fail(2, 'other'),
    ],
    'another late answer': [
      'WIN-11 as WIN-11 also SND-1',
      lateAck,
      send(2, 'm2'),
      fail(2, 'other'),
    ],
    'a send that failed while it waited': [
      'WIN-4 as WIN-10',
      [FIGURES, six, send(2, 'm2', { size: 6 }), settle, failed(2), figure(8)],
    ],
    'no send that failed while it waited where the figure is too low': [
      'WIN-4',
      [FIGURES, six, send(2, 'm2', { size: 6 }), settle, failed(2), figure(4)],
    ],
    'a refusal, by the figure': [
      'WIN-4 as WIN-9',
      [FIGURES, six, sent(2, 'm2', { size: 3 }), settle, refuse('m1'), figure(5)],
    ],
    'the interrupt of another call': [
      'LIF-5 as LIF-5 also SND-1',
      [open(), persistent, send(2, 'm2', PERSISTENT), receive('m2'), settle],
      [failed(1), fail(2, 'interrupted')],
    ],
  });

  test('is not named where its rule does not apply', () => {
    const [, ...rest] = history(thrown, send(2, 'm2'), settle);
    const elsewhere = diagnose(STRICT, [open({}, { concurrent: true }), ...rest]);
    expect(elsewhere && inShort(elsewhere)).toBe('WIN-8 as WIN-8');
  });
});

describe('a finding', () => {
  const late = [open(), settle, sent(1, 'm1'), send(2, 'm2', PERSISTENT), ret(2)] as const;

  test('is absent if the case is lawful', () => {
    expect(found(open(), sent(1, 'm1'), settle)).toBeUndefined();
    expect(found()).toBeUndefined();
  });

  test('says what happened, where, and to which call', () => {
    expect(found(late)).toEqual({
      rule: 'SYN-1',
      why: 'the send of m2 returned before its acknowledgement',
      at: 6,
      op: 2,
      alsoBroken: [],
    });
  });

  test('names its headline, its candidates and the rule of the mistake', () => {
    const either = found(open(), persistent, refuse('m1'), ret(1));
    expect(either && rulesNamed(either)).toEqual(['SYN-1', 'SYN-5']);
    const mistaken = found(FIGURES, six, figure(1));
    expect(mistaken && rulesNamed(mistaken)).toEqual(['WIN-4', 'WIN-12']);
  });

  test('is of the rules asked for', () => {
    const rules = [findRule('ORD-4') as Rule];
    const finding = diagnose(STRICT, history(late, settle), rules);
    expect(finding && inShort(finding)).toBe('ORD-4');
    expect(diagnose(STRICT, history(late), rules)).toBeUndefined();
  });
});
