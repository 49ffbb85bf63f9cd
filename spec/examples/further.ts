// Examples of what other clients promise than the notes'.
import { CAPABILITIES } from '../events/settings.ts';
import {
  ack,
  advance,
  close,
  cut,
  fail,
  flush,
  history,
  lose,
  open,
  receive,
  restore,
  PERSISTENT,
  ret,
  send,
  sent,
  settle,
  type Examples,
  type Steps,
} from './builder.ts';

/** Opens a producer that claims all that the notes ask for, and `flush`. */
export const FLUSHES = open({}, { supports: [...CAPABILITIES, 'flush'] });

const FLUSHING = history(FLUSHES, sent(1, 'm1'), flush(2));

/** A window of ten bytes, filled by `m1`, of a producer that claims `max-block`: 100 ms. */
export const BOUNDED: Steps = [
  open({ windowSize: 10, maxBlockMs: 100 }, { supports: [...CAPABILITIES, 'max-block'] }),
  sent(1, 'm1', { size: 10 }),
];

/** A producer that makes its connection anew, and sends again what is unanswered. */
export const RESENDS = open({}, { resends: 'at-least-once' });

const ANSWERED = history(RESENDS, send(1, 'm1', PERSISTENT), receive('m1'), ack('m1'), ret(1));

const UNANSWERED = history(RESENDS, send(1, 'm1', PERSISTENT), receive('m1'));

const TWO_UNANSWERED = history(UNANSWERED, send(2, 'm2', PERSISTENT), receive('m2'));

const BLOCKED = history(BOUNDED, send(2, 'm2'), settle);

export const FURTHER_EXAMPLES: Examples = {
  'WIN-13': {
    witness: history(BLOCKED, advance(100), fail(2, 'timeout'), settle),
    violation: history(BLOCKED, advance(100), settle),
  },
  'FLU-1': {
    witness: history(FLUSHING, settle, ack('m1'), ret(2), settle),
    violation: history(FLUSHES, send(1, 'm1'), ret(1), flush(2), ret(2)),
  },
  'FLU-2': {
    witness: history(FLUSHING, settle, ack('m1'), ret(2), settle),
    violation: history(FLUSHES, flush(1), settle),
  },
  'RSD-1': {
    witness: history(UNANSWERED, cut, settle, restore, receive('m1'), settle),
    violation: history(UNANSWERED, cut, restore, settle),
  },
  'RSD-2': {
    witness: history(TWO_UNANSWERED, cut, restore, receive('m1'), receive('m2'), settle),
    violation: history(UNANSWERED, cut, restore, send(2, 'm2'), receive('m2'), receive('m1')),
  },
  'RSD-3': {
    witness: history(ANSWERED, settle, cut, restore, settle),
    violation: history(ANSWERED, settle, cut, restore, receive('m1')),
  },
  'FLU-3': {
    witness: history(FLUSHING, settle, lose, fail(2, 'connection-lost'), settle),
    violation: history(FLUSHES, flush(1), close(2), ret(2), settle),
  },
};
