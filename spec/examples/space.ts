// Examples of space: what takes it, what gives it back. Each mistake shows in the producer's own figure.
import {
  ack,
  fail,
  history,
  interrupt,
  open,
  receive,
  refuse,
  ret,
  send,
  settle,
  usage,
  type Examples,
} from './builder.ts';

const WINDOW_OF_10 = open({ windowSize: 10 });
/** Without a listener for refusals, which would have to be told as well. */
const FIGURES = open({ windowSize: 10 }, { supports: ['window', 'usage', 'interrupt'] });

const UNANSWERED = [send(1, 'm1', { size: 6 }), receive('m1'), ret(1)] as const;

export const SPACE_EXAMPLES: Examples = {
  'WIN-7': {
    witness: history(
      WINDOW_OF_10,
      send(1, 'm1', { mode: 'persistent', size: 6 }),
      receive('m1'),
      settle,
      send(2, 'm2', { size: 10 }),
      receive('m2'),
      ret(2),
      settle,
    ),
    violation: history(
      FIGURES,
      send(1, 'm1', { mode: 'persistent', size: 6 }),
      receive('m1'),
      usage(6),
      settle,
    ),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-8': {
    witness: history(
      open({ windowSize: 0 }),
      ...UNANSWERED,
      send(2, 'm2', { size: 6 }),
      receive('m2'),
      ret(2),
      settle,
    ),
    violation: history(open({ windowSize: 0 }), send(1, 'm1', { size: 6 }), settle),
  },
  'WIN-9': {
    witness: history(
      WINDOW_OF_10,
      ...UNANSWERED,
      settle,
      refuse('m1'),
      send(2, 'm2', { size: 6 }),
      receive('m2'),
      ret(2),
    ),
    violation: history(FIGURES, ...UNANSWERED, settle, refuse('m1'), usage(6), settle),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-10': {
    witness: history(
      WINDOW_OF_10,
      ...UNANSWERED,
      send(2, 'm2', { size: 6 }),
      settle,
      interrupt(2),
      fail(2, 'interrupted'),
      settle,
    ),
    violation: history(
      FIGURES,
      ...UNANSWERED,
      send(2, 'm2', { size: 5 }),
      settle,
      interrupt(2),
      fail(2, 'interrupted'),
      usage(11),
      settle,
    ),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-11': {
    witness: history(WINDOW_OF_10, ...UNANSWERED, ack('m1'), settle),
    violation: history(
      FIGURES,
      ...UNANSWERED,
      send(2, 'm2', { size: 4 }),
      receive('m2'),
      ret(2),
      settle,
      ack('m2'),
      usage(2),
      settle,
    ),
    alsoBreaks: ['WIN-4'],
  },
  'WIN-12': {
    witness: history(WINDOW_OF_10, ...UNANSWERED, send(2, 'm2', { size: 6 }), settle),
    violation: history(FIGURES, ...UNANSWERED, usage(1), settle),
    alsoBreaks: ['WIN-4'],
  },
};
