import { expect, test } from 'vitest';
import { messagesOf, stepsOf, withoutNesting } from './nested.ts';
import { renumbered } from './renumber.ts';
import { simplerScenarios } from './simplify.ts';
import type { NestedSend, Scenario, SendStep } from './step.ts';

const settings = { windowSize: 0, useAsyncSend: false, alwaysSyncSend: false, sendTimeoutMs: 0 };
const INNER = { id: 'b', size: 1, mode: 'persistent' } as const;

function opened(parts: Partial<SendStep>): [Scenario[0], SendStep] {
  const outer = { do: 'send', id: 'a', size: 1, mode: 'persistent', pause: 'settle' } as const;
  return [{ do: 'open', settings, pause: 'none' } as const, { ...outer, ...parts }];
}

function simplest(scenario: Scenario, hasFault: (send: SendStep) => boolean): SendStep {
  const isFaulty = ([, step]: Scenario) => step?.do === 'send' && hasFault(step);
  const simpler = [...simplerScenarios(scenario)].find(isFaulty);
  return simpler ? simplest(simpler, hasFault) : (scenario[1] as SendStep);
}

test('a burst is as many sends of one turn, each with an id of its own', () => {
  const ids = stepsOf({ ...INNER, count: 3 }).map((step) => ('id' in step ? step.id : step.do));
  expect(ids).toEqual(['b', 'b.2', 'b.3']);
  expect(stepsOf({ do: 'close' })).toEqual([{ do: 'close', pause: 'none' }]);
});

test('what is sent from a callback of a callback, and from the listener, has an id as well', () => {
  const nested = { ...INNER, count: 2, nested: { ...INNER, id: 'c' } };
  const [open, send] = opened({ nested, reported: { ...INNER, id: 'd' } });
  expect(messagesOf(send)).toEqual(['a', 'b', 'b.2', 'c', 'd']);
  const answer = { do: 'ack', id: 'b.2', pause: 'settle' } as const;
  const [, renamed, answered] = renumbered([open, send, answer]);
  expect(messagesOf(renamed as SendStep)).toEqual(['m1', 'm2', 'm2.2', 'm3', 'm4']);
  expect(answered).toEqual({ ...answer, id: 'm2.2' });
});

test.each<[string, NestedSend, (nested: NestedSend) => boolean, NestedSend]>([
  [
    'the least burst',
    { ...INNER, count: 100 },
    ({ count = 1 }) => count > 64,
    { ...INNER, count: 65 },
  ],
  ['one send', { ...INNER, count: 100, size: 9, completion: true }, () => true, INNER],
  [
    'two levels',
    { ...INNER, nested: { ...INNER, id: 'c', nested: { do: 'commit' } } },
    ({ nested }) => nested !== undefined && !('do' in nested),
    { ...INNER, nested: { ...INNER, id: 'c' } },
  ],
])('what a callback does shrinks to %s', (_, nested, hasFault, plainest) => {
  const hasIt = ({ nested: one }: SendStep) => one !== undefined && !('do' in one) && hasFault(one);
  expect(simplest(opened({ nested }), hasIt).nested).toEqual(plainest);
});

test('what a callback or the listener does, the application does instead', () => {
  const made = (parts: Partial<SendStep>) => [...withoutNesting(opened(parts))][0]?.slice(1);
  const close = { do: 'close', pause: 'settle' };
  expect(made({ nested: { do: 'close' } })).toMatchObject([{ id: 'a', completion: true }, close]);
  const both = [{ id: 'a' }, { ...INNER, do: 'send', pause: 'settle' }];
  expect(made({ reported: INNER })).toMatchObject(both);
  expect(made({ reported: INNER })?.[0]).not.toHaveProperty('completion');
});
