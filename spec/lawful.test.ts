// Lawful histories of odd producers, and beside them what would be unlawful, so that no excuse is wider
// than it must be: of sends and their window. Of the other calls see lawful-calls.test.ts, and
// soundness.test.ts for such producers by the thousand.
import { describe, expect, test } from 'vitest';
import {
  BEGUN,
  FULL_WINDOW as FULL,
  PERSISTENT,
  WINDOW_OF_10 as W10,
  ack,
  ackOf,
  advance,
  begin,
  close,
  commit,
  cut,
  entered,
  fail,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  report,
  restore,
  ret,
  rollback,
  send,
  settle,
  succeed,
  sent,
  usage,
  type Steps,
} from './examples/builder.ts';
import { rulesBroken } from './examples/rules-broken.ts';
import { ACTIVEMQ_CLASSIC, STRICT } from './model/profile.ts';

/** By what they show: histories of odd producers that break nothing. */
const lawful = (cases: Readonly<Record<string, readonly Steps[]>>, profile = STRICT) =>
  test.each(Object.entries(cases))('%s', (_, steps) => {
    expect(rulesBroken(profile, steps)).toBe('');
  });

/** By what they show: the rules that a history breaks, and then the history. */
const breaks = (
  cases: Readonly<Record<string, readonly [rules: string, ...Steps[]]>>,
  profile = STRICT,
) =>
  test.each(Object.entries(cases))('not lawful: %s', (_, [rules, ...steps]) => {
    expect(rulesBroken(profile, steps)).toBe(rules);
  });

const WITH_TIMEOUT = open({ windowSize: 10, sendTimeoutMs: 100 });
const UNSEEN = open({ windowSize: 10 }, { observes: 'calls' });
const UNSEEN_FULL = [UNSEEN, send(1, 'm1', { size: 10 }), ret(1), usage(10), settle] as const;
const EXPIRES_SOON = { size: 10, timeToLiveMs: 5 } as const;
const WAITING = [FULL, send(2, 'm2', { size: 10 }), settle] as const;
const SYNC = [open(), send(1, 'm1', PERSISTENT), receive('m1'), settle] as const;
const IN_T1 = { transaction: 't1' } as const;
const SENT_IN_T1 = [BEGUN, send(2, 'm1'), receive('m1', IN_T1), ret(2)] as const;

describe('a packet need not repeat the message', () => {
  const ANONYMOUS = open({ destination: null });
  const TO = { destination: 'orders' } as const;
  const arrives = (changed: object) => [receive('m1', { changed }), ret(1), settle];
  lawful({
    'it names the destination of its producer': [open(), send(1, 'm1'), arrives(TO)],
    'it leaves it out': [open(), send(1, 'm1', TO), arrives({ destination: undefined })],
    'it asks for a response by itself': [
      open(),
      send(1, 'm1'),
      arrives({ responseRequired: true }),
    ],
    'it says that it asks for none': [open(), send(1, 'm1'), arrives({ responseRequired: false })],
  });
  breaks({
    'the only destination is lost': [
      'ORD-5',
      [ANONYMOUS, send(1, 'm1', TO), arrives({ destination: undefined })],
    ],
    'it goes elsewhere': ['ORD-5', [open(), send(1, 'm1'), arrives({ destination: 'invoices' })]],
    'the request for a response is lost': [
      'ORD-5',
      [open(), send(1, 'm1', { responseRequired: true })],
      receive('m1', { changed: { responseRequired: false } }),
    ],
  });
});

describe('racing causes may end either way', () => {
  lawful({
    'ack, then close: the send returns': [SYNC, ack('m1'), close(2), ret(1), ret(2), settle],
    'ack, then close: the send fails': [
      [SYNC, ack('m1'), close(2), fail(1, 'closed'), ret(2), settle],
    ],
    'ack, then interrupt: it returns': [SYNC, ack('m1'), interrupt(1), ret(1), settle],
    'ack, then interrupt: it fails': [
      [SYNC, ack('m1'), interrupt(1), fail(1, 'interrupted'), settle],
    ],
    'refusal and interrupt: either kind': [
      [SYNC, refuse('m1'), interrupt(1), fail(1, 'interrupted'), settle],
    ],
    'timeout, then a late ack: it returns': [
      [WITH_TIMEOUT, send(1, 'm1', PERSISTENT), receive('m1'), settle],
      [advance(100), ack('m1'), ret(1), settle],
    ],
    'timeout, then a late ack: it fails': [
      [WITH_TIMEOUT, send(1, 'm1', PERSISTENT), receive('m1'), settle],
      [advance(100), ack('m1'), fail(1, 'timeout'), settle],
    ],
    'space and an interrupt: the waiting send goes out and fails': [
      [WAITING, ack('m1'), interrupt(2), fail(2, 'interrupted'), receive('m2'), usage(10), settle],
    ],
    'space and a close: the waiting send slips out': [
      [WAITING, ack('m1'), close(3), receive('m2'), ret(2), ret(3), settle],
    ],
    'space and a loss: the waiting send returns': [WAITING, ack('m1'), lose, ret(2), settle],
    'loss, then an interrupt of the send ahead: the next slips through': [
      [WAITING, send(3, 'm3', { size: 1 }), settle],
      [lose, interrupt(2), fail(2, 'interrupted'), ret(3), settle],
    ],
    'space and a rollback: the waiting send slips out': [
      [FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2', { size: 10 }), settle],
      [ack('m1'), rollback(4), receive('m2', IN_T1), ret(3), ret(4), settle],
    ],
    'interrupt and refusal of an async send: its caller was told, so nobody else need be': [
      [open(), send(1, 'm1'), receive('m1'), interrupt(1), refuse('m1'), fail(1, 'interrupted')],
      [settle],
    ],
    'commit, then close: the close comes first and rolls back': [
      [open(), SENT_IN_T1, commit(3), close(4), fail(3, 'closed'), receiveOf('rollback', 't1')],
      [ret(4), settle],
    ],
    'rollback, then close: the rollback fails, and what was on its way arrives': [
      [open(), BEGUN, send(2, 'm1'), ret(2), rollback(3), close(4), fail(3, 'closed')],
      [receive('m1', IN_T1), ret(4), settle],
    ],
    'two causes: a message too large, for nowhere, on a closed producer, may fail for any of them':
      [
        [W10, close(1), ret(1), settle],
        [send(2, 'm1', { size: 11, destination: null }), fail(2, 'too-large')],
        [send(3, 'm2', { size: 11, destination: null }), fail(3, 'invalid-destination')],
        [send(4, 'm3', { size: 11, destination: null }), fail(4, 'closed')],
      ],
    'an empty name is refused where the destination is made': [
      [open(), send(1, 'm1', { destination: '' }), fail(1, 'other')],
    ],
  });

  breaks({
    'a close fails the first waiting send and lets the next out': [
      'LIF-2',
      [W10, sent(1, 'm1', { size: 6 }), send(2, 'm2', { size: 6 }), send(3, 'm3', { size: 4 })],
      [settle, close(4), fail(2, 'closed'), receive('m3')],
    ],
    'a loss alone lets the waiting send return': ['ERR-2', WAITING, lose, ret(2)],
    'the interrupted send went out in a later turn': [
      'WIN-1 ORD-6',
      [WAITING, interrupt(2), fail(2, 'interrupted'), settle, receive('m2')],
    ],
    'the only cause was an interrupt, settled before, and the kind is another': [
      'LIF-5',
      [SYNC, interrupt(1), fail(1, 'timeout')],
    ],
    'a send behind one that is too large, and waits: the fault is that one’s': [
      'WIN-6',
      [W10, send(1, 'm1', { size: 11 }), send(2, 'm2', PERSISTENT), settle],
    ],
    'time that lets nobody time out is no race': ['ERR-2', WAITING, lose, advance(100), ret(2)],
    'a timeout before its time': [
      'SND-1 SYN-6',
      [WITH_TIMEOUT, send(1, 'm1'), receive('m1'), settle, advance(99), fail(1, 'timeout')],
    ],
    'closed and nothing else, but it complains of the size': [
      'LIF-1',
      [W10, close(1), ret(1), send(2, 'm1', { size: 10 }), fail(2, 'too-large')],
    ],
  });
});

describe('invocations recorded early and returns recorded late accuse nobody', () => {
  lawful({
    'a slow returner: returns come after the answers, in any order': [
      [W10, send(1, 'm1', { size: 5 }), entered(1), send(2, 'm2', { size: 5 }), entered(2)],
      [receive('m1'), receive('m2'), ack('m2'), ack('m1'), ret(2), ret(1), settle],
    ],
    'a send invoked before the ack that lets it in': [
      [FULL, send(2, 'm2', { size: 10 }), ack('m1'), receive('m2'), ret(2), usage(10), settle],
    ],
    'a deferred writer: all return, and all is written by the settle point': [
      [W10, send(1, 'm1', { size: 5 }), ret(1), send(2, 'm2', { size: 5 }), ret(2), receive('m1')],
      [receive('m2'), usage(10), settle],
    ],
    'a batching writer that flushes at close': [
      [open(), send(1, 'm1'), ret(1), close(2), receive('m1'), ret(2), settle],
    ],
    'a deferred write that the loss overtakes': [open(), send(1, 'm1'), ret(1), lose, settle],
    'a deferred write that the rollback takes back': [
      [W10, BEGUN, send(2, 'm1', { size: 10 }), ret(2), rollback(3), ret(3), usage(0), settle],
      [sent(4, 'm2', { size: 10 }), settle],
    ],
    'a deferred write that the rollback takes back, its return recorded late': [
      [W10, BEGUN, send(2, 'm1', { size: 10 }), rollback(3), ret(2), ret(3), usage(0), settle],
      [sent(4, 'm2', { size: 10 }), settle],
    ],
    'time that passed before the call had really begun does not shorten its timeout': [
      [WITH_TIMEOUT, send(1, 'm1'), advance(60), receive('m1'), settle, advance(60), settle],
      [advance(40), fail(1, 'timeout'), settle],
    ],
    'messages to different destinations overtake one another': [
      [open({ windowSize: 10, destination: null })],
      [send(1, 'm1', { destination: 'a' }), ret(1), send(2, 'm2', { destination: 'b' }), ret(2)],
      [receive('m2', { changed: { destination: 'b' } })],
      [receive('m1', { changed: { destination: 'a' } }), settle],
    ],
    'a message whose time to live runs out while it waits goes out': [
      [FULL, send(2, 'm2', EXPIRES_SOON), settle, advance(6), settle],
      [ack('m1'), receive('m2', { changed: EXPIRES_SOON }), ret(2), settle],
    ],
    'a figure of usage that was overtaken by an answer': [FULL, usage(10), ack('m1'), settle],
    'a figure of usage that was overtaken by the loss': [FULL, usage(10), lose, settle],
    'a figure that says that there is no window': [open(), usage(-1), settle],
  });

  breaks({
    'a deferred write that is forgotten': ['ORD-4', open(), send(1, 'm1'), ret(1), settle],
    'a message that expired while it waited fails, though nobody asked for a timeout': [
      'SND-1',
      [FULL, send(2, 'm2', EXPIRES_SOON), settle, advance(6), ack('m1'), fail(2, 'timeout')],
    ],
    'messages to one of several destinations overtake one another': [
      'ORD-1',
      [open({ windowSize: 10, destination: null })],
      [send(1, 'm1', { destination: 'a' }), ret(1), send(2, 'm2', { destination: 'a' }), ret(2)],
      [receive('m2', { changed: { destination: 'a' } })],
      [receive('m1', { changed: { destination: 'a' } })],
    ],
    'a message that expired while it waited is dropped': [
      'ORD-4',
      [FULL, send(2, 'm2', EXPIRES_SOON), settle, advance(6), ack('m1'), ret(2), settle],
    ],
    'a figure that is still wrong at the settle point': ['WIN-4', FULL, usage(9), settle],
    'a figure below nothing': ['WIN-4', W10, usage(-1)],
    'deferred writes that exceed the limit once they are written': [
      'WIN-1',
      [W10, send(1, 'm1', { size: 6 }), ret(1), send(2, 'm2', { size: 6 }), ret(2)],
      [receive('m1'), receive('m2')],
    ],
    'a return beside a full window is no deferred write': ['WIN-2', FULL, send(2, 'm2'), ret(2)],
  });
});

describe('a timed send that waits for space', () => {
  const waiting = [
    [WITH_TIMEOUT, sent(1, 'm1', { size: 10, completion: true }), send(2, 'm2'), settle],
    [advance(100)],
  ] as const;
  const admitted = [ack('m1'), succeed(1), receive('m2'), settle] as const;

  lawful({
    'may time out from its call': [waiting, fail(2, 'timeout'), settle],
    'may time out from its admission': [
      [waiting, settle, admitted, advance(100), fail(2, 'timeout'), settle],
    ],
  });

  breaks({
    'pending longer than its timeout after it was received': [
      'SYN-6',
      [waiting, settle, admitted, advance(100), settle],
    ],
  });
});

describe('what cannot be seen is not held against the producer', () => {
  lawful({
    'a sync send that waits for its ack lets async sends pass': [
      [UNSEEN, send(1, 'm1', PERSISTENT), settle, send(2, 'm2'), ret(2), settle],
    ],
    'begin waits for its answer': [UNSEEN, begin(1), settle, ackOf('begin', 't1'), ret(1), settle],
    'a timed send behind one that waits for space may not have been sent': [
      [open({ windowSize: 10, sendTimeoutMs: 100 }, { observes: 'calls' })],
      [send(1, 'm1', { size: 6, completion: true }), ret(1)],
      [send(2, 'm2', { size: 6, completion: true }), send(3, 'm3'), settle, advance(100), settle],
    ],
    'a send that waits for space is refused beforehand, and reported to nobody': [
      [UNSEEN, send(1, 'm1', { size: 10 }), ret(1), send(2, 'm2'), settle, refuse('m2'), settle],
    ],
    'an empty message waits behind a sync send that waits for space': [
      [UNSEEN, send(1, 'm1', { size: 10 }), ret(1), send(2, 'm2', PERSISTENT)],
      [send(3, 'm3', { size: 0 }), settle],
    ],
  });

  breaks({
    'an async send that is pending, and nothing before it': [
      'ASY-1',
      [UNSEEN, send(1, 'm1', PERSISTENT), send(2, 'm2'), settle],
    ],
    "an async send that is pending, its space free but for the producer's own figure": [
      'WIN-3',
      [open({ windowSize: 10 }, { observes: 'calls', supports: ['window'] })],
      [send(1, 'm1', { size: 6 }), ret(1), settle],
      [ack('m1'), send(2, 'm2', { size: 6 }), usage(6), settle],
    ],
    'a timed send that can only wait for its ack': [
      'SYN-6',
      [open({ windowSize: 10, sendTimeoutMs: 100 }, { observes: 'calls' }), send(1, 'm1'), settle],
      [advance(100), settle],
    ],
  });
});

describe('a connection that is cut, and made anew', () => {
  const NOWHERE = [FULL, cut, send(2, 'm2', { destination: null }), settle] as const;
  const BROKEN = [...UNSEEN_FULL, send(2, 'm2', PERSISTENT), settle, cut, settle] as const;

  lawful({
    'what is pending waits for the connection, and then for its answer': [
      [BROKEN, restore, settle, ack('m1'), ack('m2'), ret(2), settle],
    ],
    'what is pending fails, what was in flight is given up and frees its space': [
      [BROKEN, fail(2, 'connection-lost'), usage(0), settle, restore, settle],
      [send(3, 'm3', { size: 10 }), ret(3), usage(10), settle],
    ],
    'what was in flight will be sent again, and keeps its space': [
      [BROKEN, restore, usage(10), settle, send(3, 'm3'), settle],
    ],
    'what was in flight is sent again only after others, and answered much later': [
      [BROKEN, restore, ack('m2'), ret(2), usage(10), settle],
      [send(3, 'm3', { size: 10 }), settle, usage(10), settle],
      [ack('m1'), ret(3), usage(10), settle],
    ],
    'sends in the outage wait, fail, or are taken in': [
      [BROKEN, send(3, 'm3'), ret(3), send(4, 'm4'), fail(4, 'connection-lost'), send(5, 'm5')],
      [settle, usage(10), settle, usage(11), settle],
    ],
    'calls fail although the way to the broker is free again': [
      [BROKEN, restore, settle, send(3, 'm3'), fail(3, 'connection-lost'), settle],
    ],
    'a timed send starts to wait anew': [
      [open({ sendTimeoutMs: 100 }, { observes: 'calls' }), send(1, 'm1', PERSISTENT), settle],
      [advance(90), cut, settle, advance(90), settle, restore, settle],
    ],
    'a send whose destination was never checked fails for something else': [
      [NOWHERE, interrupt(2), fail(2, 'interrupted')],
    ],
    'a refusal may never have come, or twice': [
      [UNSEEN, send(1, 'm1'), ret(1), settle, cut, restore, refuse('m1'), settle],
      [report(undefined), report(undefined), settle],
    ],
  });

  breaks({
    'a destination that is checked only after a wait': [
      'DST-4',
      [NOWHERE, fail(2, 'invalid-destination')],
    ],
    'success in the outage': ['SYN-1', BROKEN, ret(2), settle],
    'an interrupt that is not heeded in the outage': ['LIF-5', BROKEN, interrupt(2, 3), settle],
    'a close that leaves a send waiting': ['LIF-2', BROKEN, close(3), ret(3), settle],
    'a send that goes on waiting once its answer came': [
      'SYN-4',
      [BROKEN, restore, ack('m1'), ack('m2'), settle],
    ],
    'a callback that fires twice': [
      'CMP-1',
      [UNSEEN, send(1, 'm1', { completion: true }), ret(1), settle],
      [cut, restore, ack('m1'), succeed(1), succeed(1), settle],
    ],
    'more space in use than there are unanswered messages': [
      'WIN-4',
      [BROKEN, restore, usage(11), settle],
    ],
  });

  test('is restored only after a cut', () => {
    expect(() => rulesBroken(STRICT, [UNSEEN, restore])).toThrow('a restore without a cut');
  });
});

describe('calls of one turn that race in another process', () => {
  const RACING = open({ windowSize: 10 }, { concurrent: true });
  lawful({
    'an interrupt may come before the call has begun': [
      [RACING, send(1, 'm1', PERSISTENT), interrupt(1), entered(1), receive('m1'), settle],
    ],
    'the later call may begin first': [RACING, send(1, 'm1'), sent(2, 'm2'), receive('m1'), ret(1)],
    'what was written before a close that returned may arrive later': [
      [RACING, send(1, 'm1'), close(2), ret(1), ret(2), receive('m1'), settle],
    ],
    'so may what found space as the close came': [
      [RACING, sent(1, 'm1', { size: 10 }), send(2, 'm2', { size: 10 }), settle],
      [ack('m1'), close(3), ret(2), ret(3), receive('m2'), settle],
    ],
    'a send that fits may wait behind a later one that does not': [
      [RACING, sent(1, 'm1', { size: 6 }), settle],
      [send(2, 'm2', { size: 1 }), send(3, 'm3', { size: 9 }), settle],
    ],
  });
  breaks({
    'an interrupt in a later turn must be heeded': [
      'LIF-5',
      [RACING, send(1, 'm1', PERSISTENT), receive('m1'), settle, interrupt(1), settle],
    ],
    'what arrives a turn after the close was not written before it': [
      'LIF-4',
      [RACING, send(1, 'm1'), close(2), fail(1, 'closed'), ret(2), settle, receive('m1')],
    ],
    'calls of different turns keep their order': [
      'WIN-5',
      [RACING, sent(1, 'm1', { size: 10 }), send(2, 'm2', { size: 10 }), settle],
      [send(3, 'm3', { size: 0 }), receive('m3')],
    ],
  });
});

describe('activemq-classic', () => {
  lawful(
    {
      'a timed send behind a sync send, unseen, may not have been sent': [
        [open({ sendTimeoutMs: 100 }, { observes: 'calls' }), send(1, 'm1'), send(2, 'm2'), settle],
        [advance(100), fail(1, 'timeout'), settle],
      ],
      'the end of one timed send lets the next out just as it times out itself': [
        [open({ sendTimeoutMs: 100 }), send(1, 'm1'), receive('m1'), send(2, 'm2'), settle],
        [advance(100), fail(1, 'timeout'), fail(2, 'timeout'), receive('m2'), settle],
      ],
      'a deferred write of a send that waited past its commit': [
        [FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2'), settle],
        [commit(4), receiveOf('commit', 't1'), settle],
        [ack('m1'), ret(3), receive('m2', IN_T1), settle],
      ],
      'async sends queue behind a sync send': [
        [SYNC, send(2, 'm2'), settle, ack('m1'), ret(1), receive('m2'), ret(2), settle],
      ],
    },
    ACTIVEMQ_CLASSIC,
  );

  breaks(
    {
      'the sync send has ended, and the one behind it still waits': [
        'WIN-8',
        [SYNC, send(2, 'm2'), settle, ack('m1'), ret(1), settle],
      ],
      'a commit that overtakes what had returned before it': [
        'TXN-2',
        [open(), BEGUN, send(2, 'm1'), ret(2), commit(3), receiveOf('commit', 't1')],
        [receive('m1', IN_T1), settle],
      ],
    },
    ACTIVEMQ_CLASSIC,
  );
});

describe('a send that stands behind one that can only fail', () => {
  const W2 = open({ windowSize: 2, destination: null });

  breaks({
    'may be held up by one that is too large': [
      'WIN-6',
      [W10, send(1, 'm1', { size: 11 }), send(2, 'm2'), settle],
    ],
    'may be held up by one whose destination is checked too late, or not at all': [
      'DST-1 DST-4',
      [W2, sent(1, 'm1', { destination: 'a' }), settle],
      [send(2, 'm2', { size: 2 }), send(3, 'm3', { size: 0 }), settle],
    ],
    'may itself be for nowhere': ['DST-1', W2, send(3, 'm3'), settle],
  });
});

describe('what the exhaustive search of small histories brought to light', () => {
  const ten = { size: 10 };
  const overtaken = [W10, send(1, 'm1', ten), send(2, 'm2', ten)] as const;
  const failed = [interrupt(2), fail(2, 'interrupted')] as const;
  const early = [open(), BEGUN, send(2, 'm1'), commit(3), ret(3)] as const;

  lawful({
    'a send fails behind one that goes out': [overtaken, failed, receive('m1'), ret(1), settle],
  });

  breaks({
    'a failed send arrives while an earlier one waits': [
      'WIN-5',
      [overtaken, failed, receive('m2'), settle],
    ],
    'a message is sent after its commit returned': ['TXN-2', early, receive('m1', IN_T1)],
    'a message waits after its commit returned': ['TXN-2', early, settle],
    'a commit fails for a refused message once the broker has committed': [
      'TXN-7',
      [open(), SENT_IN_T1, refuse('m1'), report('m1')],
      [commit(3), receiveOf('commit', 't1'), ackOf('commit', 't1'), fail(3, 'refused')],
    ],
  });
});
