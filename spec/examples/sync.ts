// Examples of sync and timed sends: who waits for an acknowledgement, and for which one.
import {
  ack,
  advance,
  fail,
  history,
  open,
  receive,
  refuse,
  ret,
  send,
  settle,
  type Examples,
} from './builder.ts';

const ALWAYS_SYNC = open({ alwaysSyncSend: true });
const TIMEOUT_OF_100 = open({ sendTimeoutMs: 100 });

export const SYNC_EXAMPLES: Examples = {
  'SYN-1': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      ack('m1'),
      ret(1),
      settle,
    ),
    violation: history(open(), send(1, 'm1', { mode: 'persistent' }), ret(1)),
  },
  'SYN-2': {
    witness: history(ALWAYS_SYNC, send(1, 'm1'), receive('m1'), settle, ack('m1'), ret(1), settle),
    violation: history(ALWAYS_SYNC, send(1, 'm1'), ret(1)),
  },
  'SYN-3': {
    witness: history(
      open(),
      send(1, 'm1', { responseRequired: true }),
      receive('m1'),
      settle,
      ack('m1'),
      ret(1),
      settle,
    ),
    violation: history(open(), send(1, 'm1', { responseRequired: true }), ret(1)),
  },
  'SYN-4': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      send(2, 'm2', { mode: 'persistent' }),
      receive('m1'),
      receive('m2'),
      settle,
      ack('m2'),
      ret(2),
      settle,
    ),
    violation: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      ack('m1'),
      settle,
    ),
  },
  'SYN-5': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      refuse('m1'),
      fail(1, 'refused'),
      settle,
    ),
    violation: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      refuse('m1'),
      ret(1),
    ),
  },
  'SYN-6': {
    witness: history(
      TIMEOUT_OF_100,
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      advance(99),
      settle,
      advance(1),
      fail(1, 'timeout'),
      settle,
    ),
    violation: history(
      TIMEOUT_OF_100,
      send(1, 'm1', { mode: 'persistent' }),
      fail(1, 'timeout', 'timed out at once'),
    ),
  },
  'SYN-7': {
    witness: history(
      TIMEOUT_OF_100,
      send(1, 'm1'),
      receive('m1'),
      advance(100),
      fail(1, 'timeout'),
      settle,
      ack('m1'),
      settle,
    ),
    violation: history(
      TIMEOUT_OF_100,
      send(1, 'm1'),
      receive('m1'),
      advance(100),
      fail(1, 'timeout'),
      send(2, 'm2'),
      receive('m2'),
      settle,
      ack('m1'),
      ret(2),
    ),
    alsoBreaks: ['SYN-6'],
  },
  'SYN-8': {
    witness: history(
      open({ windowSize: 10 }),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      send(2, 'm2'),
      receive('m2'),
      ret(2),
      settle,
    ),
    violation: history(
      open({ windowSize: 10 }),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      send(2, 'm2'),
      settle,
    ),
  },
};
