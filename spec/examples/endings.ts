// Examples of failure and of the lifecycle: the connection is lost, the producer closes, a call is interrupted.
import {
  FULL_WINDOW,
  PERSISTENT,
  close,
  completeWith,
  fail,
  history,
  interrupt,
  lose,
  open,
  receive,
  ret,
  send,
  sent,
  settle,
  usage,
  type Examples,
} from './builder.ts';

const WAITING = history(FULL_WINDOW, send(2, 'm2', { size: 10 }), settle);
const LOST = history(WAITING, lose, fail(2, 'connection-lost'), settle);
const BLOCKED = history(open(), send(1, 'm1', PERSISTENT), receive('m1'), settle);
const CLOSED = history(BLOCKED, close(2), fail(1, 'closed'), ret(2), settle);
const CALL = { completion: true } as const;

export const ENDING_EXAMPLES: Examples = {
  'ERR-1': {
    witness: LOST,
    violation: history(open(), send(1, 'm1', PERSISTENT), lose, settle),
  },
  'ERR-2': { witness: LOST, violation: history(WAITING, lose, ret(2)) },
  'ERR-3': {
    witness: history(
      open(),
      sent(1, 'm1', CALL),
      settle,
      lose,
      completeWith(1, 'connection-lost'),
      settle,
    ),
    violation: history(open(), send(1, 'm1', CALL), ret(1), lose, settle),
    // A callback that never fires has not fired exactly once either.
    alsoBreaks: ['CMP-1'],
  },
  'ERR-4': {
    witness: history(open(), lose, settle, send(1, 'm1'), fail(1, 'connection-lost'), settle),
    violation: history(open(), lose, settle, send(1, 'm1'), ret(1)),
  },
  'ERR-5': {
    witness: history(FULL_WINDOW, settle, lose, usage(0), settle),
    violation: history(open({ windowSize: 10 }), lose, usage(10), settle),
  },
  'LIF-1': {
    witness: history(open(), close(1), ret(1), send(2, 'm1'), fail(2, 'closed'), settle),
    violation: history(open(), close(1), ret(1), send(2, 'm1'), ret(2)),
  },
  'LIF-2': { witness: CLOSED, violation: history(open(), close(1), settle) },
  'LIF-3': {
    witness: history(open(), close(1), ret(1), settle, close(2), ret(2), settle),
    violation: history(open(), close(1), close(2), fail(2, 'closed', 'already closed')),
  },
  'LIF-4': {
    witness: CLOSED,
    violation: history(open(), send(1, 'm1'), close(2), ret(2), receive('m1')),
  },
  'LIF-5': {
    witness: history([BLOCKED, interrupt(1, 2), fail(1, 'interrupted')], [sent(3, 'm2'), settle]),
    violation: history(open(), send(1, 'm1', PERSISTENT), interrupt(1, 2), settle),
  },
  'LIF-6': {
    witness: history(open(), sent(1, 'm1'), settle, interrupt(1, 2), settle),
    violation: history(
      [open({ windowSize: 10 }, { supports: ['window', 'usage', 'interrupt'] })],
      [sent(1, 'm1', { size: 6 }), settle, interrupt(1, 2), usage(0), settle],
    ),
    alsoBreaks: ['WIN-4'],
  },
};
