// The drawing: what it says of each call and of the window, and that nothing in it can be broken into.
import { describe, expect, it, test } from 'vitest';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import { check } from '../../../spec/check.ts';
import { diagnose } from '../../../spec/diagnosis/diagnose.ts';
import { EXAMPLES } from '../../../spec/examples.ts';
import type { HistoryEvent } from '../../../spec/events/history.ts';
import { STRICT } from '../../../spec/model/profile.ts';
import { drawing } from './drawing.ts';
import { traceOf, type Trace } from './trace.ts';

const open = (windowSize: number): HistoryEvent => ({
  event: 'open',
  settings: {
    windowSize,
    useAsyncSend: false,
    alwaysSyncSend: false,
    sendTimeoutMs: 0,
    destination: 'orders',
  },
});

const send = (op: number, id: string, size: number, persistent = false): HistoryEvent => ({
  event: 'invoke',
  op,
  action: 'send',
  message: {
    id,
    size,
    deliveryMode: persistent ? 'persistent' : 'non-persistent',
    priority: 4,
    timeToLiveMs: 0,
  },
});

const receive = (id: string, size: number): HistoryEvent => ({
  event: 'receive',
  packet: {
    type: 'message',
    message: { id, size, deliveryMode: 'non-persistent', priority: 4, timeToLiveMs: 0 },
  },
});

const settle: HistoryEvent = { event: 'settle' };

/** The phases of a call, one for each column in which it is pending. */
function phasesOf(trace: Trace, name: string): string[] {
  return trace.columns.flatMap(({ pending }) =>
    pending.flatMap(({ lane, phase }) => (lane.name === name ? [phase] : [])),
  );
}

describe('a trace', () => {
  it('says what a send waits for: space, then, once it is out, its ack', () => {
    const trace = traceOf([
      open(10),
      send(1, 'm1', 10),
      receive('m1', 10),
      { event: 'return', op: 1 },
      send(2, 'm2', 5, true),
      settle,
      { event: 'ack', message: 'm1' },
      receive('m2', 5),
      settle,
      { event: 'ack', message: 'm2' },
      { event: 'return', op: 2 },
    ]);
    expect(phasesOf(trace, 'm2')).toEqual([
      'awaits-space',
      'awaits-space',
      'under-way',
      'awaits-ack',
      'awaits-ack',
      'under-way',
    ]);
    expect(trace.columns.map(({ usage }) => usage)).toEqual([0, 10, 10, 10, 10, 0, 0, 0, 0, 0]);
  });

  it('calls a send overdue from the moment at which nothing held it up any more', () => {
    const trace = traceOf([
      open(10),
      send(1, 'm1', 10),
      receive('m1', 10),
      { event: 'return', op: 1 },
      send(2, 'm2', 5),
      settle,
      { event: 'ack', message: 'm1' },
      settle,
    ]);
    expect(phasesOf(trace, 'm2')).toEqual(['awaits-space', 'awaits-space', 'overdue', 'overdue']);
  });

  it('gives a packet that nobody asked for a lane of its own', () => {
    const trace = traceOf([open(0), receive('m9', 1)]);
    expect(trace.lanes.map(({ name, kind }) => [name, kind])).toEqual([
      ['m9', 'nobody asked for it'],
    ]);
  });

  it('shows the stretch of a long case that ends with the breach', () => {
    const history = [open(0)];
    for (let op = 1; op <= 500; op += 1) {
      history.push(send(op, `m${op}`, 1), receive(`m${op}`, 1), { event: 'return', op });
    }
    const trace = traceOf(history, { breach: { rule: 'WIN-1', at: 1_200 } });
    expect(trace.columns).toHaveLength(160);
    expect(trace.columns.some(({ at }) => at === 1_200)).toBe(true);
    expect(trace.lanes.length).toBeLessThan(60);
    expect(traceOf(history).columns.at(-1)?.at).toBe(1_500);
  });
});

describe('a drawing', () => {
  test.each(CATALOGUE.map(({ id }) => id))('marks where the example of %s breaks it', (id) => {
    const history = EXAMPLES[id]?.violation ?? [];
    // A diagnosis is not broken by itself: what shows it is.
    const breach = check(STRICT, history).find((result) => result.id === id)?.breach;
    const at = (breach ?? diagnose(STRICT, history))?.at ?? -1;
    const svg = drawing(traceOf(history, { breach: { rule: id, at } }), id).text;
    expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object|\b1 bytes/);
    expect(svg).toMatch(new RegExp(`class="number broken"[^>]*>${at + 1}<`));
    expect(svg.match(/class="hit"/g)).toHaveLength(history.length - 1);
    expect(svg).toBe(drawing(traceOf(history, { breach: { rule: id, at } }), id).text);
  });

  it('fills what exceeds the limit, and writes the figure', () => {
    const history = [
      open(10),
      send(1, 'm1', 6),
      receive('m1', 6),
      send(2, 'm2', 6),
      receive('m2', 6),
    ];
    const svg = drawing(traceOf(history), 'two sends').text;
    expect(svg.match(/class="excess"/g)).toHaveLength(1);
    expect(svg).toContain('class="value over"');
    expect(drawing(traceOf(history.slice(0, -1)), 'one').text).not.toContain('class="excess"');
  });

  it('escapes what a message is called', () => {
    const hostile = '"><script>1</script>';
    const svg = drawing(traceOf([open(0), send(1, hostile, 1), receive(hostile, 1)]), hostile).text;
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script');
  });
});
