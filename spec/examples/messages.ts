// Examples of messages: their order, their integrity, and the checks of their destinations.
import {
  FULL_WINDOW,
  PERSISTENT,
  fail,
  history,
  interrupt,
  open,
  receive,
  ret,
  send,
  sent,
  settle,
  type Examples,
} from './builder.ts';

const SENT = history(open(), sent(1, 'm1'), settle);
const ABANDONED = history(
  [FULL_WINDOW, send(2, 'm2', PERSISTENT), settle],
  [interrupt(2, 3), fail(2, 'interrupted')],
);
const UNBOUND = open({ destination: null });
const BOUND = open({ destination: 'orders' });
const REFUSED = [fail(1, 'invalid-destination'), settle] as const;

export const MESSAGE_EXAMPLES: Examples = {
  'ORD-1': {
    witness: history(open(), sent(1, 'm1'), sent(2, 'm2'), settle),
    violation: history(open(), send(1, 'm1'), ret(1), send(2, 'm2'), receive('m2'), receive('m1')),
  },
  'ORD-2': {
    witness: history(
      [open(), send(1, 'm1', PERSISTENT), send(2, 'm2')],
      [receive('m1'), receive('m2'), ret(2), settle],
    ),
    violation: history(
      open(),
      send(1, 'm1', PERSISTENT),
      send(2, 'm2'),
      receive('m2'),
      receive('m1'),
    ),
  },
  'ORD-3': { witness: SENT, violation: history(open(), receive('m1')) },
  'ORD-4': { witness: SENT, violation: history(open(), send(1, 'm1'), ret(1), settle) },
  'ORD-5': {
    witness: SENT,
    violation: history(
      open(),
      send(1, 'm1', { priority: 9 }),
      receive('m1', { changed: { priority: 4 } }),
    ),
  },
  'ORD-6': { witness: history(ABANDONED, settle), violation: history(ABANDONED, receive('m2')) },
  'DST-1': {
    witness: history(UNBOUND, send(1, 'm1'), REFUSED),
    violation: history(UNBOUND, send(1, 'm1'), ret(1)),
  },
  'DST-2': {
    witness: history(BOUND, send(1, 'm1', { destination: null }), REFUSED),
    violation: history(BOUND, send(1, 'm1', { destination: null }), ret(1)),
  },
  'DST-3': {
    witness: history(BOUND, send(1, 'm1', { destination: 'invoices' }), REFUSED),
    violation: history(BOUND, send(1, 'm1', { destination: 'invoices' }), ret(1)),
  },
  'DST-4': {
    witness: history(
      FULL_WINDOW,
      send(2, 'm2', { destination: null }),
      fail(2, 'invalid-destination'),
      settle,
    ),
    violation: history(FULL_WINDOW, send(2, 'm2', { destination: null }), settle),
    alsoBreaks: ['DST-2'],
  },
};
