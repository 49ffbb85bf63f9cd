import { expect, test } from 'vitest';
import { jobOf } from './conform.ts';
import type { FoundCase, WorkerMessage } from './job.ts';
import { parseMessage, parseOrder } from './messages.ts';

const found: FoundCase = {
  rule: 'WIN-1',
  of: 'WIN-1',
  scenario: [{ do: 'close', pause: 'settle' }],
  history: [{ event: 'settle' }],
  at: 0,
  why: 'it is',
  case: 0,
};
const done: WorkerMessage = {
  type: 'done',
  adapter: 'a',
  cases: 1,
  results: [{ id: 'WIN-1', verdict: 'satisfied', exercised: 1 }],
  failing: [],
  found: [found],
  reruns: [],
};
const messages: readonly WorkerMessage[] = [
  { type: 'opened', adapter: 'a', supports: ['window'] },
  { type: 'checked', result: { title: 'loads', outcome: 'sound' } },
  { type: 'found', found },
  done,
  { type: 'fault', code: 'hung', message: 'it hangs' },
];

test.each(messages)('a message of the worker is taken as it is: $type', (message) => {
  expect(parseMessage({ secret: 's', message }, 's')).toBe(message);
});

test('whoever does not know the secret is not heard', () => {
  for (const raw of [undefined, 'done', { message: done }, { secret: 't', message: done }])
    expect(parseMessage(raw, 's')).toBeUndefined();
});

test.each([
  [undefined, /of the unknown type undefined/],
  [{ type: 'gone' }, /of the unknown type "gone"/],
  [{ ...done, cases: -1 }, /said "done" amiss: cases: .*-1\. This is a fault of producer-tck/],
  [
    { ...done, found: [{ ...found, of: 'WIN-99' }] },
    /found\.0\.of: the catalogue has no rule "WIN-99"/,
  ],
  [{ ...done, results: [{}] }, /results\.0: expected an object with id, verdict, exercised/],
  [{ type: 'fault', code: 'odd', message: '' }, /said "fault" amiss: code: .*"odd"/],
])('a message that is none says what is wrong with it: %j', (message, text) => {
  expect(() => parseMessage({ secret: 's', message }, 's')).toThrow(text);
});

test('orders are jobs, or the last case that is wanted', () => {
  const job = { ...jobOf({ adapter: 'reference', rules: ['SYN-1'] }), secret: 's', logbook: 'l' };
  const stop = { lastWanted: 3 };
  expect([parseOrder(job), parseOrder(stop)]).toEqual([job, stop]);
  expect(() => parseOrder({ ...job, task: 'rest' })).toThrow(/malformed order: task: .*"rest"/);
  expect(() => parseOrder('go')).toThrow(/malformed order: .*"go"/);
});
