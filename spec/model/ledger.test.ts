// The ledger's facts, folded from histories: who is charged, who waits, what was decided when.
import { describe, expect, test } from 'vitest';
import {
  ack,
  advance,
  begin,
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
  settle,
  type Step,
} from '../examples/builder.ts';
import type { HistoryEvent, OpenEvent } from '../events/history.ts';
import { Ledger } from './ledger.ts';
import { ACTIVEMQ_CLASSIC, STRICT } from './profile.ts';
import { nextTurn, step } from './step.ts';

const W10 = open({ windowSize: 10 });
const WITH_TIMEOUT = open({ windowSize: 10, sendTimeoutMs: 100 });

function fold(profile = STRICT, ...steps: Step[]): Ledger {
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
function usageAfterEach(...steps: Step[]): number[] {
  const ledger = new Ledger(steps[0] as OpenEvent);
  return history(...steps)
    .slice(1)
    .map((event) => {
      apply(ledger, event);
      return ledger.account.usage;
    });
}

const idsOf = (sends: Iterable<{ message: { id: string } }>) =>
  [...sends].map(({ message }) => message.id);

const BEGUN = [begin(1), receiveOf('begin', 't1'), ret(1)] as const;

describe('charging', () => {
  test('a charge is taken at the receipt, once, not at the invocation or the return', () => {
    const steps = [send(1, 'm1', { size: 4 }), receive('m1'), ret(1), settle];
    expect(usageAfterEach(W10, ...steps)).toEqual([0, 4, 4, 4]);
  });

  test('a deferred write is charged at the return, once', () => {
    const steps = [send(1, 'm1', { size: 4 }), ret(1), receive('m1'), settle];
    expect(usageAfterEach(W10, ...steps)).toEqual([0, 4, 4, 4]);
  });

  test('an ack gives the charge back, once', () => {
    const steps = [send(1, 'm1', { size: 4 }), send(2, 'm2', { size: 1 })];
    const answers = [receive('m1'), receive('m2'), ack('m1'), ack('m1'), refuse('m1')];
    expect(usageAfterEach(W10, ...steps, ...answers)).toEqual([0, 0, 4, 5, 1, 1, 1]);
  });

  test('a refusal gives the charge back, once', () => {
    const steps = [
      send(1, 'm1', { size: 4 }),
      receive('m1'),
      refuse('m1'),
      refuse('m1'),
      ack('m1'),
    ];
    expect(usageAfterEach(W10, ...steps)).toEqual([0, 4, 0, 0, 0]);
  });

  test('the first answer counts', () => {
    const ledger = fold(STRICT, W10, send(1, 'm1'), receive('m1'), refuse('m1'), ack('m1'));
    expect(ledger.sendOf('m1')?.answer).toBe('refuse');
  });

  test('an answer before the return leaves nothing to charge', () => {
    const steps = [send(1, 'm1', { size: 4 }), receive('m1'), ack('m1'), ret(1)];
    expect(usageAfterEach(W10, ...steps)).toEqual([0, 4, 0, 0]);
  });

  test('sync and timed sends take no space', () => {
    const persistent = { size: 4, mode: 'persistent' } as const;
    expect(fold(STRICT, W10, send(1, 'm1', persistent), receive('m1')).account.usage).toBe(0);
    expect(fold(STRICT, WITH_TIMEOUT, send(1, 'm1'), receive('m1')).account.usage).toBe(0);
  });

  test('completion sends take space under strict, and none under activemq-classic', () => {
    const steps = [
      W10,
      send(1, 'm1', { size: 4, completion: true }),
      receive('m1'),
      ret(1),
    ] as const;
    expect(fold(STRICT, ...steps).account.usage).toBe(4);
    expect(fold(ACTIVEMQ_CLASSIC, ...steps).account.usage).toBe(0);
  });

  test('what the producer says it charges counts, not the size', () => {
    const ledger = fold(STRICT, W10, send(1, 'm1', { size: 2, charge: 7 }), receive('m1'));
    expect(ledger.account.usage).toBe(7);
  });

  test('sizes above 2^31 are counted exactly', () => {
    const big = open({ windowSize: 2 ** 33 });
    const sends = [send(1, 'm1', { size: 2 ** 31 }), send(2, 'm2', { size: 2 ** 31 + 1 })];
    const steps = [...sends, receive('m1'), receive('m2'), ack('m2')];
    expect(usageAfterEach(big, ...steps)).toEqual([0, 0, 2 ** 31, 2 ** 32 + 1, 2 ** 31]);
  });

  test('a message that failed in its call and was written all the same takes space until its answer', () => {
    const steps = [send(1, 'm1', { size: 4 }), interrupt(1), fail(1, 'interrupted'), receive('m1')];
    expect(usageAfterEach(W10, ...steps, ack('m1'))).toEqual([0, 0, 0, 4, 0]);
  });

  test('losing the connection frees everything, and nothing is charged after', () => {
    const before = [send(1, 'm1', { size: 4 }), receive('m1'), send(2, 'm2', { size: 4 })];
    expect(usageAfterEach(W10, ...before, lose, ret(2))).toEqual([0, 4, 4, 0, 0]);
  });
});

describe('rollback', () => {
  const sends = [send(2, 'm1', { size: 4 }), send(3, 'm2', { size: 3 })] as const;

  test('withdraws what had returned and was not written, and keeps what was', () => {
    const out = [receive('m1', { transaction: 't1' }), ret(2), ret(3)];
    const steps = [...BEGUN, ...sends, ...out, rollback(4), ack('m1')];
    expect(usageAfterEach(W10, ...steps).slice(5)).toEqual([4, 4, 7, 4, 0]);
  });

  test('leaves alone what is outside the transaction', () => {
    const before = [send(5, 'm0', { size: 2 }), ret(5)];
    const steps = [...before, ...BEGUN, ...sends, ret(2), ret(3), rollback(4)];
    expect(usageAfterEach(W10, ...steps).at(-1)).toBe(2);
  });

  test('a late write of it takes space again', () => {
    const late = [rollback(4), receive('m1', { transaction: 't1' }), ack('m1')];
    const steps = [...BEGUN, ...sends, ret(2), ...late];
    expect(usageAfterEach(W10, ...steps).slice(5)).toEqual([4, 0, 4, 0]);
  });

  test('a return that is recorded late takes no space for what was never written', () => {
    const steps = [...BEGUN, send(2, 'm1', { size: 4 }), rollback(3), ret(2)];
    expect(usageAfterEach(W10, ...steps).at(-1)).toBe(0);
  });
});

describe('the waiting queue', () => {
  const full = [W10, send(1, 'm1', { size: 10 }), receive('m1'), ret(1)] as const;

  test('holds the sends that were not admitted, in the order of their invocations', () => {
    const ledger = fold(STRICT, ...full, send(3, 'm3'), send(2, 'm2'), settle);
    expect(idsOf(ledger.waiting)).toEqual(['m3', 'm2']);
  });

  test('is left at the receipt, at the return and at a failure', () => {
    const waiting = [send(2, 'm2'), send(3, 'm3'), send(4, 'm4'), send(5, 'm5'), settle];
    const leaving = [ack('m1'), receive('m2'), ret(3), interrupt(4), fail(4, 'interrupted')];
    const ledger = fold(STRICT, ...full, ...waiting, ...leaving);
    expect(idsOf(ledger.waiting)).toEqual(['m5']);
    expect([...ledger.pending].map(({ op }) => op)).toEqual([2, 5]);
  });

  test('does not hold what can only fail', () => {
    const ledger = fold(
      STRICT,
      W10,
      send(1, 'm1', { size: 11 }),
      send(2, 'm2', { destination: null }),
    );
    expect(idsOf(ledger.waiting)).toEqual([]);
    expect([...ledger.pending].map(({ op }) => op)).toEqual([1, 2]);
  });

  test('a send has waited once a settle point found it there, for space or for its turn', () => {
    const ledger = fold(STRICT, ...full, send(2, 'm2'), send(3, 'm3', { size: 0 }), settle);
    const waited = ['m1', 'm2', 'm3'].map((id) => ledger.sendOf(id));
    expect(waited.map((one) => one?.waited)).toEqual([false, true, true]);
    expect(waited.map((one) => one?.waitedForSpace)).toEqual([false, true, false]);
  });
});

describe('dispatch', () => {
  const rows = (ledger: Ledger, ...ids: string[]) => ids.map((id) => ledger.sendOf(id)?.row);

  test('is decided when the send is invoked: from begin to commit, also if the commit is refused', () => {
    const persistent = { mode: 'persistent' } as const;
    const ended = [commit(4), receiveOf('commit', 't1'), refuseCommit('t1'), fail(4, 'refused')];
    const ledger = fold(
      STRICT,
      open(),
      send(2, 'm1', persistent),
      ...BEGUN,
      send(3, 'm2', persistent),
      ...ended,
      send(5, 'm3', persistent),
    );
    expect(rows(ledger, 'm1', 'm2', 'm3')).toEqual([7, 4, 7]);
    expect(ledger.sendOf('m2')?.transaction?.id).toBe('t1');
  });

  test('a transaction has ended when its commit is invoked, before any answer', () => {
    const ledger = fold(STRICT, open(), ...BEGUN, commit(2), send(3, 'm1', { mode: 'persistent' }));
    expect(rows(ledger, 'm1')).toEqual([7]);
  });
});

describe('what is sure to fail', () => {
  const rejectionOf = (...steps: Step[]) => fold(STRICT, ...steps).sendOf('m1')?.rejection;

  test.each<[string | undefined, Step[]]>([
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
    const sent = ledger.sendOf('m1');
    expect([sent?.invokedAtMs, sent?.settledAtMs, ledger.nowAtMs]).toEqual([5, 55, 95]);
  });
});
