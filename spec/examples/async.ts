// Examples of async sends: they return before any answer, which reaches the application another way.
import {
  begin,
  fail,
  history,
  open,
  receive,
  receiveOf,
  refuse,
  report,
  ret,
  send,
  settle,
  type Examples,
} from './builder.ts';

const ASYNC = open({ useAsyncSend: true });

export const ASYNC_EXAMPLES: Examples = {
  'ASY-1': {
    witness: history(open(), send(1, 'm1'), receive('m1'), ret(1), settle),
    violation: history(open(), send(1, 'm1'), receive('m1'), settle),
  },
  'ASY-2': {
    witness: history(
      open(),
      begin(1),
      receiveOf('begin', 't1'),
      ret(1),
      send(2, 'm1', { mode: 'persistent' }),
      receive('m1', { transaction: 't1' }),
      ret(2),
      settle,
    ),
    violation: history(
      open(),
      begin(1),
      receiveOf('begin', 't1'),
      send(2, 'm1', { mode: 'persistent' }),
      receive('m1', { transaction: 't1' }),
      settle,
    ),
  },
  'ASY-3': {
    witness: history(ASYNC, send(1, 'm1', { mode: 'persistent' }), receive('m1'), ret(1), settle),
    violation: history(ASYNC, send(1, 'm1', { mode: 'persistent' }), receive('m1'), settle),
  },
  'ASY-4': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent', completion: true }),
      receive('m1'),
      ret(1),
      settle,
    ),
    violation: history(
      open(),
      send(1, 'm1', { mode: 'persistent', completion: true }),
      receive('m1'),
      settle,
    ),
  },
  'ASY-5': {
    witness: history(
      open(),
      send(1, 'm1'),
      receive('m1'),
      ret(1),
      refuse('m1'),
      report('m1'),
      settle,
    ),
    violation: history(open(), send(1, 'm1'), receive('m1'), ret(1), refuse('m1'), settle),
  },
  'ASY-6': {
    witness: history(
      open(),
      send(1, 'm1'),
      receive('m1'),
      ret(1),
      refuse('m1'),
      report('m1'),
      settle,
    ),
    violation: history(open(), send(1, 'm1'), receive('m1'), refuse('m1'), fail(1, 'refused')),
  },
};
