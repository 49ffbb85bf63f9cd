import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIVEMQ_CLASSIC, STRICT } from '../../spec/profile.ts';
import { CAPABILITIES } from '../../spec/settings.ts';
import type { Send, Transaction } from '../../spec/calls.ts';
import { TapeModel } from '../tape/model.ts';
import { answerToEnd } from '../tape/refusals.ts';
import { settingsOf } from '../tape/stimulus.ts';
import { tapes } from '../tape/tapes.ts';

const overhead = 1024;
const OPEN = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const SEND = { do: 'send', size: 0, mode: 'persistent', gap: 'settle' } as const;
const scopes = [STRICT, ACTIVEMQ_CLASSIC].map((profile) => ({
  profile,
  supports: CAPABILITIES,
  answers: 'gate' as const,
  realTime: true,
  maxSteps: 12,
  chargedSize: ({ size }: { size: number }) => size + overhead,
}));

const [, CLASSIC] = scopes as [(typeof scopes)[0], (typeof scopes)[0]];

test.each(scopes)('tapes for a gate hold only what a gate can do ($profile.name)', (scope) => {
  fc.assert(
    fc.property(tapes(scope), (tape) => {
      const { windowSize, sendTimeoutMs } = settingsOf(tape);
      expect(windowSize).toBeLessThan(2 ** 31);
      expect([0, 200]).toContain(sendTimeoutMs);
      expect(tape.length).toBeLessThanOrEqual(13);
      for (const step of tape) {
        expect(step.do).not.toBe('refuse');
        if (step.do === 'ack') expect(step).toEqual({ do: 'ack', gap: 'settle' });
        if (step.do === 'send') expect(step.nested).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
});

test('an ack through a gate answers everything, what waits inside the client included', () => {
  const [scope] = scopes as [(typeof scopes)[0]];
  const settings = {
    windowSize: overhead,
    useAsyncSend: false,
    alwaysSyncSend: false,
    sendTimeoutMs: 0,
    destination: 'tck',
  };
  const model = new TapeModel(settings, scope);
  const ack = { do: 'ack', gap: 'settle' } as const;
  expect(model.apply(ack)).toBe(false);
  model.apply({ do: 'begin', gap: 'settle' });
  for (const id of ['m1', 'm2', 'm3']) {
    model.apply({ do: 'send', id, size: 0, mode: 'persistent', gap: 'settle' });
  }
  model.apply({ do: 'commit', gap: 'settle' });
  expect(model.ledger.waiting.size).toBe(2);
  expect(model.ledger.account.usage).toBe(overhead);

  expect(model.apply(ack)).toBe(true);
  expect(model.ledger.pending.size).toBe(0);
  expect(model.ledger.account.usage).toBe(0);
  expect(model.apply(ack)).toBe(false);
});

const refusing = { ...CLASSIC, refusedDestinations: ['denied'] };

test('a broker that refuses a destination refuses its messages, and nothing else', () => {
  const model = new TapeModel(OPEN, refusing);
  model.apply({ ...SEND, id: 'm1', destination: 'denied' });
  model.apply({ ...SEND, id: 'm2', destination: 'granted' });
  model.apply({ do: 'ack', gap: 'settle' });
  expect(['m1', 'm2'].map((id) => model.ledger.sendOf(id)?.answer)).toEqual(['refuse', 'ack']);
});

test.each([
  ['refused', 'non-persistent', 'commit', 'refuse'],
  ['acknowledged: it is a rollback', 'non-persistent', 'rollback', 'ack'],
] as const)('the end of a transaction with a refused message is %s', (_, mode, end, answer) => {
  const model = new TapeModel(OPEN, refusing);
  model.apply({ do: 'begin', gap: 'settle' });
  model.apply({ ...SEND, id: 'm1', mode, destination: 'denied' });
  model.apply({ do: end, gap: 'settle' });
  model.apply({ do: 'ack', gap: 'settle' });
  expect(model.ledger.transactions.ended?.endAnswer).toBe(answer);
});

test('whether a refusal that the caller was told of spoils the commit is not known', () => {
  const model = new TapeModel(OPEN, refusing);
  model.apply({ do: 'begin', gap: 'settle' });
  model.apply({ ...SEND, id: 'm1', destination: 'denied', responseRequired: true });
  model.apply({ do: 'ack', gap: 'settle' });
  model.apply({ do: 'commit', gap: 'settle' });
  const told = model.ledger.sendOf('m1') as Send;
  const transaction = model.ledger.transactions.ended as Transaction;
  expect(answerToEnd(transaction, [told])).toBe('unknown');
});

test.each(scopes)('tapes for a refusing broker try it, and commit it ($profile.name)', (scope) => {
  const seen = { refusals: 0, commits: 0 };
  for (const tape of fc.sample(tapes({ ...scope, refusedDestinations: ['denied'] }), 300)) {
    const model = new TapeModel(settingsOf(tape), { ...scope, refusedDestinations: ['denied'] });
    for (const step of tape.slice(1)) model.apply(step);
    seen.refusals += model.ledger.notices.refusals;
    if (model.ledger.transactions.ended?.endAnswer === 'refuse') seen.commits += 1;
  }
  expect(seen.refusals).toBeGreaterThan(20);
  expect(seen.commits).toBeGreaterThan(0);
});

test('a producer that cannot name a destination is now and then bound to a refused one', () => {
  const [scope] = scopes as [(typeof scopes)[0]];
  const supports = ['window'] as const;
  const drawn = fc.sample(tapes({ ...scope, supports, refusedDestinations: ['denied'] }), 100);
  const bound = drawn.filter((tape) => settingsOf(tape).destination === 'denied');
  expect(bound.length).toBeGreaterThan(0);
  expect(bound.length).toBeLessThan(60);
});

test('only tapes for a producer that reconnects cut its connection, and most restore it', () => {
  const count = (reconnects: boolean) => {
    const supports = CAPABILITIES.filter((one) => one !== 'connection-loss' || !reconnects);
    const drawn = fc.sample(tapes({ ...CLASSIC, supports, reconnects }), { numRuns: 200, seed: 1 });
    const steps = new Set(drawn.flat().map((step) => step.do));
    return (['lose', 'cut', 'restore'] as const).map((what) => steps.has(what));
  };
  expect(count(true)).toEqual([false, true, true]);
  expect(count(false)).toEqual([true, false, false]);
});

test('until its connection is restored a producer gets no answer', () => {
  const model = new TapeModel(OPEN, { ...CLASSIC, reconnects: true });
  model.apply({ ...SEND, id: 'm1', destination: 'tck' });
  model.apply({ do: 'cut', gap: 'settle' });
  expect(model.apply({ do: 'ack', gap: 'settle' })).toBe(false);
  model.apply({ ...SEND, id: 'm2', destination: 'tck' });
  expect(model.ledger.pending.size).toBe(2);
  expect(model.apply({ do: 'restore', gap: 'settle' })).toBe(true);
  expect(model.ledger.pending.size).toBe(0);
});
