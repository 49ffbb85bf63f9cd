// Examples of failure: what the loss of the connection must bring, and must not.
import {
  completeWith,
  fail,
  history,
  lose,
  open,
  receive,
  ret,
  send,
  settle,
  usage,
  type Examples,
} from './builder.ts';

const FULL_WINDOW = [
  open({ windowSize: 10 }),
  send(1, 'm1', { size: 10 }),
  receive('m1'),
  ret(1),
] as const;

const LOST = history(
  ...FULL_WINDOW,
  send(2, 'm2', { size: 10 }),
  settle,
  lose,
  fail(2, 'connection-lost'),
  settle,
);

export const FAILURE_EXAMPLES: Examples = {
  'ERR-1': {
    witness: LOST,
    violation: history(open(), send(1, 'm1', { mode: 'persistent' }), lose, settle),
  },
  'ERR-2': {
    witness: LOST,
    violation: history(...FULL_WINDOW, send(2, 'm2', { size: 10 }), settle, lose, ret(2)),
  },
  'ERR-3': {
    witness: history(
      open(),
      send(1, 'm1', { completion: true }),
      receive('m1'),
      ret(1),
      settle,
      lose,
      completeWith(1, 'connection-lost'),
      settle,
    ),
    violation: history(open(), send(1, 'm1', { completion: true }), ret(1), lose, settle),
    // A callback that never fires has not fired exactly once either.
    alsoBreaks: ['CMP-1'],
  },
  'ERR-4': {
    witness: history(open(), lose, settle, send(1, 'm1'), fail(1, 'connection-lost'), settle),
    violation: history(open(), lose, settle, send(1, 'm1'), ret(1)),
  },
  'ERR-5': {
    witness: history(...FULL_WINDOW, settle, lose, usage(0), settle),
    violation: history(open({ windowSize: 10 }), lose, usage(10), settle),
  },
};
