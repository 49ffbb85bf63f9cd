// Reasons that several mutants share why a rule they do not break may be named as well.
import type { Mutant } from './mutant.ts';

type Reasons = NonNullable<Mutant['also']>;

export const SPACE_IS_MISSING: Reasons = {
  'WIN-4': 'the figure shows it',
  'WIN-3': 'space that is not given back is missing to those that wait',
};

export const SPACE_IS_FREED: Reasons = {
  'WIN-4': 'the figure shows it',
  'WIN-1': 'space that counts as free lets in too much',
};

export const OVERTAKES_ON_THE_WIRE: Reasons = {
  'ORD-2': 'what overtakes in the queue overtakes on the wire',
};

export const NOBODY_MOVES_UP: Reasons = {
  'WIN-10': 'those behind a send that failed while it waited do not move up',
};

export const FAILS_THOUGH_IT_FITS: Reasons = {
  'SND-1': 'a send that would have fitted fails for no cause',
};

export const SENT_IN_ITS_TURN: Reasons = {
  'WIN-10': 'it waited, failed, and was sent',
  'WIN-3': 'it takes space in its turn',
  'TXN-7': 'its transaction waits for it',
};

export const WRITTEN_LATE: Reasons = {
  'WIN-5': 'what is written late is overtaken while others wait',
};

export const SENT_AS_ASYNC: Reasons = {
  'WIN-4': 'a sync send outside is sent as an async one',
  'SND-1': 'a sync send outside is sent as an async one',
  'WIN-3': 'a sync send outside is sent as an async one',
};

export const CHARGED_AS_ASYNC: Reasons = {
  'WIN-4': 'it is charged like an async send',
  'WIN-3': 'it is charged like an async send',
  'SND-1': 'it may be too large for the window',
};

export const NEVER_CALLED_BACK: Reasons = {
  'CMP-1': 'its callback never fires',
  'ERR-3': 'its callback never fires',
};
