// Long histories: what is remembered is bounded by what is outstanding, and so time is linear in them.
import { expect, test } from 'vitest';
import { Judge } from './check.ts';
import {
  ack,
  history,
  open,
  receive,
  refuse,
  report,
  ret,
  send,
  sent,
  settle,
  succeed,
  usage,
  type Steps,
} from './examples/builder.ts';
import { keyOf } from './model/fork.ts';
import { STRICT } from './model/profile.ts';

/** One send of a long case in which little is outstanding: of five sends, all but one are answered later. */
function round(op: number): Steps {
  const id = `m${op}`;
  const sync = op % 5 === 0;
  const completion = op % 3 === 0;
  const call = send(op, id, {
    size: 10,
    mode: sync ? 'persistent' : 'non-persistent',
    ...(completion && { completion }),
  });
  const blocked = sync && !completion;
  const own = blocked ? [ack(id), ret(op)] : [ret(op), ...(sync ? answer(op) : [])];
  const earlier = op > 5 && !sync ? answer(op - 5) : [];
  return [call, receive(id), own, earlier, usage(usageAfter(op)), settle];
}

/** The broker acks an async send; its callback, if there is one, fires. */
function answer(op: number): Steps[] {
  return op % 3 === 0 ? [ack(`m${op}`), succeed(op)] : [ack(`m${op}`)];
}

/** Of the last five sends every fifth is answered at once, the others after five rounds. */
function usageAfter(op: number): number {
  let held = 0;
  for (let earlier = Math.max(1, op - 4); earlier <= op; earlier += 1)
    if (earlier % 5 !== 0) held += 10;
  return held;
}

/** A judge that has seen these steps, each a history of its own to `receive`. */
function judgeOf(...steps: Steps[]): Judge {
  const judge = new Judge(STRICT);
  for (const step of steps) for (const event of history(step)) judge.next(event);
  return judge;
}

const OPS = Array.from({ length: 3000 }, (_, at) => at + 1);

test('what is over is forgotten, what is outstanding is not', () => {
  const judge = judgeOf(open({ windowSize: 100 }));
  const sizes: number[] = [];
  for (let op = 1; op <= 6000; op += 1) {
    for (const event of history(round(op))) judge.next(event);
    if (op % 2000 === 0 && judge.ledger) sizes.push(keyOf(judge.ledger, 0).length);
  }
  expect(judge.breaches).toEqual([]);
  const [first = 0] = sizes;
  for (const size of sizes) expect(size).toBeLessThan(first * 1.05);
  const { ledger } = judge;
  expect([ledger?.sendOf('m1'), ledger?.callOf(1)]).toEqual([undefined, undefined]);
  expect(ledger?.sendOf('m6000')?.op).toBe(6000);
  expect(ledger?.account.holders.size).toBe(4);
  expect([ledger?.pending.size, ledger?.waiting.size]).toEqual([0, 0]);
  expect(ledger?.notices.unfired.size).toBeLessThan(5);
});

test('refusals that are reported without a name are forgotten, and owe no more than they did', () => {
  const refused = (op: number) => [sent(op, `m${op}`), refuse(`m${op}`)];
  const judge = judgeOf(open(), ...OPS.map((op) => [refused(op), report(), settle]));
  expect(judge.breaches).toEqual([]);
  expect(judge.ledger?.notices.unreported.size).toBe(0);
  expect(judge.ledger?.sendOf('m1')).toBeUndefined();
  for (const event of history(refused(4000), settle)) judge.next(event);
  expect(judge.breaches.map(({ rule }) => rule)).toEqual(['ASY-5']);
});

test.each<[what: string, completion: boolean, told: (op: number) => Steps[]]>([
  ['answers', true, (op) => [ack(`m${op}`), succeed(op)]],
  ['refusals', false, (op) => [refuse(`m${op}`), report(`m${op}`)]],
])('%s may find thousands of sends outstanding, and be told after all of them', (...row) => {
  const [, completion, told] = row;
  const judge = judgeOf(
    open(),
    ...OPS.map((op) => sent(op, `m${op}`, completion ? { completion } : {})),
    ...[0, 1].map((at) => OPS.map((op) => told(op)[at] ?? settle)),
    settle,
  );
  expect(judge.breaches).toEqual([]);
});
