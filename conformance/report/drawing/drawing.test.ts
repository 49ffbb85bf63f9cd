// The drawing: what it says of each call and of the window, and that nothing in it can be broken into.
import { describe, expect, it, test } from 'vitest';
import { CATALOGUE } from '../../../spec/catalogue.ts';
import { check } from '../../../spec/check.ts';
import { diagnose } from '../../../spec/diagnosis/diagnose.ts';
import { EXAMPLES, profileOf } from '../../../spec/examples.ts';
import {
  ack,
  FULL_WINDOW,
  history,
  open,
  PERSISTENT,
  receive,
  ret,
  send,
  sent,
  settle,
  WINDOW_OF_10,
} from '../../../spec/examples/builder.ts';
import { drawing } from './drawing.ts';
import { traceOf, type Trace } from './trace.ts';

/** The phases of a call, one for each column in which it is pending. */
function phasesOf(trace: Trace, name: string): string[] {
  return trace.columns.flatMap(({ pending }) =>
    pending.flatMap(({ lane, phase }) => (lane.name === name ? [phase] : [])),
  );
}

describe('a trace', () => {
  it('says what a send waits for: space, then, once it is out, its ack', () => {
    const trace = traceOf(
      history(
        FULL_WINDOW,
        send(2, 'm2', { size: 5, ...PERSISTENT }),
        settle,
        ack('m1'),
        receive('m2'),
        settle,
        ack('m2'),
        ret(2),
      ),
    );
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
    const trace = traceOf(
      history(FULL_WINDOW, send(2, 'm2', { size: 5 }), settle, ack('m1'), settle),
    );
    expect(phasesOf(trace, 'm2')).toEqual(['awaits-space', 'awaits-space', 'overdue', 'overdue']);
  });

  it('gives a packet that nobody asked for a lane of its own', () => {
    const trace = traceOf(history(open(), receive('m9')));
    expect(trace.lanes.map(({ name, kind }) => [name, kind])).toEqual([
      ['m9', 'nobody asked for it'],
    ]);
  });

  it('shows the stretch of a long case that ends with the breach', () => {
    const sends = Array.from({ length: 500 }, (_, at) => sent(at + 1, `m${at + 1}`));
    const events = history(open(), sends);
    const trace = traceOf(events, { breach: { rule: 'WIN-1', at: 1_200 } });
    expect(trace.columns).toHaveLength(160);
    expect(trace.columns.some(({ at }) => at === 1_200)).toBe(true);
    expect(trace.lanes.length).toBeLessThan(60);
    expect(traceOf(events).columns.at(-1)?.at).toBe(1_500);
  });
});

describe('a drawing', () => {
  test.each(CATALOGUE.map(({ id }) => id))('marks where the example of %s breaks it', (id) => {
    const violation = EXAMPLES[id]?.violation ?? [];
    const profile = profileOf(id);
    // A diagnosis is not broken by itself: what shows it is.
    const breach = check(profile, violation).find((result) => result.id === id)?.breach;
    const at = (breach ?? diagnose(profile, violation))?.at ?? -1;
    const svg = drawing(traceOf(violation, { profile, breach: { rule: id, at } }), id).text;
    expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object|\b1 bytes/);
    expect(svg).toMatch(new RegExp(`class="number broken"[^>]*>${at + 1}<`));
    expect(svg.match(/class="hit"/g)).toHaveLength(violation.length - 1);
    expect(svg).toBe(drawing(traceOf(violation, { profile, breach: { rule: id, at } }), id).text);
  });

  it('fills what exceeds the limit, and writes the figure', () => {
    const events = history(
      WINDOW_OF_10,
      send(1, 'm1', { size: 6 }),
      receive('m1'),
      send(2, 'm2', { size: 6 }),
      receive('m2'),
    );
    const svg = drawing(traceOf(events), 'two sends').text;
    expect(svg.match(/class="excess"/g)).toHaveLength(1);
    expect(svg).toContain('class="value over"');
    expect(drawing(traceOf(events.slice(0, -1)), 'one').text).not.toContain('class="excess"');
  });

  it('escapes what a message is called', () => {
    const hostile = '"><script>1</script>';
    const events = history(open(), send(1, hostile), receive(hostile));
    const svg = drawing(traceOf(events), hostile).text;
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script');
  });
});
