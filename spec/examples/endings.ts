// Examples of endings: transactions end, the connection is lost, the producer closes, a call is interrupted.
// Violations leave out the returns that their rule does not need.
import {
  BEGUN,
  FULL_WINDOW,
  PERSISTENT,
  ack,
  ackOf,
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
  refuseCommit,
  ret,
  rollback,
  send,
  sent,
  settle,
  usage,
  type Examples,
} from './builder.ts';

const IN_T1 = { transaction: 't1' } as const;
const BEGINS = [open(), begin(1), receiveOf('begin', 't1')] as const;
const COMMITS = history(
  [open(), BEGUN, sent(2, 'm1', IN_T1)],
  [commit(3), receiveOf('commit', 't1'), settle, ack('m1')],
);
const COMMITTED = history(COMMITS, ackOf('commit', 't1'), ret(3), settle);
const WAITING = history(FULL_WINDOW, send(2, 'm2', { size: 10 }), settle);
const LOST = history(WAITING, lose, fail(2, 'connection-lost'), settle);
const BLOCKED = history(open(), send(1, 'm1', PERSISTENT), receive('m1'), settle);
const CLOSED = history(BLOCKED, close(2), fail(1, 'closed'), ret(2), settle);
const CALL = { completion: true } as const;

const AFTER_ANOTHER = open({}, { company: 'before' });

export const ENDING_EXAMPLES: Examples = {
  'ISO-1': {
    witness: history(AFTER_ANOTHER, sent(1, 'm1'), settle),
    violation: history(AFTER_ANOTHER, send(1, 'm1'), fail(1, 'closed')),
    alsoBreaks: ['SND-1'],
  },
  'TXN-1': {
    witness: COMMITTED,
    violation: history(BEGINS, send(2, 'm1'), receive('m1', IN_T1), commit(3), ret(3)),
  },
  'TXN-2': {
    witness: COMMITTED,
    violation: history(open(), begin(1), send(2, 'm1'), receive('m1')),
  },
  'TXN-3': {
    witness: history(BEGINS, ret(1), commit(2), ret(2), sent(3, 'm1')),
    violation: history(BEGINS, commit(2), send(3, 'm1'), receive('m1', IN_T1)),
  },
  'TXN-4': {
    witness: history(
      [open({ windowSize: 10 }), BEGUN, sent(2, 'm1', { size: 10, ...IN_T1 })],
      [send(3, 'm2', { size: 10 }), settle],
      [rollback(4), fail(3, 'other', 'rolled back'), receiveOf('rollback', 't1'), ret(4), settle],
    ),
    violation: history(open(), begin(1), send(2, 'm1'), rollback(3), ret(3), receive('m1')),
  },
  'TXN-5': {
    witness: history(COMMITS, refuseCommit('t1'), fail(3, 'refused'), settle),
    violation: history(
      BEGINS,
      commit(2),
      receiveOf('commit', 't1'),
      settle,
      refuseCommit('t1'),
      ret(2),
    ),
  },
  'TXN-6': {
    witness: history(open(), commit(1), fail(1, 'illegal-state'), settle),
    violation: history(open(), commit(1), ret(1)),
  },
  'TXN-7': { witness: COMMITTED, violation: history(open(), begin(1), settle) },
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
  'LIF-7': {
    witness: history(open(), close(1), ret(1), settle, leftovers({ timers: 0, onLost: 1 })),
    violation: history(open(), close(1), ret(1), leftovers({ timers: 1 })),
  },
};
