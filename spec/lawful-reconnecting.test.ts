// Lawful histories of producers that make their connection anew, and beside them what would be unlawful.
import { describe, expect, test } from 'vitest';
import type { Resends } from './events/settings.ts';
import {
  PERSISTENT,
  ack,
  advance,
  close,
  completeWith,
  cut,
  fail,
  interrupt,
  lose,
  open,
  receive,
  report,
  restore,
  ret,
  send,
  sent,
  settle,
  succeed,
  usage,
  type Steps,
} from './examples/builder.ts';
import { RESENDS } from './examples/further.ts';
import { rulesBroken } from './examples/rules-broken.ts';
import { CAPABILITIES } from './events/settings.ts';
import { STRICT } from './model/profile.ts';

const CALL = { completion: true } as const;

function reconnects(resends: Resends, settings: Parameters<typeof open>[0] = {}) {
  return open(settings, { resends });
}

/** A window of ten bytes, full, of a producer that sends again. */
const FULL: Steps = [
  reconnects('at-least-once', { windowSize: 10 }),
  sent(1, 'm1', { size: 6 }),
  sent(2, 'm2', { size: 4 }),
];
const SILENT = open(
  {},
  {
    resends: 'at-most-once',
    supports: CAPABILITIES.filter((one) => one !== 'async-errors'),
  },
);

describe('lawful', () => {
  test.each(
    Object.entries<readonly Steps[]>({
      'a blocked caller waits for the answer to what is sent again': [
        [RESENDS, send(1, 'm1', PERSISTENT), receive('m1'), settle, cut, settle],
        [restore, receive('m1'), settle, ack('m1'), ret(1), settle],
      ],
      'what is sent while there is no connection goes out later': [
        [RESENDS, cut, settle, send(1, 'm1'), ret(1), settle],
        [restore, receive('m1'), settle, ack('m1'), settle],
      ],
      'or waits for the connection': [
        [RESENDS, cut, settle, send(1, 'm1'), settle, restore, receive('m1'), ret(1), settle],
      ],
      'or fails at once': [
        [reconnects('never'), cut, settle, send(1, 'm1'), fail(1, 'connection-lost'), settle],
        [restore, settle, sent(2, 'm2'), settle],
      ],
      'what is unanswered is reported instead of sent again': [
        [
          RESENDS,
          send(1, 'm1', PERSISTENT),
          receive('m1'),
          settle,
          cut,
          fail(1, 'connection-lost'),
        ],
        [settle, restore, settle, sent(2, 'm2'), settle],
      ],
      'to its callback': [
        [RESENDS, sent(1, 'm1', CALL), cut, completeWith(1, 'connection-lost'), settle],
        [restore, settle, sent(2, 'm2', CALL), settle, ack('m2'), succeed(2), settle],
      ],
      'to the error listener, by name or for all at once': [
        [
          RESENDS,
          sent(1, 'm1'),
          sent(2, 'm2'),
          cut,
          report('m1'),
          settle,
          restore,
          report(),
          settle,
        ],
      ],
      'or to nobody, since there is no listener': [SILENT, sent(1, 'm1'), cut, restore, settle],
      'an error report need not mean that the message is given up': [
        [RESENDS, sent(1, 'm1'), cut, report('m1'), settle, restore, receive('m1'), settle],
      ],
      'a window keeps its bytes through a cut, and what waits goes behind what is sent again': [
        [FULL, send(3, 'm3', { size: 3 }), settle, usage(10), settle, cut, usage(10), settle],
        [restore, receive('m1'), receive('m2'), usage(10), settle, ack('m1')],
        [receive('m3'), ret(3), settle],
      ],
      'or gives them back at once': [
        [reconnects('at-most-once', { windowSize: 10 }), sent(1, 'm1', { size: 10 }), settle],
        [cut, report('m1'), usage(0), settle, restore, sent(2, 'm2', { size: 10 }), settle],
      ],
      'twice cut, twice sent again': [
        [RESENDS, sent(1, 'm1'), sent(2, 'm2'), cut, restore, receive('m1'), cut, settle],
        [restore, receive('m1'), receive('m2'), settle, ack('m1'), ack('m2'), settle],
      ],
      'an answer that came with the end of the connection may not have been heard': [
        [RESENDS, sent(1, 'm1'), ack('m1'), cut, settle, restore, receive('m1'), settle],
      ],
      'one by one, each after the answer to the last; what is new waits meanwhile, or returns': [
        [RESENDS, sent(1, 'm1'), sent(2, 'm2'), cut, settle, restore, receive('m1'), settle],
        [
          send(3, 'm3', PERSISTENT),
          settle,
          send(4, 'm4'),
          ret(4),
          settle,
          ack('m1'),
          receive('m2'),
        ],
        [settle, ack('m2'), receive('m3'), receive('m4'), settle],
      ],
      'nor to its caller, who waits until it comes again in its turn': [
        [
          RESENDS,
          send(1, 'm1', PERSISTENT),
          receive('m1'),
          send(2, 'm2', PERSISTENT),
          receive('m2'),
        ],
        [settle, ack('m2'), cut, settle, restore, receive('m1'), settle, ack('m1'), receive('m2')],
        [ret(1), ret(2), settle],
      ],
      'behind what was kept as well': [
        [RESENDS, cut, settle, send(1, 'm1'), settle, send(2, 'm2', PERSISTENT), settle, restore],
        [
          receive('m1'),
          ret(1),
          settle,
          ack('m1'),
          receive('m2'),
          settle,
          ack('m2'),
          ret(2),
          settle,
        ],
      ],
      'an answer that may not have been heard is no callback that is due': [
        [RESENDS, sent(1, 'm1', CALL), ack('m1'), cut, settle, restore, receive('m1'), succeed(1)],
        settle,
      ],
      'what was interrupted may come again all the same': [
        [RESENDS, send(1, 'm1', PERSISTENT), receive('m1'), settle, cut, settle],
        [interrupt(1), fail(1, 'interrupted'), settle, restore, receive('m1'), settle],
      ],
      'what has expired need not come again': [
        [RESENDS, sent(1, 'm1', { timeToLiveMs: 100 }), cut, advance(100), restore, settle],
      ],
      'to different destinations no order is kept': [
        [open({ destination: null }, { resends: 'at-least-once' })],
        [sent(1, 'm1', { destination: 'a' }), sent(2, 'm2', { destination: 'b' })],
        [cut, restore, receive('m2'), receive('m1'), settle],
      ],
      'close and loss end everything': [
        [RESENDS, sent(1, 'm1'), cut, settle, lose, settle],
        [RESENDS, sent(1, 'm1'), cut, settle, close(2), ret(2), settle],
      ],
      'a return that crossed the end of the connection is made up for': [
        [open({}, { resends: 'at-least-once', concurrent: true })],
        [send(1, 'm1'), ret(1), cut, settle, restore, settle, receive('m1'), settle],
      ],
    }),
  )('%s', (_, steps) => {
    expect(rulesBroken(STRICT, steps)).toBe('');
  });
});

describe('unlawful', () => {
  test.each(
    Object.entries<readonly [string, ...Steps[]]>({
      'a return while there is no connection, and no message after it': [
        'RSD-1',
        [RESENDS, cut, settle, send(1, 'm1'), ret(1), settle, restore, settle],
      ],
      'what is kept until the rest is answered, and forgotten': [
        'RSD-1',
        [
          RESENDS,
          sent(1, 'm1'),
          cut,
          restore,
          receive('m1'),
          settle,
          send(2, 'm2'),
          ret(2),
          settle,
        ],
        [ack('m1'), settle],
      ],
      'a callback that nobody calls': [
        'RSD-1',
        [reconnects('at-most-once'), sent(1, 'm1', CALL), cut, settle, restore, settle],
      ],
      'a blocked caller that is forgotten': [
        'RSD-1',
        [RESENDS, send(1, 'm1', PERSISTENT), receive('m1'), settle, cut, settle, restore, settle],
      ],
      'sent again against the promise': [
        'RSD-1',
        [reconnects('at-most-once'), sent(1, 'm1'), cut, settle, restore, receive('m1')],
      ],
      'sent again twice': [
        'RSD-1',
        [RESENDS, sent(1, 'm1'), cut, restore, receive('m1'), receive('m1')],
      ],
      'sent again after its failure': [
        'RSD-1',
        [
          RESENDS,
          send(1, 'm1', PERSISTENT),
          receive('m1'),
          cut,
          fail(1, 'connection-lost'),
          settle,
        ],
        [restore, receive('m1')],
      ],
      'behind what is new': [
        'RSD-2',
        [RESENDS, sent(1, 'm1'), cut, restore, sent(2, 'm2'), receive('m1')],
      ],
      'beyond the limit': [
        'RSD-2',
        [open({ windowSize: 10, destination: null }, { resends: 'at-least-once' })],
        [sent(1, 'm1', { size: 10, destination: 'a' }), cut, settle, restore],
        [sent(2, 'm2', { size: 10, destination: 'b' }), receive('m1')],
      ],
      'in another process, only once something later has come': [
        'RSD-1',
        [open({}, { resends: 'at-least-once', concurrent: true }), sent(1, 'm1'), settle, cut],
        [settle, restore, settle, sent(2, 'm2'), settle],
      ],
      'a failure long after the connection is back': [
        'SND-1',
        [RESENDS, cut, settle, restore, settle, send(1, 'm1'), fail(1, 'connection-lost')],
      ],
      'a duplicate that no cut excuses': [
        'ORD-3',
        [RESENDS, cut, settle, restore, settle, sent(1, 'm1'), receive('m1')],
      ],
    }),
  )('%s', (_, [rules, ...steps]) => {
    expect(rulesBroken(STRICT, steps)).toBe(rules);
  });
});
