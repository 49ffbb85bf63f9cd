import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIVEMQ_CLASSIC, STRICT } from '../../spec/model/profile.ts';
import { CAPABILITIES } from '../../spec/events/settings.ts';
import type { Send, Transaction } from '../../spec/model/calls.ts';
import { ScenarioModel } from './model.ts';
import { answerToEnd } from './scope.ts';
import { settingsOf } from './step.ts';
import { scenarios } from './scenarios.ts';

const overhead = 1024;
const OPEN = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const SEND = { do: 'send', size: 0, mode: 'persistent', pause: 'settle' } as const;
const scopes = [STRICT, ACTIVEMQ_CLASSIC].map((profile) => ({
  profile,
  supports: CAPABILITIES,
  answers: 'gate' as const,
  realTime: true,
  maxSteps: 12,
  chargedSize: ({ size }: { size: number }) => size + overhead,
}));

const [, CLASSIC] = scopes as [(typeof scopes)[0], (typeof scopes)[0]];

test.each(scopes)('scenarios for a gate hold only what a gate can do ($profile.name)', (scope) => {
  fc.assert(
    fc.property(scenarios(scope), (scenario) => {
      const { windowSize, sendTimeoutMs } = settingsOf(scenario);
      expect(windowSize).toBeLessThan(2 ** 31);
      expect([0, 200]).toContain(sendTimeoutMs);
      expect(scenario.length).toBeLessThanOrEqual(13);
      for (const step of scenario) {
        expect(step.do).not.toBe('refuse');
        if (step.do === 'ack') expect(step).toEqual({ do: 'ack', pause: 'settle' });
        if (step.do === 'send') expect(step.nested ?? step.reported).toBeUndefined();
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
  const model = new ScenarioModel(settings, scope);
  const ack = { do: 'ack', pause: 'settle' } as const;
  expect(model.apply(ack)).toBe(false);
  model.apply({ do: 'begin', pause: 'settle' });
  for (const id of ['m1', 'm2', 'm3']) {
    model.apply({ do: 'send', id, size: 0, mode: 'persistent', pause: 'settle' });
  }
  model.apply({ do: 'commit', pause: 'settle' });
  expect(model.ledger.waiting.size).toBe(2);
  expect(model.ledger.account.usage).toBe(overhead);

  expect(model.apply(ack)).toBe(true);
  expect(model.ledger.pending.size).toBe(0);
  expect(model.ledger.account.usage).toBe(0);
  expect(model.apply(ack)).toBe(false);
});

const refusing = { ...CLASSIC, refusedDestinations: ['denied'] };

test('a broker that refuses a destination refuses its messages, and nothing else', () => {
  const model = new ScenarioModel(OPEN, refusing);
  model.apply({ ...SEND, id: 'm1', destination: 'denied' });
  model.apply({ ...SEND, id: 'm2', destination: 'granted' });
  model.apply({ do: 'ack', pause: 'settle' });
  expect(['m1', 'm2'].map((id) => model.ledger.sendOf(id)?.answer)).toEqual(['refuse', 'ack']);
});

test.each([
  ['refused', 'non-persistent', 'commit', 'refuse'],
  ['acknowledged: it is a rollback', 'non-persistent', 'rollback', 'ack'],
] as const)('the end of a transaction with a refused message is %s', (_, mode, end, answer) => {
  const model = new ScenarioModel(OPEN, refusing);
  model.apply({ do: 'begin', pause: 'settle' });
  model.apply({ ...SEND, id: 'm1', mode, destination: 'denied' });
  model.apply({ do: end, pause: 'settle' });
  model.apply({ do: 'ack', pause: 'settle' });
  expect(model.ledger.transactions.ended?.endAnswer).toBe(answer);
});

test('whether a refusal that the caller was told of spoils the commit is not known', () => {
  const model = new ScenarioModel(OPEN, refusing);
  model.apply({ do: 'begin', pause: 'settle' });
  model.apply({ ...SEND, id: 'm1', destination: 'denied', responseRequired: true });
  model.apply({ do: 'ack', pause: 'settle' });
  model.apply({ do: 'commit', pause: 'settle' });
  const told = model.ledger.sendOf('m1') as Send;
  const transaction = model.ledger.transactions.ended as Transaction;
  expect(answerToEnd(transaction, [told])).toBe('unknown');
});

test.each(scopes)(
  'scenarios for a refusing broker try it, and commit it ($profile.name)',
  (scope) => {
    const seen = { refusals: 0, commits: 0 };
    for (const scenario of fc.sample(
      scenarios({ ...scope, refusedDestinations: ['denied'] }),
      300,
    )) {
      const model = new ScenarioModel(settingsOf(scenario), {
        ...scope,
        refusedDestinations: ['denied'],
      });
      for (const step of scenario.slice(1)) model.apply(step);
      seen.refusals += model.ledger.notices.refusals;
      if (model.ledger.transactions.ended?.endAnswer === 'refuse') seen.commits += 1;
    }
    expect(seen.refusals).toBeGreaterThan(20);
    expect(seen.commits).toBeGreaterThan(0);
  },
);

test('a producer that cannot name a destination is now and then bound to a refused one', () => {
  const [scope] = scopes as [(typeof scopes)[0]];
  const supports = ['window'] as const;
  const drawn = fc.sample(scenarios({ ...scope, supports, refusedDestinations: ['denied'] }), 100);
  const bound = drawn.filter((scenario) => settingsOf(scenario).destination === 'denied');
  expect(bound.length).toBeGreaterThan(0);
  expect(bound.length).toBeLessThan(60);
});

test('only scenarios for a producer that reconnects cut its connection, and most restore it', () => {
  const count = (reconnects: boolean) => {
    const supports = CAPABILITIES.filter((one) => one !== 'connection-loss' || !reconnects);
    const drawn = fc.sample(scenarios({ ...CLASSIC, supports, reconnects }), {
      numRuns: 200,
      seed: 1,
    });
    const steps = new Set(drawn.flat().map((step) => step.do));
    return (['lose', 'cut', 'restore'] as const).map((what) => steps.has(what));
  };
  expect(count(true)).toEqual([false, true, true]);
  expect(count(false)).toEqual([true, false, false]);
});

test('until its connection is restored a producer gets no answer', () => {
  const model = new ScenarioModel(OPEN, { ...CLASSIC, reconnects: true });
  model.apply({ ...SEND, id: 'm1', destination: 'tck' });
  model.apply({ do: 'cut', pause: 'settle' });
  expect(model.apply({ do: 'ack', pause: 'settle' })).toBe(false);
  model.apply({ ...SEND, id: 'm2', destination: 'tck' });
  expect(model.ledger.pending.size).toBe(2);
  expect(model.apply({ do: 'restore', pause: 'settle' })).toBe(true);
  expect(model.ledger.pending.size).toBe(0);
});
