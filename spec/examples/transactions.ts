// Examples of transactions. Violations leave out the returns that their rule does not need.
import {
  BEGUN,
  ack,
  ackOf,
  begin,
  commit,
  fail,
  history,
  open,
  receive,
  receiveOf,
  refuseCommit,
  ret,
  rollback,
  send,
  sent,
  settle,
  type Examples,
} from './builder.ts';

const IN_T1 = { transaction: 't1' } as const;
const BEGINS = [open(), begin(1), receiveOf('begin', 't1')] as const;
const COMMITS = history(
  [open(), BEGUN, sent(2, 'm1', IN_T1)],
  [commit(3), receiveOf('commit', 't1'), settle, ack('m1')],
);
const COMMITTED = history(COMMITS, ackOf('commit', 't1'), ret(3), settle);

export const TRANSACTION_EXAMPLES: Examples = {
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
};
