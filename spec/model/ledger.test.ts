// The ledger's facts, folded from histories: who is charged, who waits, what was decided when.
import { describe, expect, test } from 'vitest';
import {
  BEGUN,
  FULL_WINDOW,
  PERSISTENT,
  WINDOW_OF_10 as W10,
  ack,
  advance,
  close,
  commit,
  fail,
  history,
  interrupt,
  lose,
  open,
  receive,
  receiveOf,
  refuse,
  refuseCommit,
  ret,
  rollback,
  send,
  sent,
  settle,
  type Steps,
} from '../examples/builder.ts';
import type { HistoryEvent, OpenEvent } from '../events/history.ts';
import { Ledger } from './ledger.ts';
import { ACTIVEMQ_CLASSIC, STRICT } from './profile.ts';
import { nextTurn, step } from './step.ts';

const UNSEEN = open({ windowSize: 10 }, { observes: 'calls' });
const WITH_TIMEOUT = open({ windowSize: 10, sendTimeoutMs: 100 });

function fold(profile = STRICT, ...steps: Steps[]): Ledger {
  const [first, ...rest] = history(...steps);
  const ledger = new Ledger(first as OpenEvent, profile);
  for (const event of rest) apply(ledger, event);
  return ledger;
}

function apply(ledger: Ledger, event: HistoryEvent): void {
  step(ledger, event);
  if (event.event === 'settle') nextTurn(ledger);
}

/** Usage after each step but the first, so that every change can be seen. */
function usageAfterEach(...steps: Steps[]): number[] {
  const [first, ...rest] = history(...steps);
  const ledger = new Ledger(first as OpenEvent);
  return rest.map((event) => {
    apply(ledger, event);
    return ledger.account.usage;
  });
}

const idsOf = (sends: Iterable<{ message: { id: string } }>) =>
  [...sends].map(({ message }) => message.id);

describe('charging', () => {
  const four = send(1, 'm1', { size: 4 });
  const [m1, m2] = [receive('m1'), receive('m2')];
  const big = [send(1, 'm1', { size: 2 ** 31 }), send(2, 'm2', { size: 2 ** 31 + 1 })] as const;

  test.each(
    Object.entries<readonly [usages: readonly number[], ...Steps[]]>({
      'a charge is taken at the receipt, once, not at the invocation or the return': [
        [0, 4, 4, 4],
        [W10, four, m1, ret(1), settle],
      ],
      'a deferred write is charged when it is received, not at the return': [
        [0, 0, 4, 4],
        [W10, four, ret(1), m1, settle],
      ],
      'where packets are unseen, a charge is taken at the return': [
        [0, 0, 4, 4, 0],
        [UNSEEN, four, settle, ret(1), settle, ack('m1')],
      ],
      'an ack gives the charge back, once': [
        [0, 0, 4, 5, 1, 1, 1],
        [W10, four, send(2, 'm2'), m1, m2, ack('m1'), ack('m1'), refuse('m1')],
      ],
      'a refusal gives the charge back, once': [
        [0, 4, 0, 0, 0],
        [W10, four, m1, refuse('m1'), refuse('m1'), ack('m1')],
      ],
      'an answer before the return leaves nothing to charge': [
        [0, 4, 0, 0],
        [W10, four, m1, ack('m1'), ret(1)],
      ],
      'a sync send takes no space': [[0, 0], W10, send(1, 'm1', { size: 4, ...PERSISTENT }), m1],
      'a timed send takes no space': [[0, 0], WITH_TIMEOUT, four, m1],
      'what the producer says it charges counts, not the size': [
        [0, 7],
        [W10, send(1, 'm1', { size: 2, charge: 7 }), m1],
      ],
      'sizes above 2^31 are counted exactly': [
        [0, 0, 2 ** 31, 2 ** 32 + 1, 2 ** 31],
        [open({ windowSize: 2 ** 33 }), big, m1, m2, ack('m2')],
      ],
      'a message that failed in its call and was written anyway takes space until its answer': [
        [0, 0, 0, 4, 0],
        [W10, four, interrupt(1), fail(1, 'interrupted'), m1, ack('m1')],
      ],
      'losing the connection frees everything, and nothing is charged after': [
        [0, 4, 4, 0, 0],
        [W10, four, m1, send(2, 'm2', { size: 4 }), lose, ret(2)],
      ],
      'a rollback frees nothing that was written; what was not never took space': [
        [0, 0, 0, 0, 0, 4, 4, 4, 4, 0],
        [W10, BEGUN, send(2, 'm1', { size: 4 }), send(3, 'm2')],
        [receive('m1', { transaction: 't1' }), ret(2), ret(3), rollback(4), ack('m1')],
      ],
      'a rollback leaves alone what is outside the transaction': [
        [0, 4, 4, 4, 4, 4, 4, 4],
        [W10, sent(5, 'm1', { size: 4 }), BEGUN, send(2, 'm2'), rollback(3)],
      ],
      'a rollback does not keep a late write from taking space': [
        [0, 0, 0, 0, 0, 0, 4, 0],
        [W10, BEGUN, send(2, 'm1', { size: 4 }), ret(2), rollback(3)],
        [receive('m1', { transaction: 't1' }), ack('m1')],
      ],
      'a return recorded late takes no space for what was rolled back': [
        [0, 0, 0, 0, 0, 0],
        [W10, BEGUN, send(2, 'm1', { size: 4 }), rollback(3), ret(2)],
      ],
    }),
  )('%s', (_, [usages, ...steps]) => {
    expect(usageAfterEach(...steps)).toEqual(usages);
  });

  test('the first answer counts', () => {
    const ledger = fold(STRICT, W10, send(1, 'm1'), m1, refuse('m1'), ack('m1'));
    expect(ledger.sendOf('m1')?.answer).toBe('refuse');
  });

  test('completion sends take space under strict, and none under activemq-classic', () => {
    const steps = [W10, sent(1, 'm1', { size: 4, completion: true })];
    expect(fold(STRICT, ...steps).account.usage).toBe(4);
    expect(fold(ACTIVEMQ_CLASSIC, ...steps).account.usage).toBe(0);
  });
});

describe('the waiting queue', () => {
  test('holds the sends that were not admitted, in the order of their invocations', () => {
    const ledger = fold(STRICT, FULL_WINDOW, send(3, 'm3'), send(2, 'm2'), settle);
    expect(idsOf(ledger.waiting)).toEqual(['m3', 'm2']);
  });

  test('is left at the receipt, at the return and at a failure', () => {
    const waiting = [send(2, 'm2'), send(3, 'm3'), send(4, 'm4'), send(5, 'm5'), settle];
    const leaving = [ack('m1'), receive('m2'), ret(3), interrupt(4), fail(4, 'interrupted')];
    const ledger = fold(STRICT, FULL_WINDOW, ...waiting, ...leaving);
    expect(idsOf(ledger.waiting)).toEqual(['m5']);
    expect([...ledger.pending].map(({ op }) => op)).toEqual([2, 5]);
  });

  test('does not hold what can only fail', () => {
    const rejected = [send(1, 'm1', { size: 11 }), send(2, 'm2', { destination: null })];
    const ledger = fold(STRICT, W10, rejected);
    expect(idsOf(ledger.waiting)).toEqual([]);
    expect([...ledger.pending].map(({ op }) => op)).toEqual([1, 2]);
  });

  test('a send has waited once a settle point found it there, for space or for its turn', () => {
    const ledger = fold(STRICT, FULL_WINDOW, send(2, 'm2'), send(3, 'm3', { size: 0 }), settle);
    const waited = ['m1', 'm2', 'm3'].map((id) => ledger.sendOf(id));
    expect(waited.map((one) => one?.waited)).toEqual([false, true, true]);
    expect(waited.map((one) => one?.waitedForSpace)).toEqual([false, true, false]);
  });
});

describe('dispatch', () => {
  const rows = (ledger: Ledger, ...ids: string[]) => ids.map((id) => ledger.sendOf(id)?.row);

  test('is decided when the send is invoked: from begin to commit, also if the commit is refused', () => {
    const ended = [commit(4), receiveOf('commit', 't1'), refuseCommit('t1'), fail(4, 'refused')];
    const [before, within, after] = [
      send(2, 'm1', PERSISTENT),
      send(3, 'm2', PERSISTENT),
      send(5, 'm3', PERSISTENT),
    ];
    const ledger = fold(STRICT, open(), before, BEGUN, within, ended, after);
    expect(rows(ledger, 'm1', 'm2', 'm3')).toEqual([7, 4, 7]);
    expect(ledger.sendOf('m2')?.transaction?.id).toBe('t1');
  });

  test('a transaction has ended when its commit is invoked, before any answer', () => {
    const ledger = fold(STRICT, open(), BEGUN, commit(2), send(3, 'm1', PERSISTENT));
    expect(rows(ledger, 'm1')).toEqual([7]);
  });
});

describe('what is sure to fail', () => {
  const rejectionOf = (...steps: Steps[]) => fold(STRICT, ...steps).sendOf('m1')?.rejection;

  test.each<[string | undefined, Steps[]]>([
    ['closed', [W10, close(1), ret(1), send(2, 'm1')]],
    [undefined, [W10, close(1), send(2, 'm1')]],
    ['connection-lost', [W10, lose, settle, send(1, 'm1')]],
    [undefined, [W10, lose, send(1, 'm1')]],
    ['too-large', [W10, send(1, 'm1', { size: 11 })]],
    [undefined, [W10, send(1, 'm1', { size: 11, mode: 'persistent' })]],
    ['no-destination', [open({ destination: null }), send(1, 'm1')]],
    ['null-destination', [W10, send(1, 'm1', { destination: null })]],
    ['foreign-destination', [W10, send(1, 'm1', { destination: 'invoices' })]],
    [undefined, [W10, send(1, 'm1', { destination: 'orders' })]],
    [undefined, [open({ destination: null }), send(1, 'm1', { destination: 'orders' })]],
  ])('%s: case %#', (rejection, steps) => {
    expect(rejectionOf(...steps)).toBe(rejection);
  });
});

describe('time', () => {
  test('passes by advance alone, and a message counts as received from the next settle point', () => {
    const before = [advance(5), send(1, 'm1'), advance(20), receive('m1'), advance(30)];
    const ledger = fold(STRICT, WITH_TIMEOUT, ...before, settle, advance(40));
    const m1 = ledger.sendOf('m1');
    expect([m1?.invokedAtMs, m1?.settledAtMs, ledger.nowAtMs]).toEqual([5, 55, 95]);
  });
});
