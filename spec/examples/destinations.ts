// Examples of destinations: the checks that come before any wait.
import { fail, history, open, receive, ret, send, settle, type Examples } from './builder.ts';

const UNBOUND = open({ destination: null });
const BOUND = open({ destination: 'orders' });
const FULL_WINDOW = [
  open({ windowSize: 10 }),
  send(1, 'm1', { size: 10 }),
  receive('m1'),
  ret(1),
] as const;

export const DESTINATION_EXAMPLES: Examples = {
  'DST-1': {
    witness: history(UNBOUND, send(1, 'm1'), fail(1, 'invalid-destination'), settle),
    violation: history(UNBOUND, send(1, 'm1'), ret(1)),
  },
  'DST-2': {
    witness: history(
      BOUND,
      send(1, 'm1', { destination: null }),
      fail(1, 'invalid-destination'),
      settle,
    ),
    violation: history(BOUND, send(1, 'm1', { destination: null }), ret(1)),
  },
  'DST-3': {
    witness: history(
      BOUND,
      send(1, 'm1', { destination: 'invoices' }),
      fail(1, 'invalid-destination'),
      settle,
    ),
    violation: history(BOUND, send(1, 'm1', { destination: 'invoices' }), ret(1)),
  },
  'DST-4': {
    witness: history(
      ...FULL_WINDOW,
      send(2, 'm2', { destination: null }),
      fail(2, 'invalid-destination'),
      settle,
    ),
    violation: history(
      ...FULL_WINDOW,
      send(2, 'm2', { destination: null }),
      settle,
      fail(2, 'invalid-destination'),
    ),
  },
};
