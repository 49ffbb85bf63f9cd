// Lawful histories of bounded waits for space, and beside them what would be unlawful, as in lawful.test.ts.
import { describe, expect, test } from 'vitest';
import { CAPABILITIES } from './events/settings.ts';
import {
  PERSISTENT,
  ack,
  advance,
  close,
  fail,
  interrupt,
  lose,
  open,
  receive,
  ret,
  send,
  sent,
  settle,
  type Steps,
} from './examples/builder.ts';
import { BOUNDED } from './examples/further.ts';
import { rulesBroken } from './examples/rules-broken.ts';
import { STRICT } from './model/profile.ts';

const supports = [...CAPABILITIES, 'max-block'] as const;
const BLOCKED = [BOUNDED, send(2, 'm2'), settle] as const;

describe('lawful', () => {
  test.each(
    Object.entries<readonly Steps[]>({
      'a send fails in the very millisecond': [BLOCKED, advance(100), fail(2, 'timeout'), settle],
      'a send whose wait began late in its turn fails later': [
        [BOUNDED, send(2, 'm2'), advance(30), settle, advance(99), settle],
        [advance(1), fail(2, 'timeout'), settle],
      ],
      'a send whose wait began with its turn fails earlier': [
        [BOUNDED, send(2, 'm2'), advance(30), settle, advance(70), fail(2, 'timeout'), settle],
      ],
      'space and the timeout come in one turn, and the send fails': [
        [BLOCKED, ack('m1'), advance(100), fail(2, 'timeout'), settle],
      ],
      'space and the timeout come in one turn, and the send goes out': [
        [BLOCKED, advance(100), ack('m1'), receive('m2'), ret(2), settle],
      ],
      'who waits behind another fails with it': [
        [BLOCKED, send(3, 'm3'), settle, advance(100)],
        [fail(2, 'timeout'), fail(3, 'timeout'), settle],
      ],
      'one behind goes out when the first gives up': [
        [open({ windowSize: 10, maxBlockMs: 100 }, { supports }), sent(1, 'm1', { size: 5 })],
        [send(2, 'm2', { size: 6 }), settle, advance(50), send(3, 'm3'), settle, advance(50)],
        [fail(2, 'timeout'), receive('m3'), ret(3), settle],
      ],
      'a sync send waits for space for so long, and for its acknowledgement for ever': [
        [BOUNDED, send(2, 'm2', PERSISTENT), settle, ack('m1'), receive('m2'), settle],
        [advance(60_000), settle],
      ],
      'a sync send at a full window gives up': [
        [BOUNDED, send(2, 'm2', PERSISTENT), settle, advance(100), fail(2, 'timeout'), settle],
      ],
      'a timed send ends at the one time or the other': [
        open({ windowSize: 10, maxBlockMs: 100, sendTimeoutMs: 50 }, { supports }),
        [send(1, 'm1', { size: 10, completion: true }), receive('m1'), ret(1)],
        [send(2, 'm2', PERSISTENT), send(3, 'm3', PERSISTENT), settle, advance(50)],
        [fail(2, 'timeout'), settle, advance(50), fail(3, 'timeout'), settle],
      ],
      'an interrupt, a loss and a close still end the wait': [
        [BLOCKED, send(3, 'm3'), settle, interrupt(2), fail(2, 'interrupted'), settle],
        [lose, fail(3, 'connection-lost'), settle, close(4), ret(4), settle],
      ],
      'none is given, and the wait takes as long as it takes': [
        [open({ windowSize: 10, maxBlockMs: 0 }, { supports }), sent(1, 'm1', { size: 10 })],
        [send(2, 'm2'), settle, advance(600_000), settle],
      ],
      'an unseen sync send may wait for space, or for its acknowledgement': [
        open({ windowSize: 10, maxBlockMs: 100 }, { supports, observes: 'calls' }),
        [send(1, 'm1', { size: 10 }), ret(1), send(2, 'm2', PERSISTENT), settle],
        [advance(100), settle],
      ],
    }),
  )('%s', (_, steps) => {
    expect(rulesBroken(STRICT, steps)).toBe('');
  });
});

describe('not lawful', () => {
  test.each(
    Object.entries<readonly [rules: string, ...Steps[]]>({
      'a send waits longer': ['WIN-13', BLOCKED, advance(100), settle],
      'a sync send waits for space longer': [
        'WIN-13',
        [BOUNDED, send(2, 'm2', PERSISTENT), settle, advance(100), settle],
      ],
      'a send gives up a millisecond too early': [
        'SND-1 WIN-2 WIN-13',
        [BLOCKED, advance(99), fail(2, 'timeout')],
      ],
      'a send that has gone out gives up': [
        'SND-1 WIN-13',
        [BOUNDED, send(2, 'm2', PERSISTENT), settle, advance(50), ack('m1'), receive('m2'), settle],
        [advance(50), fail(2, 'timeout')],
      ],
      'a send gives up without saying why': ['WIN-13', [BLOCKED, advance(100), fail(2, 'other')]],
      'a send that has given up arrives': [
        'ORD-6',
        [BLOCKED, advance(100), fail(2, 'timeout'), settle, ack('m1'), receive('m2')],
      ],
    }),
  )('%s', (_, [rules, ...steps]) => {
    expect(rulesBroken(STRICT, steps)).toBe(rules);
  });
});
