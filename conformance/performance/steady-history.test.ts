import { expect, test } from 'vitest';
import { Judge } from '../../spec/check.ts';
import { STRICT } from '../../spec/model/profile.ts';
import { ratioOf, rowOf } from './row.ts';
import { steadyHistory } from './steady-history.ts';

test('the steady history is as long as it was asked to be, lawful, and keeps little outstanding', () => {
  const judge = new Judge(STRICT);
  let events = 0;
  for (const event of steadyHistory(5000)) {
    judge.next(event);
    events += 1;
  }
  expect(events).toBeGreaterThanOrEqual(5000);
  expect(events).toBeLessThan(5010);
  const exercised = judge.results().filter(({ verdict }) => verdict === 'satisfied');
  expect(judge.results().filter(({ verdict }) => verdict === 'violated')).toEqual([]);
  expect(exercised.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['WIN-1', 'WIN-4', 'SYN-1', 'SYN-4', 'ASY-1', 'ASY-4', 'CMP-1']),
  );
  expect(judge.ledger?.account.holders.size).toBeLessThan(6);
});

test('a row shows the spread of its rounds, a ratio that of one round divided by the other', () => {
  expect(rowOf('speed', '/s', [30, 10, 20])).toEqual({
    name: 'speed',
    unit: '/s',
    min: 10,
    median: 20,
    max: 30,
    rounds: 3,
  });
  expect(ratioOf('ratio', [30, 10], [10, 20])).toMatchObject({ min: 0.5, max: 3, unit: 'ratio' });
});
