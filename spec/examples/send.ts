// Examples of SND-1: a send fails only for a cause.
import { fail, history, open, receive, refuse, send, settle, type Examples } from './builder.ts';

export const SEND_EXAMPLES: Examples = {
  'SND-1': {
    witness: history(
      open(),
      send(1, 'm1', { mode: 'persistent' }),
      receive('m1'),
      settle,
      refuse('m1'),
      fail(1, 'refused'),
    ),
    violation: history(open(), send(1, 'm1'), fail(1, 'other', 'the producer is in a bad state')),
  },
};
