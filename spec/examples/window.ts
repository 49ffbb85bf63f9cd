// Examples of what stands before a send: the window, of ten bytes, with messages of which two do not always fit, and
// the checks of the destination. Of mistakes in what takes space and what gives it back, WIN-7 and WIN-9 to WIN-12,
// the producer's own figure tells.
import {
  FULL_WINDOW,
  PERSISTENT,
  WINDOW_OF_10,
  ack,
  fail,
  history,
  interrupt,
  open,
  receive,
  refuse,
  ret,
  send,
  sent,
  settle,
  usage,
  type Examples,
} from './builder.ts';

/** Without a listener for refusals, which would have to be told as well. */
const FIGURES = open({ windowSize: 10 }, { supports: ['window', 'usage', 'interrupt'] });

const SIX = sent(1, 'm1', { size: 6 });
const SIX_MORE = send(2, 'm2', { size: 6 });
const SIX_OUT = history(WINDOW_OF_10, send(1, 'm1', { size: 6 }), receive('m1'));
const WAITING = history(WINDOW_OF_10, SIX, SIX_MORE, settle);
const UNBOUND = open({ destination: null });
const BOUND = open({ destination: 'orders' });
const MISDIRECTED = [fail(1, 'invalid-destination'), settle] as const;

export const WINDOW_EXAMPLES: Examples = {
  'WIN-1': {
    witness: history(WINDOW_OF_10, SIX, sent(2, 'm2', { size: 4 })),
    violation: history(SIX_OUT, SIX_MORE, receive('m2')),
  },
  'WIN-2': {
    witness: WAITING,
    violation: history(SIX_OUT, SIX_MORE, fail(2, 'other', 'the window is full')),
    alsoBreaks: ['SND-1'],
  },
  'WIN-3': {
    witness: history(WAITING, ack('m1'), receive('m2'), ret(2), settle),
    violation: history(WINDOW_OF_10, send(1, 'm1', { size: 10 }), settle),
  },
  'WIN-4': {
    witness: history(WINDOW_OF_10, SIX, SIX_MORE, usage(6), settle),
    violation: history(WINDOW_OF_10, usage(-6)),
  },
  'WIN-5': {
    witness: history(
      [WINDOW_OF_10, SIX, SIX_MORE, send(3, 'm3', { size: 1 }), settle],
      [ack('m1'), receive('m2'), receive('m3'), ret(2), ret(3), settle],
    ),
    violation: history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 10 }),
      sent(2, 'm2', { size: 1 }),
      settle,
    ),
  },
  'WIN-6': {
    witness: history(WINDOW_OF_10, send(1, 'm1', { size: 11 }), fail(1, 'too-large'), settle),
    violation: history(WINDOW_OF_10, send(1, 'm1', { size: 11 }), receive('m1')),
  },
  'WIN-7': {
    witness: history(
      [WINDOW_OF_10, send(1, 'm1', { ...PERSISTENT, size: 6 }), receive('m1'), settle],
      [sent(2, 'm2', { size: 10 }), settle],
    ),
    violation: history(
      FIGURES,
      send(1, 'm1', { ...PERSISTENT, size: 6 }),
      receive('m1'),
      usage(6),
      settle,
    ),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-8': {
    witness: history(open({ windowSize: 0 }), SIX, sent(2, 'm2', { size: 6 }), settle),
    violation: history(open({ windowSize: 0 }), send(1, 'm1', { size: 6 }), settle),
  },
  'WIN-9': {
    witness: history(WINDOW_OF_10, SIX, settle, refuse('m1'), sent(2, 'm2', { size: 6 })),
    violation: history(FIGURES, SIX, refuse('m1'), usage(6), settle),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-10': {
    witness: history(WAITING, interrupt(2), fail(2, 'interrupted'), settle),
    violation: history(
      [FIGURES, SIX, send(2, 'm2', { size: 5 })],
      [interrupt(2), fail(2, 'interrupted'), usage(11), settle],
    ),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-11': {
    witness: history(FULL_WINDOW, ack('m1'), settle),
    violation: history(FIGURES, SIX, sent(2, 'm2', { size: 4 }), ack('m2'), usage(2), settle),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-12': {
    witness: WAITING,
    violation: history(FIGURES, SIX, usage(1), settle),
    alsoBreaks: ['WIN-4'],
  },
  'DST-1': {
    witness: history(UNBOUND, send(1, 'm1'), MISDIRECTED),
    violation: history(UNBOUND, send(1, 'm1'), ret(1)),
  },
  'DST-2': {
    witness: history(BOUND, send(1, 'm1', { destination: null }), MISDIRECTED),
    violation: history(BOUND, send(1, 'm1', { destination: null }), ret(1)),
  },
  'DST-3': {
    witness: history(BOUND, send(1, 'm1', { destination: 'invoices' }), MISDIRECTED),
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
