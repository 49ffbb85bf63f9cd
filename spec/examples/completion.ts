// Examples of completion callbacks.
import {
  ack,
  completeWith,
  history,
  lose,
  open,
  receive,
  refuse,
  ret,
  send,
  settle,
  succeed,
  succeedAndThrow,
  type Examples,
} from './builder.ts';

const SENT = [
  open(),
  send(1, 'm1', { mode: 'persistent', completion: true }),
  receive('m1'),
  ret(1),
  settle,
] as const;

const ACKED = history(...SENT, ack('m1'), succeed(1), settle);

export const COMPLETION_EXAMPLES: Examples = {
  'CMP-1': {
    witness: ACKED,
    violation: history(
      open(),
      send(1, 'm1', { completion: true }),
      lose,
      completeWith(1, 'connection-lost'),
      completeWith(1, 'connection-lost'),
    ),
  },
  'CMP-2': {
    witness: ACKED,
    violation: history(open(), send(1, 'm1', { completion: true }), succeed(1)),
  },
  'CMP-3': {
    witness: history(...SENT, refuse('m1'), completeWith(1, 'refused'), settle),
    violation: history(open(), send(1, 'm1', { completion: true }), completeWith(1, 'other')),
  },
  'CMP-4': {
    witness: ACKED,
    violation: history(
      open({ windowSize: 10 }),
      send(1, 'm1', { size: 11, completion: true }),
      completeWith(1, 'too-large', true),
    ),
  },
  'CMP-5': {
    witness: history(ACKED, send(2, 'm2', { from: 1 }), receive('m2'), ret(2), settle),
    violation: history(
      open(),
      send(1, 'm1', { completion: true }),
      receive('m1'),
      ret(1),
      ack('m1'),
      succeed(1),
      send(2, 'm2', { from: 1 }),
      settle,
    ),
    alsoBreaks: ['WIN-8'],
  },
  'CMP-6': {
    witness: history(...SENT, ack('m1'), succeedAndThrow(1), settle),
    violation: history(
      open(),
      send(1, 'm1', { completion: true }),
      receive('m1'),
      ack('m1'),
      succeedAndThrow(1),
      settle,
    ),
  },
};
