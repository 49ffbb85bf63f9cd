// Examples of the window: ten bytes, and messages of which two do not always fit.
import {
  ack,
  fail,
  history,
  open,
  receive,
  ret,
  send,
  settle,
  usage,
  type Examples,
} from './builder.ts';

const WINDOW_OF_10 = open({ windowSize: 10 });

export const WINDOW_EXAMPLES: Examples = {
  'WIN-1': {
    witness: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      ret(1),
      send(2, 'm2', { size: 4 }),
      receive('m2'),
      ret(2),
    ),
    violation: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      send(2, 'm2', { size: 6 }),
      receive('m2'),
    ),
  },
  'WIN-2': {
    witness: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      ret(1),
      send(2, 'm2', { size: 6 }),
      settle,
    ),
    violation: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      send(2, 'm2', { size: 6 }),
      fail(2, 'other', 'the window is full'),
    ),
  },
  'WIN-3': {
    witness: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      ret(1),
      send(2, 'm2', { size: 6 }),
      settle,
      ack('m1'),
      receive('m2'),
      ret(2),
      settle,
    ),
    violation: history(WINDOW_OF_10, send(1, 'm1', { size: 10 }), settle),
  },
  'WIN-4': {
    witness: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      ret(1),
      send(2, 'm2', { size: 6 }),
      usage(6),
      settle,
    ),
    violation: history(WINDOW_OF_10, usage(-6)),
  },
  'WIN-5': {
    witness: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      ret(1),
      send(2, 'm2', { size: 6 }),
      send(3, 'm3', { size: 1 }),
      settle,
      ack('m1'),
      receive('m2'),
      receive('m3'),
      ret(2),
      ret(3),
      settle,
    ),
    violation: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 10 }),
      send(2, 'm2', { size: 1 }),
      receive('m2'),
      ret(2),
      settle,
    ),
  },
  'WIN-6': {
    witness: history(WINDOW_OF_10, send(1, 'm1', { size: 11 }), fail(1, 'too-large'), settle),
    violation: history(WINDOW_OF_10, send(1, 'm1', { size: 11 }), receive('m1')),
  },
};
