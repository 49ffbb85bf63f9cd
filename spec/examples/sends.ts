// Examples of sends: who waits for an acknowledgement, for which one, how the answer reaches the application, and
// in which order and shape messages arrive.
import {
  BEGUN,
  FULL_WINDOW,
  PERSISTENT,
  ack,
  advance,
  begin,
  completeWith,
  fail,
  history,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  report,
  ret,
  send,
  sent,
  settle,
  succeed,
  succeedAndThrow,
  type Examples,
} from './builder.ts';

const ALWAYS_SYNC = open({ alwaysSyncSend: true });
const ASYNC = open({ useAsyncSend: true });
const TIMEOUT_OF_100 = open({ sendTimeoutMs: 100 });
const ACKED = [settle, ack('m1'), ret(1), settle] as const;
const REFUSED = [refuse('m1'), report('m1'), settle] as const;

const CALL = { completion: true } as const;
const CALLED = history(open(), sent(1, 'm1', { ...PERSISTENT, ...CALL }), settle);
const CALLED_BACK = history(CALLED, ack('m1'), succeed(1), settle);
const SENT = history(open(), sent(1, 'm1'), settle);
const ABANDONED = history(
  [FULL_WINDOW, send(2, 'm2', PERSISTENT), settle],
  [interrupt(2, 3), fail(2, 'interrupted')],
);

export const SEND_EXAMPLES: Examples = {
  'SND-1': {
    witness: history(
      [open(), send(1, 'm1', PERSISTENT), receive('m1'), settle],
      [refuse('m1'), fail(1, 'refused')],
    ),
    violation: history(open(), send(1, 'm1'), fail(1, 'other', 'the producer is in a bad state')),
  },
  'SYN-1': {
    witness: history(open(), send(1, 'm1', PERSISTENT), receive('m1'), ACKED),
    violation: history(open(), send(1, 'm1', PERSISTENT), ret(1)),
  },
  'SYN-2': {
    witness: history(ALWAYS_SYNC, send(1, 'm1'), receive('m1'), ACKED),
    violation: history(ALWAYS_SYNC, send(1, 'm1'), ret(1)),
  },
  'SYN-3': {
    witness: history(open(), send(1, 'm1', { responseRequired: true }), receive('m1'), ACKED),
    violation: history(open(), send(1, 'm1', { responseRequired: true }), ret(1)),
  },
  'SYN-4': {
    witness: history(
      [open(), send(1, 'm1', PERSISTENT), send(2, 'm2', PERSISTENT)],
      [receive('m1'), receive('m2'), settle, ack('m2'), ret(2), settle],
    ),
    violation: history(open(), send(1, 'm1', PERSISTENT), receive('m1'), ack('m1'), settle),
  },
  'SYN-5': {
    witness: history(
      [open(), send(1, 'm1', PERSISTENT), receive('m1'), settle],
      [refuse('m1'), fail(1, 'refused'), settle],
    ),
    violation: history(
      open(),
      send(1, 'm1', PERSISTENT),
      receive('m1'),
      settle,
      refuse('m1'),
      ret(1),
    ),
    // It returned without an acknowledgement, too.
    alsoBreaks: ['SYN-1'],
  },
  'SYN-6': {
    witness: history(
      [TIMEOUT_OF_100, send(1, 'm1', PERSISTENT), receive('m1'), settle, advance(99), settle],
      [advance(1), fail(1, 'timeout'), settle],
    ),
    violation: history(
      TIMEOUT_OF_100,
      send(1, 'm1', PERSISTENT),
      fail(1, 'timeout', 'timed out at once'),
    ),
    // Before its time, a timeout is no cause.
    alsoBreaks: ['SND-1'],
  },
  'SYN-7': {
    witness: history(
      [TIMEOUT_OF_100, send(1, 'm1'), receive('m1'), advance(100), fail(1, 'timeout'), settle],
      [ack('m1'), settle],
    ),
    violation: history(
      [TIMEOUT_OF_100, send(1, 'm1'), receive('m1'), advance(100), fail(1, 'timeout')],
      [send(2, 'm2'), receive('m2'), settle, ack('m1'), ret(2)],
    ),
    alsoBreaks: ['SYN-6'],
  },
  'SYN-8': {
    witness: history(
      [open({ windowSize: 10 }), send(1, 'm1', PERSISTENT), receive('m1'), settle],
      [sent(2, 'm2'), settle],
    ),
    violation: history(
      open({ windowSize: 10 }),
      send(1, 'm1', PERSISTENT),
      receive('m1'),
      send(2, 'm2'),
      settle,
    ),
    // It fits, too.
    alsoBreaks: ['WIN-3'],
  },
  'ASY-1': {
    witness: history(open(), sent(1, 'm1'), settle),
    violation: history(open(), send(1, 'm1'), receive('m1'), settle),
  },
  'ASY-2': {
    witness: history(open(), BEGUN, sent(2, 'm1', { ...PERSISTENT, transaction: 't1' }), settle),
    violation: history(
      [open(), begin(1), receiveOf('begin', 't1'), send(2, 'm1', PERSISTENT)],
      [receive('m1', { transaction: 't1' }), settle],
    ),
  },
  'ASY-3': {
    witness: history(ASYNC, sent(1, 'm1', PERSISTENT), settle),
    violation: history(ASYNC, send(1, 'm1', PERSISTENT), receive('m1'), settle),
  },
  'ASY-4': {
    witness: CALLED,
    violation: history(open(), send(1, 'm1', { ...PERSISTENT, ...CALL }), receive('m1'), settle),
  },
  'ASY-5': {
    witness: history(open(), sent(1, 'm1'), REFUSED),
    violation: history(open(), sent(1, 'm1'), refuse('m1'), settle),
  },
  'ASY-6': {
    witness: history(open(), sent(1, 'm1'), REFUSED),
    violation: history(open(), send(1, 'm1'), receive('m1'), refuse('m1'), fail(1, 'refused')),
  },
  'CMP-1': {
    witness: CALLED_BACK,
    violation: history(
      [open(), send(1, 'm1', CALL), lose],
      [completeWith(1, 'connection-lost'), completeWith(1, 'connection-lost')],
    ),
  },
  'CMP-2': {
    witness: CALLED_BACK,
    violation: history(open(), send(1, 'm1', CALL), succeed(1)),
  },
  'CMP-3': {
    witness: history(CALLED, refuse('m1'), completeWith(1, 'refused'), settle),
    violation: history(open(), send(1, 'm1', CALL), completeWith(1, 'other')),
  },
  'CMP-4': {
    witness: CALLED_BACK,
    violation: history(
      [open({ windowSize: 10 }), send(1, 'm1', { size: 11, ...CALL })],
      completeWith(1, 'too-large', true),
    ),
  },
  'CMP-5': {
    witness: history(CALLED_BACK, send(2, 'm2', { from: 1 }), receive('m2'), ret(2), settle),
    violation: history(
      [open(), sent(1, 'm1', CALL), ack('m1'), succeed(1)],
      [send(2, 'm2', { from: 1 }), settle],
    ),
    alsoBreaks: ['WIN-8'],
  },
  'CMP-6': {
    witness: history(CALLED, ack('m1'), succeedAndThrow(1), settle),
    violation: history(
      open(),
      send(1, 'm1', CALL),
      receive('m1'),
      ack('m1'),
      succeedAndThrow(1),
      settle,
    ),
    alsoBreaks: ['ASY-4'],
  },
  'ORD-1': {
    witness: history(open(), sent(1, 'm1'), sent(2, 'm2'), settle),
    violation: history(open(), send(1, 'm1'), ret(1), send(2, 'm2'), receive('m2'), receive('m1')),
  },
  'ORD-2': {
    witness: history(
      [open(), send(1, 'm1', PERSISTENT), send(2, 'm2')],
      [receive('m1'), receive('m2'), ret(2), settle],
    ),
    violation: history(
      open(),
      send(1, 'm1', PERSISTENT),
      send(2, 'm2'),
      receive('m2'),
      receive('m1'),
    ),
  },
  'ORD-3': { witness: SENT, violation: history(open(), receive('m1')) },
  'ORD-4': { witness: SENT, violation: history(open(), send(1, 'm1'), ret(1), settle) },
  'ORD-5': {
    witness: SENT,
    violation: history(
      open(),
      send(1, 'm1', { priority: 9 }),
      receive('m1', { changed: { priority: 4 } }),
    ),
  },
  'ORD-6': { witness: history(ABANDONED, settle), violation: history(ABANDONED, receive('m2')) },
};
