// Examples of what other clients promise than the notes'.
import { CAPABILITIES } from '../events/settings.ts';
import {
  ack,
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
} from './builder.ts';

/** Opens a producer that claims all that the notes ask for, and `flush`. */
export const FLUSHES = open({}, { supports: [...CAPABILITIES, 'flush'] });

const FLUSHING = history(FLUSHES, sent(1, 'm1'), flush(2));

export const FURTHER_EXAMPLES: Examples = {
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
