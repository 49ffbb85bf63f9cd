// Lawful histories of odd flushes, and beside them what would be unlawful, as in lawful.test.ts.
import { describe, expect, test } from 'vitest';
import { CAPABILITIES } from './events/settings.ts';
import {
  BEGUN,
  PERSISTENT,
  ack,
  close,
  commit,
  completeWith,
  cut,
  fail,
  flush,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  report,
  ret,
  rollback,
  send,
  sent,
  settle,
  type Steps,
} from './examples/builder.ts';
import { FLUSHES } from './examples/further.ts';
import { rulesBroken } from './examples/rules-broken.ts';
import { STRICT } from './model/profile.ts';

const supports = [...CAPABILITIES, 'flush'] as const;
const IN_T1 = { transaction: 't1' } as const;
const CALL = { completion: true } as const;

describe('lawful', () => {
  test.each(
    Object.entries<readonly Steps[]>({
      'a flush with nothing to wait for returns at once': [FLUSHES, flush(1), ret(1), settle],
      'a flush waits for what is sent after it as well': [
        [FLUSHES, sent(1, 'm1'), flush(2), sent(3, 'm2'), settle],
        [ack('m1'), settle, ack('m2'), ret(2), settle],
      ],
      'a flush leaves out a send whose caller is blocked': [
        [FLUSHES, send(1, 'm1', PERSISTENT), receive('m1'), settle],
        [flush(2), ret(2), settle],
      ],
      'a flush waits for a send whose caller is blocked': [
        [FLUSHES, send(1, 'm1', PERSISTENT), receive('m1'), flush(2), settle],
        [ack('m1'), ret(1), ret(2), settle],
      ],
      'a flush leaves out what waits for space': [
        [open({ windowSize: 10 }, { supports }), sent(1, 'm1', { size: 10 })],
        [send(2, 'm2', { size: 10 }), settle, flush(3), settle],
        [ack('m1'), receive('m2'), ret(2), ret(3), settle],
      ],
      'a flush waits for what waits for space': [
        [open({ windowSize: 10 }, { supports }), sent(1, 'm1', { size: 10 })],
        [send(2, 'm2', { size: 10 }), settle, flush(3), settle],
        [ack('m1'), receive('m2'), ret(2), settle, ack('m2'), ret(3), settle],
      ],
      'a flush waits for the late answer to a send that has failed, or does not': [
        [FLUSHES, send(1, 'm1', PERSISTENT), receive('m1'), settle],
        [interrupt(1), fail(1, 'interrupted'), settle, flush(2), flush(3), ret(2), settle],
        [ack('m1'), ret(3), settle],
      ],
      'a flush says that a message was refused, before the others are answered': [
        [FLUSHES, sent(1, 'm1'), sent(2, 'm2'), flush(3), settle],
        [refuse('m1'), report('m1'), fail(3, 'refused'), settle],
      ],
      'a flush says nothing of a refusal': [
        [FLUSHES, sent(1, 'm1'), flush(2), settle],
        [refuse('m1'), report('m1'), ret(2), settle],
      ],
      'a flush says that a message was refused before it': [
        [FLUSHES, sent(1, 'm1'), settle, refuse('m1'), report('m1'), settle],
        [flush(2), fail(2, 'refused'), settle],
      ],
      'a flush returns at the loss': [
        [FLUSHES, sent(1, 'm1', CALL), flush(2), settle],
        [lose, completeWith(1, 'connection-lost'), ret(2), settle],
      ],
      'a flush fails on a closed producer, or returns': [
        [FLUSHES, sent(1, 'm1'), close(2), ret(2), settle],
        [flush(3), ret(3), flush(4), fail(4, 'closed'), settle],
      ],
      'a flush does not wait for what was rolled back': [
        [FLUSHES, BEGUN, sent(2, 'm1', IN_T1), settle],
        [rollback(3), receiveOf('rollback', 't1'), ret(3), flush(4), ret(4), settle],
      ],
      'a flush waits for the answer to a begin': [
        [FLUSHES, BEGUN, flush(2), settle],
        [{ event: 'ack', transaction: 't1', of: 'begin' }, ret(2), settle],
      ],
      'a flush waits behind a commit': [
        [FLUSHES, BEGUN, commit(2), receiveOf('commit', 't1'), flush(3), settle],
      ],
      'a flush of a cut connection waits, or gives up': [
        [FLUSHES, sent(1, 'm1'), flush(2), flush(3), settle, cut, ret(2), settle],
      ],
      'nobody can tell what a broker that is unseen has not answered': [
        [open({}, { supports, observes: 'calls' }), send(1, 'm1', PERSISTENT), settle],
        [interrupt(1), fail(1, 'interrupted'), flush(2), settle],
      ],
      'a producer that does not claim flush is not judged by it': [
        [open(), sent(1, 'm1'), flush(2), ret(2), settle],
      ],
    }),
  )('%s', (_, steps) => {
    expect(rulesBroken(STRICT, steps)).toBe('');
  });
});

describe('not lawful', () => {
  test.each(
    Object.entries<readonly [rules: string, ...Steps[]]>({
      'a flush returns when the first of two is answered': [
        'FLU-1',
        [FLUSHES, sent(1, 'm1'), sent(2, 'm2'), flush(3), settle, ack('m1'), ret(3)],
      ],
      'a flush forgets what has a callback': [
        'FLU-1',
        [FLUSHES, sent(1, 'm1', CALL), flush(2), ret(2)],
      ],
      'a flush returns although the broker is unseen and has not answered': [
        'FLU-1',
        [open({}, { supports, observes: 'calls' }), send(1, 'm1'), ret(1), settle],
        [flush(2), ret(2)],
      ],
      'a flush is not woken by a refusal': [
        'FLU-2',
        [FLUSHES, sent(1, 'm1'), flush(2), settle, refuse('m1'), report('m1'), settle],
      ],
      'a flush fails although nothing has': [
        'FLU-2',
        [FLUSHES, sent(1, 'm1'), settle, ack('m1'), flush(2), fail(2, 'other')],
      ],
      'a flush survives the loss': [
        'FLU-3',
        [FLUSHES, sent(1, 'm1'), flush(2), settle, lose, settle],
      ],
      'a flush is called after the loss, and hangs': [
        'FLU-3',
        [FLUSHES, sent(1, 'm1'), settle, lose, settle, flush(2), settle],
      ],
    }),
  )('%s', (_, [rules, ...steps]) => {
    expect(rulesBroken(STRICT, steps)).toBe(rules);
  });
});
