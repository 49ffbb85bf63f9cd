// Lawful histories of odd producers, and beside them what would be unlawful, so that no excuse is wider
// than it must be. See soundness.test.ts for such producers by the thousand.
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import {
  ack,
  ackOf,
  advance,
  begin,
  close,
  commit,
  completeWith,
  cut,
  entered,
  fail,
  history,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  refuseCommit,
  report,
  restore,
  ret,
  rollback,
  send,
  settle,
  succeed,
  usage,
} from './examples/builder.ts';
import type { History } from './events/history.ts';
import { ACTIVEMQ_CLASSIC, STRICT } from './model/profile.ts';

const W10 = open({ windowSize: 10 });
const WITH_TIMEOUT = open({ windowSize: 10, sendTimeoutMs: 100 });
const UNSEEN = open({ windowSize: 10 }, { observes: 'calls' });
const UNSEEN_FULL = [UNSEEN, send(1, 'm1', { size: 10 }), ret(1), usage(10), settle] as const;

const BEGUN = [begin(1), receiveOf('begin', 't1'), ret(1)] as const;

type Case = readonly [what: string, history: History];

const lawful = (cases: readonly Case[], profile = STRICT) =>
  test.each(cases)('%s', (_, events) => {
    expect(check(profile, events).flatMap(({ breach }) => breach ?? [])).toEqual([]);
  });

const breaks = (
  cases: readonly (readonly [...Case, string | readonly string[]])[],
  profile = STRICT,
) =>
  test.each(cases)('not lawful: %s', (_, events, rule) => {
    const breaches = check(profile, events).flatMap(({ breach }) => breach ?? []);
    expect(breaches.map((breach) => breach.rule)).toEqual([rule].flat());
  });

const persistent = { mode: 'persistent' } as const;
const FULL = [W10, send(1, 'm1', { size: 10 }), receive('m1'), ret(1)] as const;
const WAITING = [...FULL, send(2, 'm2', { size: 10 }), settle] as const;
const SYNC = [open(), send(1, 'm1', persistent), receive('m1'), settle] as const;
const IN_T1 = { transaction: 't1' } as const;
const SENT_IN_T1 = [...BEGUN, send(2, 'm1'), receive('m1', IN_T1), ret(2)] as const;

describe('racing causes may end either way', () => {
  lawful([
    [
      'ack, then close: the send returns',
      history(...SYNC, ack('m1'), close(2), ret(1), ret(2), settle),
    ],
    [
      'ack, then close: the send fails',
      history(...SYNC, ack('m1'), close(2), fail(1, 'closed'), ret(2), settle),
    ],
    ['ack, then interrupt: it returns', history(...SYNC, ack('m1'), interrupt(1), ret(1), settle)],
    [
      'ack, then interrupt: it fails',
      history(...SYNC, ack('m1'), interrupt(1), fail(1, 'interrupted'), settle),
    ],
    [
      'refusal and interrupt: either kind',
      history(...SYNC, refuse('m1'), interrupt(1), fail(1, 'interrupted'), settle),
    ],
    [
      'timeout, then a late ack: it returns',
      history(
        [WITH_TIMEOUT, send(1, 'm1', persistent), receive('m1'), settle],
        [advance(100), ack('m1'), ret(1), settle],
      ),
    ],
    [
      'timeout, then a late ack: it fails',
      history(
        [WITH_TIMEOUT, send(1, 'm1', persistent), receive('m1'), settle],
        [advance(100), ack('m1'), fail(1, 'timeout'), settle],
      ),
    ],
    [
      'space and an interrupt: the waiting send goes out and fails',
      history(
        [...WAITING, ack('m1'), interrupt(2), fail(2, 'interrupted'), receive('m2')],
        [usage(10), settle],
      ),
    ],
    [
      'space and a close: the waiting send slips out',
      history(...WAITING, ack('m1'), close(3), receive('m2'), ret(2), ret(3), settle),
    ],
    [
      'space and a loss: the waiting send returns',
      history(...WAITING, ack('m1'), lose, ret(2), settle),
    ],
    [
      'loss, then an interrupt of the send ahead: the next slips through',
      history(
        [...WAITING, send(3, 'm3', { size: 1 }), settle],
        [lose, interrupt(2), fail(2, 'interrupted'), ret(3), settle],
      ),
    ],
    [
      'space and a rollback: the waiting send slips out',
      history(
        [...FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2', { size: 10 })],
        [settle],
        [ack('m1'), rollback(4), receive('m2', IN_T1), ret(3), ret(4), settle],
      ),
    ],
    [
      'interrupt and refusal of an async send: its caller was told, so nobody else need be',
      history(
        [open(), send(1, 'm1'), receive('m1'), interrupt(1), refuse('m1')],
        [fail(1, 'interrupted'), settle],
      ),
    ],
    [
      'commit, then close: the close comes first and rolls back',
      history(
        [open(), ...SENT_IN_T1, commit(3), close(4), fail(3, 'closed')],
        [receiveOf('rollback', 't1'), ret(4), settle],
      ),
    ],
    [
      'rollback, then close: the rollback fails, and what was on its way arrives',
      history(
        [open(), ...BEGUN, send(2, 'm1'), ret(2), rollback(3), close(4), fail(3, 'closed')],
        [receive('m1', IN_T1), ret(4), settle],
      ),
    ],
    [
      'two causes: a message too large, for nowhere, on a closed producer, may fail for any of them',
      history(
        [W10, close(1), ret(1), settle],
        [send(2, 'm1', { size: 11, destination: null }), fail(2, 'too-large')],
        [send(3, 'm2', { size: 11, destination: null }), fail(3, 'invalid-destination')],
        [send(4, 'm3', { size: 11, destination: null }), fail(4, 'closed')],
      ),
    ],
  ]);

  breaks([
    [
      'a close fails the first waiting send and lets the next out',
      history(
        [W10, send(1, 'm1', { size: 6 }), receive('m1'), ret(1)],
        [send(2, 'm2', { size: 6 }), send(3, 'm3', { size: 4 }), settle],
        [close(4), fail(2, 'closed'), receive('m3')],
      ),
      'LIF-2',
    ],
    ['a loss alone lets the waiting send return', history(...WAITING, lose, ret(2)), 'ERR-2'],
    [
      'the interrupted send went out in a later turn',
      history(...WAITING, interrupt(2), fail(2, 'interrupted'), settle, receive('m2')),
      ['WIN-10', 'ORD-6'],
    ],
    [
      'the only cause was an interrupt, settled before, and the kind is another',
      history(...SYNC, interrupt(1), fail(1, 'timeout')),
      'LIF-5',
    ],
    [
      'a send behind one that is too large, and waits: the fault is that one’s',
      history(W10, send(1, 'm1', { size: 11 }), send(2, 'm2', persistent), settle),
      'WIN-6',
    ],
    [
      'time that lets nobody time out is no race',
      history(...WAITING, lose, advance(100), ret(2)),
      'ERR-2',
    ],
    [
      'a timeout before its time',
      history(WITH_TIMEOUT, send(1, 'm1'), receive('m1'), settle, advance(99), fail(1, 'timeout')),
      'SYN-6',
    ],
    [
      'closed and nothing else, but it complains of the size',
      history(W10, close(1), ret(1), send(2, 'm1', { size: 10 }), fail(2, 'too-large')),
      'LIF-1',
    ],
  ]);
});

describe('invocations recorded early and returns recorded late accuse nobody', () => {
  lawful([
    [
      'a slow returner: returns come after the answers, in any order',
      history(
        [W10, send(1, 'm1', { size: 5 }), entered(1), send(2, 'm2', { size: 5 }), entered(2)],
        [receive('m1'), receive('m2'), ack('m2'), ack('m1'), ret(2), ret(1), settle],
      ),
    ],
    [
      'a send invoked before the ack that lets it in',
      history(
        [...FULL, send(2, 'm2', { size: 10 }), ack('m1'), receive('m2'), ret(2), usage(10)],
        [settle],
      ),
    ],
    [
      'a deferred writer: all return, and all is written by the settle point',
      history(
        [W10, send(1, 'm1', { size: 5 }), ret(1), send(2, 'm2', { size: 5 }), ret(2)],
        [receive('m1'), receive('m2'), usage(10), settle],
      ),
    ],
    [
      'a batching writer that flushes at close',
      history(open(), send(1, 'm1'), ret(1), close(2), receive('m1'), ret(2), settle),
    ],
    [
      'a deferred write that the loss overtakes',
      history(open(), send(1, 'm1'), ret(1), lose, settle),
    ],
    [
      'a deferred write that the rollback takes back',
      history(
        [W10, ...BEGUN, send(2, 'm1', { size: 10 }), ret(2), rollback(3), ret(3), usage(0)],
        [settle],
        [send(4, 'm2', { size: 10 }), receive('m2'), ret(4), settle],
      ),
    ],
    [
      'a deferred write that the rollback takes back, its return recorded late',
      history(
        [W10, ...BEGUN, send(2, 'm1', { size: 10 }), rollback(3), ret(2), ret(3), usage(0)],
        [settle],
        [send(4, 'm2', { size: 10 }), receive('m2'), ret(4), settle],
      ),
    ],
    [
      'time that passed before the call had really begun does not shorten its timeout',
      history(
        [WITH_TIMEOUT, send(1, 'm1'), advance(60), receive('m1'), settle],
        [advance(60), settle],
        [advance(40), fail(1, 'timeout'), settle],
      ),
    ],
    [
      'a figure of usage that was overtaken by an answer',
      history(...FULL, usage(10), ack('m1'), settle),
    ],
    ['a figure of usage that was overtaken by the loss', history(...FULL, usage(10), lose, settle)],
    ['a figure that says that there is no window', history(open(), usage(-1), settle)],
  ]);

  breaks([
    ['a deferred write that is forgotten', history(open(), send(1, 'm1'), ret(1), settle), 'ORD-4'],
    [
      'a figure that is still wrong at the settle point',
      history(...FULL, usage(9), settle),
      'WIN-4',
    ],
    ['a figure below nothing', history(W10, usage(-1)), 'WIN-4'],
    [
      'a return beyond the limit is no deferred write',
      history(W10, send(1, 'm1', { size: 6 }), ret(1), send(2, 'm2', { size: 6 }), ret(2)),
      'WIN-1',
    ],
  ]);
});

describe('a timed send that waits for space', () => {
  const waiting = [
    WITH_TIMEOUT,
    send(1, 'm1', { size: 10, completion: true }),
    receive('m1'),
    ret(1),
    send(2, 'm2'),
    settle,
    advance(100),
  ] as const;
  const admitted = [ack('m1'), succeed(1), receive('m2'), settle] as const;

  lawful([
    ['may time out from its call', history(...waiting, fail(2, 'timeout'), settle)],
    [
      'may time out from its admission',
      history(...waiting, settle, ...admitted, advance(100), fail(2, 'timeout'), settle),
    ],
  ]);

  breaks([
    [
      'pending longer than its timeout after it was received',
      history(...waiting, settle, ...admitted, advance(100), settle),
      'SYN-6',
    ],
  ]);
});

describe('transactions of odd producers', () => {
  lawful([
    [
      'begin is sent with the first message that fits',
      history(
        [...FULL, begin(2), ret(2), send(3, 'm2', { size: 10 }), settle],
        [ack('m1'), receiveOf('begin', 't1'), receive('m2', IN_T1), ret(3), settle],
      ),
    ],
    [
      'an empty transaction is never sent at all',
      history(open(), begin(1), ret(1), commit(2), ret(2), begin(3), ret(3), rollback(4), ret(4)),
    ],
    [
      'what follows an unanswered rollback is held back, the begin of an empty transaction with it',
      history(
        [open(), begin(1), receiveOf('begin', 't1'), ret(1), rollback(2), ret(2)],
        [receiveOf('rollback', 't1'), begin(3), ret(3), rollback(4), ret(4), begin(5), ret(5)],
        [send(6, 'm1'), ret(6), ackOf('rollback', 't1'), receiveOf('begin', 't2')],
        [receiveOf('rollback', 't2'), receiveOf('begin', 't3')],
        [receive('m1', { transaction: 't3' }), settle],
      ),
    ],
    [
      'commit fails because one of its messages was refused',
      history(
        [open(), ...SENT_IN_T1, ackOf('begin', 't1'), settle, refuse('m1'), report('m1'), settle],
        [commit(3), fail(3, 'refused'), settle],
      ),
    ],
    [
      'begin waits for its answer',
      history(
        [open(), begin(1), receiveOf('begin', 't1'), settle],
        [ackOf('begin', 't1'), ret(1), settle],
      ),
    ],
    [
      'commit goes out only when all its messages are answered',
      history(
        [open(), ...SENT_IN_T1, send(3, 'm2'), receive('m2', IN_T1), ret(3)],
        [ackOf('begin', 't1'), commit(4), settle],
        [ack('m1'), settle],
        [refuse('m2'), report('m2'), receiveOf('commit', 't1'), settle],
        [ackOf('commit', 't1'), ret(4), settle],
      ),
    ],
    [
      'commit flushes what was sent before its transaction, too',
      history(
        [open(), send(1, 'm0'), receive('m0'), ret(1), begin(2), receiveOf('begin', 't1'), settle],
        [ackOf('begin', 't1'), ret(2), settle, commit(3), settle],
        [ack('m0'), receiveOf('commit', 't1'), settle, ackOf('commit', 't1'), ret(3), settle],
      ),
    ],
    [
      'commit waits until its waiting sends are out',
      history(
        [...FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2', { size: 10 })],
        [commit(4), settle],
        [ack('m1'), receive('m2', IN_T1), ret(3), receiveOf('commit', 't1'), settle],
      ),
    ],
    [
      'close rolls back what is open',
      history(open(), ...SENT_IN_T1, close(3), receiveOf('rollback', 't1'), ret(3), settle),
    ],
    [
      'a refused commit fails the sends of its transaction that still wait for their answers',
      history(
        [open(), ...BEGUN, send(2, 'm1', { responseRequired: true }), receive('m1', IN_T1)],
        [settle],
        [commit(3), receiveOf('commit', 't1'), settle],
        [refuseCommit('t1'), fail(3, 'refused'), fail(2, 'other'), settle],
      ),
    ],
  ]);

  breaks([
    [
      'a commit packet that overtakes a waiting send',
      history(
        ...FULL,
        [begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2', { size: 10 })],
        [commit(4), receiveOf('commit', 't1'), settle],
      ),
      'TXN-2',
    ],
    [
      'a commit that is not sent although nothing is on its way',
      history(
        [open(), send(1, 'm0'), receive('m0'), ret(1), begin(2), receiveOf('begin', 't1'), settle],
        [ackOf('begin', 't1'), ret(2), settle, commit(3), settle, ack('m0'), settle],
      ),
      'TXN-7',
    ],
    [
      'a rollback that nobody called',
      history(open(), ...SENT_IN_T1, receiveOf('rollback', 't1')),
      'TXN-2',
    ],
  ]);
});

describe('what the application is told', () => {
  lawful([
    [
      'a callback that fires before its call returns, but not inside it',
      history(
        [open(), send(1, 'm1', { completion: true }), receive('m1'), ack('m1'), succeed(1)],
        [ret(1), settle],
      ),
    ],
    [
      'a send that failed in its call fires its callback as well',
      history(
        [W10, send(1, 'm1', { size: 11, completion: true }), fail(1, 'too-large')],
        [completeWith(1, 'too-large'), settle],
      ),
    ],
    [
      'refusals that are reported without a name',
      history(
        open(),
        [send(1, 'm1'), receive('m1'), ret(1), send(2, 'm2'), receive('m2'), ret(2), settle],
        [refuse('m1'), refuse('m2'), report(), report(), settle],
      ),
    ],
    [
      'a late refusal of a timed-out send is reported',
      history(
        WITH_TIMEOUT,
        [send(1, 'm1'), receive('m1'), settle, advance(100), fail(1, 'timeout'), settle],
        [refuse('m1'), report(), settle],
      ),
    ],
    [
      'a loss is reported too',
      history(open(), send(1, 'm1'), receive('m1'), ret(1), lose, report(), report('m1'), settle),
    ],
    [
      'callbacks fire at close, or never',
      history(
        [open()],
        [send(1, 'm1', { completion: true }), receive('m1'), ret(1)],
        [send(2, 'm2', { completion: true }), receive('m2'), ret(2), settle],
        [close(3), ret(3), completeWith(2, 'closed'), settle],
      ),
    ],
  ]);

  breaks([
    [
      'a refusal reported twice',
      history(open(), send(1, 'm1'), receive('m1'), refuse('m1'), report('m1'), report('m1')),
      'ASY-5',
    ],
  ]);
});

describe('what cannot be seen is not held against the producer', () => {
  lawful([
    [
      'a sync send that waits for its ack lets async sends pass',
      history(UNSEEN, send(1, 'm1', persistent), settle, send(2, 'm2'), ret(2), settle),
    ],
    [
      'begin waits for its answer',
      history(UNSEEN, begin(1), settle, ackOf('begin', 't1'), ret(1), settle),
    ],
    [
      'a timed send behind one that waits for space may not have been sent',
      history(
        [open({ windowSize: 10, sendTimeoutMs: 100 }, { observes: 'calls' })],
        [send(1, 'm1', { size: 6, completion: true }), ret(1)],
        [send(2, 'm2', { size: 6, completion: true }), send(3, 'm3'), settle],
        [advance(100), settle],
      ),
    ],
    [
      'a send that waits for space is refused beforehand, and reported to nobody',
      history(
        [UNSEEN, send(1, 'm1', { size: 10 }), ret(1), send(2, 'm2'), settle],
        [refuse('m2'), settle],
      ),
    ],
    [
      'an empty message waits behind a sync send that waits for space',
      history(
        [UNSEEN, send(1, 'm1', { size: 10 }), ret(1), send(2, 'm2', persistent)],
        [send(3, 'm3', { size: 0 }), settle],
      ),
    ],
  ]);

  breaks([
    [
      'an async send that is pending, and nothing before it',
      history(UNSEEN, send(1, 'm1', persistent), send(2, 'm2'), settle),
      'ASY-1',
    ],
    [
      "an async send that is pending, its space free but for the producer's own figure",
      history(
        [open({ windowSize: 10 }, { observes: 'calls', supports: ['window'] })],
        [send(1, 'm1', { size: 6 }), ret(1), settle, ack('m1')],
        [send(2, 'm2', { size: 6 }), usage(6), settle],
      ),
      'WIN-3',
    ],
    [
      'a timed send that can only wait for its ack',
      history(open({ windowSize: 10, sendTimeoutMs: 100 }, { observes: 'calls' }), [
        send(1, 'm1'),
        settle,
        advance(100),
        settle,
      ]),
      'SYN-6',
    ],
  ]);
});

describe('a connection that is cut, and made anew', () => {
  const BROKEN = [...UNSEEN_FULL, send(2, 'm2', persistent), settle, cut, settle] as const;

  lawful([
    [
      'what is pending waits for the connection, and then for its answer',
      history(BROKEN, [restore, settle], [ack('m1'), ack('m2'), ret(2), settle]),
    ],
    [
      'what is pending fails, what was in flight is given up and frees its space',
      history(
        [...BROKEN, fail(2, 'connection-lost'), usage(0), settle, restore, settle],
        [send(3, 'm3', { size: 10 }), ret(3), usage(10), settle],
      ),
    ],
    [
      'what was in flight will be sent again, and keeps its space',
      history([...BROKEN, restore, usage(10), settle, send(3, 'm3'), settle]),
    ],
    [
      'what was in flight is sent again only after others, and answered much later',
      history(
        [...BROKEN, restore, ack('m2'), ret(2), usage(10), settle, send(3, 'm3', { size: 10 })],
        [settle, usage(10), settle, ack('m1'), ret(3), usage(10), settle],
      ),
    ],
    [
      'sends in the outage wait, fail, or are taken in',
      history(
        [...BROKEN, send(3, 'm3'), ret(3), send(4, 'm4'), fail(4, 'connection-lost')],
        [send(5, 'm5'), settle, usage(10), settle, usage(11), settle],
      ),
    ],
    [
      'calls fail although the way to the broker is free again',
      history(BROKEN, restore, settle, send(3, 'm3'), fail(3, 'connection-lost'), settle),
    ],
    [
      'a timed send starts to wait anew',
      history(
        [open({ sendTimeoutMs: 100 }, { observes: 'calls' }), send(1, 'm1', persistent), settle],
        [advance(90), cut, settle, advance(90), settle, restore, settle],
      ),
    ],
    [
      'a refusal may never have come, or twice',
      history(
        [UNSEEN, send(1, 'm1'), ret(1), settle, cut, restore, refuse('m1'), settle],
        [report(undefined), report(undefined), settle],
      ),
    ],
  ]);

  breaks([
    ['success in the outage', history(BROKEN, ret(2), settle), 'SYN-1'],
    [
      'an interrupt that is not heeded in the outage',
      history(BROKEN, interrupt(2, 3), settle),
      'LIF-5',
    ],
    ['a close that leaves a send waiting', history(BROKEN, close(3), ret(3), settle), 'LIF-2'],
    [
      'a send that goes on waiting once its answer came',
      history(BROKEN, restore, ack('m1'), ack('m2'), settle),
      'SYN-4',
    ],
    [
      'a callback that fires twice',
      history(
        [UNSEEN, send(1, 'm1', { completion: true }), ret(1), settle, cut, restore, ack('m1')],
        [succeed(1), succeed(1), settle],
      ),
      'CMP-1',
    ],
    [
      'more space in use than there are unanswered messages',
      history(BROKEN, restore, usage(11), settle),
      'WIN-4',
    ],
  ]);

  test('is restored only after a cut', () => {
    expect(() => check(STRICT, history(UNSEEN, restore))).toThrow('a restore without a cut');
  });
});

describe('calls of one turn that race in another process', () => {
  const RACING = open({ windowSize: 10 }, { concurrent: true });
  lawful([
    [
      'an interrupt may come before the call has begun',
      history(RACING, send(1, 'm1', persistent), interrupt(1), entered(1), receive('m1'), settle),
    ],
    [
      'the later call may begin first',
      history(RACING, send(1, 'm1'), send(2, 'm2'), receive('m2'), ret(2), receive('m1'), ret(1)),
    ],
    [
      'what was written before a close that returned may arrive later',
      history(RACING, send(1, 'm1'), close(2), ret(1), ret(2), receive('m1'), settle),
    ],
    [
      'so may what found space as the close came',
      history(
        [RACING, send(1, 'm1', { size: 10 }), receive('m1'), ret(1), send(2, 'm2', { size: 10 })],
        [settle, ack('m1'), close(3), ret(2), ret(3), receive('m2'), settle],
      ),
    ],
    [
      'a send that fits may wait behind a later one that does not',
      history(
        [RACING, send(1, 'm1', { size: 6 }), receive('m1'), ret(1), settle],
        [send(2, 'm2', { size: 1 }), send(3, 'm3', { size: 9 }), settle],
      ),
    ],
  ]);
  breaks([
    [
      'an interrupt in a later turn must be heeded',
      history(RACING, send(1, 'm1', persistent), receive('m1'), settle, interrupt(1), settle),
      'LIF-5',
    ],
    [
      'what arrives a turn after the close was not written before it',
      history(RACING, send(1, 'm1'), close(2), fail(1, 'closed'), ret(2), settle, receive('m1')),
      'LIF-4',
    ],
    [
      'calls of different turns keep their order',
      history(
        [RACING, send(1, 'm1', { size: 10 }), receive('m1'), ret(1), send(2, 'm2', { size: 10 })],
        [settle, send(3, 'm3', { size: 0 }), receive('m3')],
      ),
      'WIN-5',
    ],
  ]);
});

describe('activemq-classic', () => {
  lawful(
    [
      [
        'a timed send behind a sync send, unseen, may not have been sent',
        history(open({ sendTimeoutMs: 100 }, { observes: 'calls' }), [
          send(1, 'm1'),
          send(2, 'm2'),
          settle,
          advance(100),
          fail(1, 'timeout'),
          settle,
        ]),
      ],
      [
        'the end of one timed send lets the next out just as it times out itself',
        history(
          open({ sendTimeoutMs: 100 }),
          [send(1, 'm1'), receive('m1'), send(2, 'm2'), settle, advance(100)],
          [fail(1, 'timeout'), fail(2, 'timeout'), receive('m2'), settle],
        ),
      ],
      [
        'a deferred write of a send that waited past its commit',
        history(
          [...FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2'), settle],
          [commit(4), receiveOf('commit', 't1'), settle, ack('m1'), ret(3)],
          [receive('m2', IN_T1), settle],
        ),
      ],
      [
        'async sends queue behind a sync send',
        history(...SYNC, send(2, 'm2'), settle, ack('m1'), ret(1), receive('m2'), ret(2), settle),
      ],
    ],
    ACTIVEMQ_CLASSIC,
  );

  breaks(
    [
      [
        'the sync send has ended, and the one behind it still waits',
        history(...SYNC, send(2, 'm2'), settle, ack('m1'), ret(1), settle),
        'WIN-8',
      ],
      [
        'a commit that overtakes what had returned before it',
        history(
          [open(), ...BEGUN, send(2, 'm1'), ret(2), commit(3), receiveOf('commit', 't1')],
          [receive('m1', IN_T1), settle],
        ),
        'TXN-2',
      ],
    ],
    ACTIVEMQ_CLASSIC,
  );
});
