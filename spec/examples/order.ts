// Examples of order and integrity.
import {
  fail,
  history,
  interrupt,
  open,
  receive,
  ret,
  send,
  settle,
  type Examples,
} from './builder.ts';

const SENT = history(open(), send(1, 'm1'), receive('m1'), ret(1), settle);

const FULL_WINDOW = [
  open({ windowSize: 10 }),
  send(1, 'm1', { size: 10 }),
  receive('m1'),
  ret(1),
] as const;

export const ORDER_EXAMPLES: Examples = {
  'ORD-1': {
    witness: history(
      open(),
      send(1, 'm1'),
      receive('m1'),
      ret(1),
      send(2, 'm2'),
      receive('m2'),
      ret(2),
      settle,
    ),
    violation: history(open(), send(1, 'm1'), ret(1), send(2, 'm2'), receive('m2'), receive('m1')),
  },
  'ORD-2': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      send(2, 'm2'),
      receive('m1'),
      receive('m2'),
      ret(2),
      settle,
    ),
    violation: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      send(2, 'm2'),
      receive('m2'),
      receive('m1'),
    ),
  },
  'ORD-3': {
    witness: SENT,
    violation: history(open(), receive('m1')),
  },
  'ORD-4': {
    witness: SENT,
    violation: history(open(), send(1, 'm1'), ret(1), settle),
  },
  'ORD-5': {
    witness: SENT,
    violation: history(
      open(),
      send(1, 'm1', { priority: 9 }),
      receive('m1', { changed: { priority: 4 } }),
    ),
  },
  'ORD-6': {
    witness: history(
      ...FULL_WINDOW,
      send(2, 'm2', { size: 10 }),
      settle,
      interrupt(2, 3),
      fail(2, 'interrupted'),
      settle,
    ),
    violation: history(
      ...FULL_WINDOW,
      send(2, 'm2', { size: 10 }),
      settle,
      interrupt(2, 3),
      fail(2, 'interrupted'),
      receive('m2'),
    ),
    alsoBreaks: ['WIN-10'],
  },
};
