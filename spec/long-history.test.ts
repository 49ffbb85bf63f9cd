// Long histories: time is linear in them, memory bounded by what is outstanding.
import { describe, expect, test } from 'vitest';
import { check, Judge } from './check.ts';
import {
  ack,
  history,
  open,
  receive,
  refuse,
  report,
  ret,
  send,
  settle,
  succeed,
  usage,
} from './examples/builder.ts';
import type { History, HistoryEvent } from './events/history.ts';
import { STRICT } from './model/profile.ts';

const brokenBy = (events: History) =>
  check(STRICT, events).flatMap(({ breach }) =>
    breach ? [`${breach.rule} @ ${breach.line}`] : [],
  );

/** A long case in which little is outstanding at any time: every kind of call, ten events a round. */
function* longCase(length: number): Generator<HistoryEvent> {
  yield open({ windowSize: 100 });
  let events = 1;
  for (let op = 1; events < length; op += 1) {
    for (const event of round(op)) {
      events += 1;
      yield event;
    }
  }
}

function round(op: number): HistoryEvent[] {
  const id = `m${op}`;
  const sync = op % 5 === 0;
  const completion = op % 3 === 0;
  const call = send(op, id, {
    size: 10,
    mode: sync ? 'persistent' : 'non-persistent',
    ...(completion && { completion }),
  });
  const blocked = sync && !completion;
  const message = (call as Extract<HistoryEvent, { event: 'invoke' }>).message;
  const received: HistoryEvent[] = message
    ? [{ event: 'receive', packet: { type: 'message', message } }]
    : [];
  const earlier = op > 5 && (op - 5) % 5 !== 0 ? answer(op - 5) : [];
  const own = blocked ? [ack(id), ret(op)] : [ret(op), ...(sync ? answer(op) : [])];
  return [call, ...received, ...own, ...earlier, usage(usageAfter(op)), settle];
}

/** The broker acks an async send; its callback, if there is one, fires. */
function answer(op: number): HistoryEvent[] {
  return op % 3 === 0 ? [ack(`m${op}`), succeed(op)] : [ack(`m${op}`)];
}

/** Of the last five sends every fifth is answered at once, the others after five rounds. */
function usageAfter(op: number): number {
  let held = 0;
  for (let earlier = Math.max(1, op - 4); earlier <= op; earlier += 1)
    if (earlier % 5 !== 0) held += 10;
  return held;
}

describe('a long history', () => {
  function judgeLongCase(length: number): { judge: Judge; ms: number; events: number } {
    const judge = new Judge(STRICT);
    const stream = [...longCase(length)];
    const start = performance.now();
    for (const event of stream) judge.next(event);
    return { judge, ms: performance.now() - start, events: stream.length };
  }

  test('is judged in linear time', () => {
    judgeLongCase(100_000);
    const short = Math.min(...[1, 2, 3].map(() => judgeLongCase(100_000).ms));
    const long = Math.min(...[1, 2].map(() => judgeLongCase(300_000).ms));
    expect(long / short).toBeLessThan(6);
  });

  test('is judged in bounded memory: what is over is forgotten, what is outstanding is not', () => {
    const { judge, events } = judgeLongCase(300_000);
    const { ledger } = judge;
    expect(events).toBeGreaterThanOrEqual(300_000);
    expect(judge.breaches).toEqual([]);
    expect(ledger?.sendOf('m1')).toBeUndefined();
    expect(ledger?.callOf(1)).toBeUndefined();
    const { invocations = 0 } = ledger ?? {};
    expect(ledger?.sendOf(`m${invocations}`)?.op).toBe(invocations);
    expect(ledger?.account.holders.size).toBe(4);
    expect(ledger?.pending.size).toBe(0);
    expect(ledger?.waiting.size).toBe(0);
    expect(ledger?.notices.unfired.size).toBeLessThan(5);
    let known = 0;
    for (let op = 1; op <= invocations; op += 1) if (ledger?.callOf(op)) known += 1;
    expect(known).toBeLessThan(3000);
  });

  test('an answer may find thousands of sends outstanding, and their callbacks fire after all of them', () => {
    const ops = Array.from({ length: 3000 }, (_, at) => at + 1);
    const events: HistoryEvent[] = [open()];
    for (const op of ops) {
      const call = send(op, `m${op}`, { completion: true });
      events.push(...history(call, receive(`m${op}`), ret(op)));
    }
    for (const op of ops) events.push(ack(`m${op}`));
    for (const op of ops) events.push(succeed(op));
    events.push(settle);
    expect(brokenBy(events)).toEqual([]);
  });

  test('refusals that are reported without a name are forgotten, and owe no more than they did', () => {
    const judge = new Judge(STRICT);
    judge.next(open());
    for (let op = 1; op <= 3000; op += 1) {
      const id = `m${op}`;
      for (const event of history(send(op, id), receive(id), ret(op), refuse(id), report(), settle))
        judge.next(event);
    }
    expect(judge.breaches).toEqual([]);
    expect(judge.ledger?.notices.unreported.size).toBe(0);
    expect(judge.ledger?.sendOf('m1')).toBeUndefined();
    for (const event of history(send(4000, 'last'), receive('last'), ret(4000))) judge.next(event);
    for (const event of [refuse('last'), settle]) judge.next(event);
    expect(judge.breaches.map(({ rule }) => rule)).toEqual(['ASY-5']);
  });

  test('refusals of thousands of sends may be reported after all of them', () => {
    const ops = Array.from({ length: 3000 }, (_, at) => at + 1);
    const events: HistoryEvent[] = [open()];
    for (const op of ops) events.push(...history(send(op, `m${op}`), receive(`m${op}`), ret(op)));
    for (const op of ops) events.push(refuse(`m${op}`));
    for (const op of ops) events.push(report(`m${op}`));
    events.push(settle);
    expect(brokenBy(events)).toEqual([]);
  });
});
