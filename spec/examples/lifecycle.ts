// Examples of the lifecycle: close, close again, interrupt.
import {
  close,
  fail,
  history,
  interrupt,
  open,
  receive,
  ret,
  send,
  settle,
  usage,
  type Examples,
} from './builder.ts';

const CLOSED = history(
  open(),
  send(1, 'm1', { mode: 'persistent' }),
  receive('m1'),
  settle,
  close(2),
  fail(1, 'closed'),
  ret(2),
  settle,
);

export const LIFECYCLE_EXAMPLES: Examples = {
  'LIF-1': {
    witness: history(open(), close(1), ret(1), send(2, 'm1'), fail(2, 'closed'), settle),
    violation: history(open(), close(1), ret(1), send(2, 'm1'), ret(2)),
  },
  'LIF-2': {
    witness: CLOSED,
    violation: history(open(), close(1), settle),
  },
  'LIF-3': {
    witness: history(open(), close(1), ret(1), settle, close(2), ret(2), settle),
    violation: history(open(), close(1), close(2), fail(2, 'closed', 'already closed')),
  },
  'LIF-4': {
    witness: CLOSED,
    violation: history(open(), send(1, 'm1'), close(2), ret(2), receive('m1')),
  },
  'LIF-5': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      interrupt(1, 2),
      fail(1, 'interrupted'),
      send(3, 'm2'),
      receive('m2'),
      ret(3),
      settle,
    ),
    violation: history(open(), send(1, 'm1', { mode: 'persistent' }), interrupt(1, 2), settle),
  },
  'LIF-6': {
    witness: history(open(), send(1, 'm1'), receive('m1'), ret(1), settle, interrupt(1, 2), settle),
    violation: history(
      open({ windowSize: 10 }, { supports: ['window', 'usage', 'interrupt'] }),
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      ret(1),
      settle,
      interrupt(1, 2),
      usage(0),
      settle,
    ),
    alsoBreaks: ['WIN-4'],
  },
};
