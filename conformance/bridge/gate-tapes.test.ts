import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIVEMQ_CLASSIC, STRICT } from '../../spec/profile.ts';
import { CAPABILITIES } from '../../spec/settings.ts';
import { TapeModel } from '../tape/model.ts';
import { settingsOf } from '../tape/stimulus.ts';
import { tapes } from '../tape/tapes.ts';

const overhead = 1024;
const scopes = [STRICT, ACTIVEMQ_CLASSIC].map((profile) => ({
  profile,
  supports: CAPABILITIES,
  answers: 'gate' as const,
  realTime: true,
  maxSteps: 12,
  chargedSize: ({ size }: { size: number }) => size + overhead,
}));

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
