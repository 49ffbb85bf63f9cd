// Lawful histories of odd producers, and beside them what would be unlawful, as in lawful.test.ts: of
// interrupts, transactions, callbacks, and calls on a producer that has ended.
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
  completeWith,
  fail,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  refuseCommit,
  report,
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
import { STRICT } from './model/profile.ts';

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
const IN_T1 = { transaction: 't1' } as const;
const TOLD = [sent(1, 'm1', { completion: true }), settle, ack('m1'), succeed(1)] as const;
const SENT_IN_T1 = [BEGUN, send(2, 'm1'), receive('m1', IN_T1), ret(2)] as const;

describe('a signal that has aborted before the call', () => {
  const ABORTED = { interrupted: true } as const;
  const BLOCKS = { ...ABORTED, ...PERSISTENT } as const;
  lawful({
    'an async send that fits goes out': [open(), sent(1, 'm1', ABORTED), settle],
    'it fails all the same': [open(), send(1, 'm1', ABORTED), fail(1, 'interrupted'), settle],
    'it has gone out, and fails': [
      [open(), send(1, 'm1', ABORTED), receive('m1'), fail(1, 'interrupted'), settle],
    ],
    'a sync send goes out and fails': [
      [open(), send(1, 'm1', BLOCKS), receive('m1'), fail(1, 'interrupted'), settle],
    ],
    'its ack comes first': [
      [open(), send(1, 'm1', BLOCKS), receive('m1'), ack('m1'), ret(1), settle],
    ],
    'it is closed besides: either kind': [
      [open(), close(1), ret(1), send(2, 'm1', ABORTED), fail(2, 'interrupted'), settle],
    ],
  });
  breaks({
    'a sync send waits for its ack': [
      'LIF-5',
      [open(), send(1, 'm1', BLOCKS), receive('m1'), settle],
    ],
    'it waits for space': ['LIF-5', [FULL, send(2, 'm2', { ...ABORTED, size: 10 }), settle]],
    'it fails otherwise': ['LIF-5', [open(), send(1, 'm1', ABORTED), fail(1, 'other')]],
    'it failed, and is sent later': [
      'ORD-6',
      [open(), send(1, 'm1', ABORTED), fail(1, 'interrupted'), settle, receive('m1')],
    ],
  });
});

describe('transactions of odd producers', () => {
  lawful({
    'begin is sent with the first message that fits': [
      [FULL, begin(2), ret(2), send(3, 'm2', { size: 10 }), settle],
      [ack('m1'), receiveOf('begin', 't1'), receive('m2', IN_T1), ret(3), settle],
    ],
    'an empty transaction is never sent at all': [
      [open(), begin(1), ret(1), commit(2), ret(2), begin(3), ret(3), rollback(4), ret(4)],
    ],
    'what follows an unanswered rollback is held back, the begin of an empty transaction with it': [
      [open(), BEGUN, rollback(2), ret(2), receiveOf('rollback', 't1'), begin(3), ret(3)],
      [rollback(4), ret(4), begin(5), ret(5), send(6, 'm1'), ret(6), ackOf('rollback', 't1')],
      [receiveOf('begin', 't2'), receiveOf('rollback', 't2'), receiveOf('begin', 't3')],
      [receive('m1', { transaction: 't3' }), settle],
    ],
    'commit fails because one of its messages was refused': [
      [open(), SENT_IN_T1, ackOf('begin', 't1'), settle, refuse('m1'), report('m1'), settle],
      [commit(3), fail(3, 'refused'), settle],
    ],
    'begin waits for its answer': [
      [open(), begin(1), receiveOf('begin', 't1'), settle, ackOf('begin', 't1'), ret(1), settle],
    ],
    'commit goes out only when all its messages are answered': [
      [open(), SENT_IN_T1, sent(3, 'm2', IN_T1), ackOf('begin', 't1'), commit(4), settle],
      [ack('m1'), settle, refuse('m2'), report('m2'), receiveOf('commit', 't1'), settle],
      [ackOf('commit', 't1'), ret(4), settle],
    ],
    'commit flushes what was sent before its transaction, too': [
      [open(), sent(1, 'm0'), begin(2), receiveOf('begin', 't1'), settle],
      [ackOf('begin', 't1'), ret(2), settle, commit(3), settle],
      [ack('m0'), receiveOf('commit', 't1'), settle, ackOf('commit', 't1'), ret(3), settle],
    ],
    'commit waits until its waiting sends are out': [
      [FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2', { size: 10 }), commit(4)],
      [settle, ack('m1'), receive('m2', IN_T1), ret(3), receiveOf('commit', 't1'), settle],
    ],
    'close rolls back what is open': [
      [open(), SENT_IN_T1, close(3), receiveOf('rollback', 't1'), ret(3), settle],
    ],
    'a refused commit fails the sends of its transaction that still wait for their answers': [
      [open(), BEGUN, send(2, 'm1', { responseRequired: true }), receive('m1', IN_T1), settle],
      [commit(3), receiveOf('commit', 't1'), settle],
      [refuseCommit('t1'), fail(3, 'refused'), fail(2, 'other'), settle],
    ],
  });

  breaks({
    'a commit packet that overtakes a waiting send': [
      'TXN-2',
      [FULL, begin(2), receiveOf('begin', 't1'), ret(2), send(3, 'm2', { size: 10 }), commit(4)],
      [receiveOf('commit', 't1'), settle],
    ],
    'a commit that is not sent although nothing is on its way': [
      'TXN-7',
      [open(), sent(1, 'm0'), begin(2), receiveOf('begin', 't1'), settle],
      [ackOf('begin', 't1'), ret(2), settle, commit(3), settle, ack('m0'), settle],
    ],
    'a rollback that nobody called': ['TXN-2', open(), SENT_IN_T1, receiveOf('rollback', 't1')],
  });
});

describe('what the application is told', () => {
  lawful({
    'a callback that fires before its call returns, but not inside it': [
      [open(), send(1, 'm1', { completion: true }), receive('m1'), ack('m1'), succeed(1), ret(1)],
      [settle],
    ],
    'a send that failed in its call fires its callback as well': [
      [W10, send(1, 'm1', { size: 11, completion: true }), fail(1, 'too-large')],
      [completeWith(1, 'too-large'), settle],
    ],
    'refusals that are reported without a name': [
      [open(), sent(1, 'm1'), sent(2, 'm2'), settle],
      [refuse('m1'), refuse('m2'), report(), report(), settle],
    ],
    'a late refusal of a timed-out send is reported': [
      [WITH_TIMEOUT, send(1, 'm1'), receive('m1'), settle],
      [advance(100), fail(1, 'timeout'), settle, refuse('m1'), report(), settle],
    ],
    'a loss is reported too': [open(), sent(1, 'm1'), lose, report(), report('m1'), settle],
    'callbacks fire at close, or never': [
      [open(), sent(1, 'm1', { completion: true }), sent(2, 'm2', { completion: true }), settle],
      [close(3), ret(3), completeWith(2, 'closed'), settle],
    ],
    'a callback waits behind that of an earlier send which is unanswered': [
      [open(), sent(1, 'm1', { completion: true }), sent(2, 'm2', { completion: true }), settle],
      [ack('m2'), settle, ack('m1'), succeed(1), succeed(2), settle],
    ],
    'a close in a callback is forbidden, and has closed nothing': [
      [open(), TOLD, close(2, 1), fail(2, 'illegal-state'), settle],
      [sent(3, 'm3'), settle, close(4), ret(4), settle],
    ],
    'a begin in a callback is forbidden, and has begun nothing': [
      [open(), TOLD, begin(2, 1), fail(2), settle, sent(3, 'm3'), settle],
    ],
    'a commit in a callback is forbidden, and has ended nothing': [
      [open(), BEGUN, sent(2, 'm1', { completion: true, ...IN_T1 }), settle, ack('m1')],
      [succeed(2), commit(3, 2), fail(3, 'illegal-state'), settle],
      [sent(4, 'm2', IN_T1), settle],
    ],
    'a close in a callback returns, and so does the one that the application has made': [
      [open(), sent(1, 'm1', { completion: true }), settle, close(2), completeWith(1, 'closed')],
      [close(3, 1), ret(3), ret(2), settle],
    ],
    'the error listener sends, told of a message or of none': [
      [open(), sent(1, 'm1'), sent(2, 'm2'), refuse('m1'), refuse('m2'), report('m1')],
      [sent(3, 'm3', { from: 1 }), report(), sent(4, 'm4', { from: 2 }), settle],
    ],
    'a figure of -1 says that the producer is closed': [W10, close(1), ret(1), usage(-1), settle],
  });

  breaks({
    'a close in a callback that never returns': ['LIF-2', [open(), TOLD, close(2, 1), settle]],
    'a close in a callback that fails for another reason': [
      'LIF-2',
      [open(), TOLD, close(2, 1), fail(2, 'other')],
    ],
    'a commit in a callback that is forbidden once it has gone out': [
      'TXN-7',
      [open(), BEGUN, sent(2, 'm1', { completion: true, ...IN_T1 }), settle, ack('m1')],
      [succeed(2), commit(3, 2), receiveOf('commit', 't1'), fail(3, 'illegal-state')],
    ],
    'a callback that waits although every earlier send is answered': [
      'CMP-1',
      [open(), sent(1, 'm1', { completion: true }), sent(2, 'm2', { completion: true }), settle],
      [ack('m1'), ack('m2'), succeed(1), settle],
    ],
    'a refusal reported twice': [
      'ASY-5',
      [open(), send(1, 'm1'), receive('m1'), refuse('m1'), report('m1'), report('m1')],
    ],
  });
});

describe('a closed producer', () => {
  const closed = [FULL, settle, close(2), send(3, 'm3', { size: 10 }), ret(2)] as const;

  breaks({
    'lets a send return that goes nowhere, which took no space': ['ORD-4', closed, ret(3), settle],
    'sends into a full window': ['WIN-1 LIF-4', closed, receive('m3')],
  });
});

describe('begin, commit and rollback at the end of a producer', () => {
  const CLOSED = [open(), close(1), ret(1), settle] as const;
  const LOST = [open(), lose, settle] as const;
  lawful({
    'on a closed producer each fails at once, as closed or as out of place': [
      [CLOSED, begin(2), fail(2, 'closed'), commit(3), fail(3, 'illegal-state'), settle],
      [rollback(4), fail(4, 'closed'), begin(5), fail(5), settle],
    ],
    'on a lost connection likewise': [
      [LOST, begin(2), fail(2, 'connection-lost'), rollback(3), fail(3, 'illegal-state'), settle],
    ],
    'what close and a commit of one turn make of each other is open': [
      [open(), BEGUN, close(2), commit(3), fail(3, 'closed'), ret(2), settle],
    ],
  });
  breaks({
    'a begin that hangs on a closed producer': ['LIF-1', CLOSED, begin(2), settle],
    'a commit that returns on a closed producer': ['LIF-1', CLOSED, commit(2), ret(2)],
    'a commit that goes out on a closed producer, whose transaction was open': [
      'LIF-1',
      [open(), BEGUN, settle, close(2), ret(2), settle],
      [commit(3), receiveOf('commit', 't1'), settle],
    ],
    'a begin that goes out on a closed producer': [
      'LIF-1',
      [CLOSED, begin(2), receiveOf('begin', 't2'), settle],
    ],
    'a rollback that hangs on a lost connection': ['ERR-4', LOST, rollback(2), settle],
    'a begin that returns on a lost connection': ['ERR-4', LOST, begin(2), ret(2)],
    'a close that fails after a loss': ['LIF-2', LOST, close(2), fail(2, 'connection-lost')],
  });
});

describe('a refused begin or rollback', () => {
  const BEGIN_SENT = [open(), begin(1), receiveOf('begin', 't1')] as const;
  const refuseOf = (of: 'begin' | 'rollback') =>
    ({ event: 'refuse', transaction: 't1', of, reason: 'no' }) as const;
  const REFUSED_WHILE_PENDING = [BEGIN_SENT, settle, refuseOf('begin')] as const;
  const REFUSED_AFTER_RETURN = [BEGIN_SENT, ret(1), settle, refuseOf('begin'), settle] as const;
  lawful({
    'a begin that waits throws it, and the next send is outside': [
      [REFUSED_WHILE_PENDING, fail(1, 'refused'), settle, send(2, 'm1', PERSISTENT), receive('m1')],
      [settle, ack('m1'), ret(2), settle],
    ],
    'a begin that had returned: what follows fails': [
      [REFUSED_AFTER_RETURN, send(2, 'm1'), fail(2, 'other'), commit(3), fail(3, 'illegal-state')],
      settle,
    ],
    'a begin that had returned: what follows goes out, inside, and the commit is refused': [
      [REFUSED_AFTER_RETURN, send(2, 'm1'), receive('m1', IN_T1), ret(2), settle, ack('m1')],
      [commit(3), receiveOf('commit', 't1'), settle, refuseCommit('t1'), fail(3, 'refused')],
      settle,
    ],
    'a begin that had returned: what follows goes out outside, and blocks': [
      [REFUSED_AFTER_RETURN, send(2, 'm1', PERSISTENT), receive('m1'), settle],
      [ack('m1'), ret(2), settle],
    ],
    'a rollback that waits throws it': [
      [open(), SENT_IN_T1, settle, rollback(3), receiveOf('rollback', 't1'), settle],
      [refuseOf('rollback'), fail(3, 'refused'), settle],
    ],
    'a rollback that does not wait has returned before': [
      [open(), SENT_IN_T1, settle, rollback(3), receiveOf('rollback', 't1'), ret(3), settle],
      [refuseOf('rollback'), settle],
    ],
  });
  breaks({
    'the begin hangs': ['TXN-7', REFUSED_WHILE_PENDING, settle],
    'the begin returns': ['TXN-7', REFUSED_WHILE_PENDING, ret(1)],
    'a message goes into the transaction that does not exist': [
      'TXN-7',
      [REFUSED_WHILE_PENDING, fail(1, 'refused'), settle, send(2, 'm1'), receive('m1', IN_T1)],
    ],
    'the rollback returns': [
      'TXN-7',
      [open(), SENT_IN_T1, settle, rollback(3), receiveOf('rollback', 't1'), settle],
      [refuseOf('rollback'), ret(3)],
    ],
    'a rollback of which the broker is not told': [
      'TXN-4',
      [open(), SENT_IN_T1, settle, rollback(3), ret(3), settle],
    ],
  });
});

describe('a refusal that ends the connection', () => {
  const REFUSED = [refuse('m1'), { ...lose, refusal: true } as const] as const;
  const TWO = [send(1, 'm1', PERSISTENT), receive('m1'), send(2, 'm2', PERSISTENT), receive('m2')];
  const CALLBACK = [sent(1, 'm1', { completion: true }), settle] as const;
  lawful({
    'all fail for it': [
      [open(), ...TWO, settle, ...REFUSED, fail(1, 'refused'), fail(2, 'refused')],
    ],
    'all fail for the loss': [
      [open(), ...TWO, settle, ...REFUSED, fail(1, 'connection-lost'), fail(2, 'connection-lost')],
    ],
    'a later call fails for it': [
      [
        open(),
        sent(1, 'm1'),
        settle,
        ...REFUSED,
        settle,
        send(2, 'm2'),
        fail(2, 'refused'),
        settle,
      ],
    ],
    'a callback is told of the loss': [
      [open(), ...CALLBACK, ...REFUSED, completeWith(1, 'connection-lost'), settle],
    ],
    'the listener hears of the loss alone': [
      [open(), sent(1, 'm1'), settle, ...REFUSED, report(), settle],
    ],
  });
  breaks({
    'the refused call returns': [
      'SYN-1 SYN-5',
      [open(), ...TWO.slice(0, 2), settle, ...REFUSED, ret(1)],
    ],
    'a callback hides it': ['CMP-3', [open(), ...CALLBACK, ...REFUSED, succeed(1), settle]],
    'another call returns': [
      'SYN-1 ERR-2',
      [open(), ...TWO, settle, ...REFUSED, fail(1, 'refused'), ret(2)],
    ],
  });
});

describe('a message that is sent again', () => {
  const INTERRUPTED_WHILE_IT_WAITED = [
    FULL,
    send(2, 'm2'),
    settle,
    interrupt(2),
    fail(2, 'interrupted'),
    settle,
  ];
  lawful({
    'after its send failed while it waited, under its old id': [
      ...INTERRUPTED_WHILE_IT_WAITED,
      ack('m1'),
      settle,
      sent(4, 'm2'),
      settle,
      ack('m2'),
      settle,
    ],
    'after its destination was put right': [
      W10,
      send(1, 'm1', { destination: null }),
      fail(1, 'invalid-destination'),
      settle,
      sent(2, 'm1'),
      settle,
    ],
  });
  breaks({
    'its former failure is reported again': [
      'SND-1',
      ...INTERRUPTED_WHILE_IT_WAITED,
      ack('m1'),
      settle,
      send(4, 'm2'),
      fail(4, 'interrupted'),
      settle,
    ],
    'it counts as sent, and is not': [
      'ORD-4',
      ...INTERRUPTED_WHILE_IT_WAITED,
      ack('m1'),
      settle,
      send(4, 'm2'),
      ret(4),
      settle,
    ],
  });
});
