// Examples of rules that only some profiles ask for.
import { JAKARTA, FAIL_FAST } from '../model/profile.ts';
import {
  WINDOW_OF_10,
  ack,
  close,
  succeed,
  fail,
  history,
  open,
  receive,
  ret,
  send,
  sent,
  settle,
  type Examples,
} from './builder.ts';

const CALL = { completion: true } as const;
const FULL = history(WINDOW_OF_10, sent(1, 'm1', { size: 10 }), settle);
const UNTOLD = history(open(), sent(1, 'm1', CALL), settle);
const TWO = history(open(), sent(1, 'm1', CALL), sent(2, 'm2', CALL), settle);

export const CHOICE_EXAMPLES: Examples = {
  'WIN-14': {
    profile: FAIL_FAST,
    witness: history(FULL, send(2, 'm2'), fail(2, 'other', 'the window is full'), settle),
    violation: history(WINDOW_OF_10, send(1, 'm1'), fail(1, 'other', 'the window is full')),
    alsoBreaks: ['SND-1'],
  },
  'CMP-7': {
    profile: JAKARTA,
    witness: history(TWO, ack('m2'), settle, ack('m1'), succeed(1), succeed(2), settle),
    violation: history(
      [open(), send(1, 'm1', CALL), receive('m1'), send(2, 'm2', CALL), receive('m2')],
      [ack('m2'), succeed(2)],
    ),
  },
  'LIF-8': {
    profile: JAKARTA,
    witness: history(UNTOLD, close(2), settle, ack('m1'), succeed(1), ret(2), settle),
    violation: history(open(), send(1, 'm1', CALL), receive('m1'), close(2), ret(2)),
  },
};
