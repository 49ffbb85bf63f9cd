// Examples of what other clients promise than the notes'.
import { CAPABILITIES } from '../events/settings.ts';
import {
  ack,
  advance,
  close,
  fail,
  flush,
  history,
  lose,
  open,
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
  'FLU-3': {
    witness: history(FLUSHING, settle, lose, fail(2, 'connection-lost'), settle),
    violation: history(FLUSHES, flush(1), close(2), ret(2), settle),
  },
};
