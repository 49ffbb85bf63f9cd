// Rules that cannot be broken alone, each with the reason. They are in the book because they say to a
// person what would otherwise have to be worked out.
import {
  fail,
  history,
  interrupt,
  open,
  receive,
  ret,
  send,
  settle,
} from '../../spec/examples/builder.ts';
import type { History } from '../../spec/events/history.ts';
import type { Profile } from '../../spec/model/profile.ts';
import type { RuleId } from '../../spec/rule.ts';

const EXPLAINS =
  'it names the mistake behind a send that is overdue (WIN-3) or a figure that is off (WIN-4)';

/** By rule: why every history that breaks it breaks another as well. */
const CONSEQUENCES: Readonly<Partial<Record<RuleId, string>>> = {
  'WIN-7': EXPLAINS,
  'WIN-9': EXPLAINS,
  'WIN-10': `${EXPLAINS}; that it is never sent is ORD-6`,
  'WIN-11': EXPLAINS,
  'WIN-12': EXPLAINS,
  'SYN-7':
    'a late answer can only do harm that another rule forbids: end a call too early (SYN-1, SYN-6), fail one without a cause (SND-1), let one out that does not fit (WIN-1)',
  'SYN-8': 'a send that a sync send holds up is overdue, by WIN-3 or WIN-8',
  'CMP-5':
    'a send made from a callback is a send like any other, and breaks the rule that any other would',
  'CMP-6': 'a callback that throws can only do harm that another rule forbids to do without it',
  'ERR-3':
    'CMP-1 asks that every callback fires, after a loss as well, and CMP-2 that it reports no success without an ack',
  'LIF-6': EXPLAINS,
  'DST-4':
    'a check that comes after a wait has not failed at once (DST-1 to DST-3); that it takes no space is WIN-4',
};

/** Where a send goes out while there is any room, that it went out at a full window proves nothing. */
const WHERE_ANY_ROOM_WILL_DO: typeof CONSEQUENCES = {
  'WIN-2':
    'a send that is refused for want of space fails without a cause (SND-1); one that returns unsent has not been handed over (ORD-4)',
};

/** The rules that cannot be broken alone under a profile. */
export function consequencesUnder({ admits }: Profile): typeof CONSEQUENCES {
  return admits === 'what-fits' ? CONSEQUENCES : { ...WHERE_ANY_ROOM_WILL_DO, ...CONSEQUENCES };
}

/** By rule: a history that breaks it alone, where the shortest is longer than the tests search. */
export const LONGER: Readonly<Partial<Record<RuleId, History>>> = {
  'WIN-2': history(
    [open({ windowSize: 1 }), send(1, 'm1'), send(2, 'm2', { mode: 'persistent' }), ret(1)],
    [receive('m1'), settle, receive('m2')],
  ),
  // Where it waited for space, WIN-10 says the same; here it waited behind another.
  'ORD-6': history(
    [open({ windowSize: 1 }), send(1, 'm1'), send(2, 'm2'), send(3, 'm3'), ret(1)],
    [receive('m1'), settle, interrupt(3), fail(3, 'interrupted'), settle],
    [interrupt(2), receive('m3')],
  ),
};
