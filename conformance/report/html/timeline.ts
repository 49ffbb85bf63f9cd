// A history for people: the drawing, its legend, and the events as a list that one can step through.
// The list says in words all that the drawing shows, for whoever cannot see it.
import { asBytes } from '../../../spec/model/quantity.ts';
import type { History } from '../../../spec/events/history.ts';
import { drawing } from '../drawing/drawing.ts';
import {
  traceOf,
  type Column,
  type Phase,
  type Trace,
  type TraceOptions,
} from '../drawing/trace.ts';
import { eventText } from '../event-text.ts';
import { markup, type Content, type Markup } from '../markup.ts';

const PHRASE: Readonly<Record<Phase, string>> = {
  'under-way': 'is under way',
  'awaits-ack': 'waits for its acknowledgement',
  'awaits-space': 'waits for space',
  'awaits-its-turn': 'waits for its turn',
  'awaits-others': 'waits for other calls',
  stuck: 'is stuck: it waits without a lawful reason',
};

/** The drawing of one case and the list of its events. `label` names the drawing. */
export function timeline(history: History, label: string, options: TraceOptions = {}): Markup {
  const trace = traceOf(history, options);
  const first = (trace.columns[0]?.at ?? 1) - 1;
  const opening = history.slice(0, 1).map((event) => row(eventText(event), 0, trace));
  return markup`<figure class="timeline">
<div class="picture"><div class="canvas" tabindex="0" role="group" aria-label="Drawing, scrolls sideways">${drawing(trace, `${label}. The list of events that follows says the same in words.`)}</div>
${legend(trace)}</div>
<ol class="events" aria-label="Events, in order">
${opening}
${first > 0 && markup`<li class="pause">… ${first} earlier events are left out.</li>`}
${trace.columns.map((column) => row(eventText(column.event), column.at, trace, column))}
</ol>
</figure>`;
}

function row(text: string, at: number, { breach, limit }: Trace, column?: Column): Content {
  const breaking = breach?.at === at;
  const [what = '', ...details] = text.split(/\s+/);
  const after = column && afterwards(column, limit);
  return markup`<li${breaking && markup` class="breaking"`}><button type="button" data-at="${at}"><span class="at">${at + 1}</span>
<span class="what">${what}</span> <span>${details.join(' ')}${breaking && markup` <strong class="what">← breaks ${breach.rule}</strong>`}</span>
${after && markup`<span class="after">${after}</span>`}</button></li>
`;
}

/** What is known after an event, in words. */
function afterwards({ pending, usage }: Column, limit: number): string {
  const calls = pending.map(({ lane, phase }) => `${lane.name} ${PHRASE[phase]}`);
  const window = limit > 0 ? [`Window: ${usage} of ${asBytes(limit)}`] : [];
  const open = calls.length > 0 ? calls.join(', ') : 'no call is pending';
  return `${[...window, open].join('; ')}.`;
}

/** Each sign that this drawing uses: its markup in a box of 24 by 16, and what it means. */
function legend(trace: Trace): Content {
  const phases = new Set(trace.columns.flatMap(({ pending }) => pending.map(({ phase }) => phase)));
  const marks = new Set(trace.lanes.flatMap((lane) => lane.marks.map(({ what }) => what)));
  const bars = [...phases].map((phase) => {
    return sign(
      markup`<rect class="bar ${phase}" x="1" y="3" width="22" height="10"/>`,
      LEGEND[phase],
    );
  });
  const holds = trace.limit > 0 && marks.has('receive');
  return markup`<ul class="legend" aria-label="Legend">${bars}
${marks.has('receive') && sign(markup`<circle class="receive" cx="12" cy="8" r="4.5"/>`, 'the broker has it')}
${holds && sign(markup`<line class="flight holds" x1="1" x2="23" y1="8" y2="8"/>`, 'holds window space')}
${marks.has('ack') && sign(markup`<circle class="ack" cx="12" cy="8" r="7"/><path class="tick" d="M8 8 l3 3 l5 -6"/>`, 'acked')}
${marks.has('refuse') && sign(markup`<circle class="refuse" cx="12" cy="8" r="7"/><path class="cross" d="M9 5 l6 6 m0 -6 l-6 6"/>`, 'refused')}
${marks.has('interrupt') && sign(markup`<path class="interrupt" d="M14 0 l-7 9 h5 l-2 7 l7 -9 h-5 z"/>`, 'interrupted')}
${marks.has('callback') && sign(markup`<rect class="callback" x="4" y="0" width="16" height="16" rx="4"/><path class="tick" d="M8 8 l3 3 l5 -6"/>`, 'callback, success')}
${marks.has('callback-error') && sign(markup`<rect class="callback-error" x="4" y="0" width="16" height="16" rx="4"/><path class="cross" d="M9 5 l6 6 m0 -6 l-6 6"/>`, 'callback, error')}
${trace.lanes.some(({ failed }) => failed) && sign(markup`<circle class="failed" cx="12" cy="8" r="7"/><path class="cross" d="M9 5 l6 6 m0 -6 l-6 6"/>`, 'the call failed')}
${marks.has('async-error') && sign(markup`<path class="async-error" d="M12 1 l9 14 h-18 z"/>`, 'error listener told')}
</ul>`;
}

const LEGEND: Readonly<Record<Phase, string>> = {
  'under-way': 'under way',
  'awaits-ack': 'waits for its ack',
  'awaits-space': 'waits for space',
  'awaits-its-turn': 'waits for its turn',
  'awaits-others': 'waits for other calls',
  stuck: 'stuck: waits for nothing lawful',
};

function sign(shape: Markup, meaning: string): Content {
  return markup`<li><svg class="trace" width="24" height="16" aria-hidden="true">${shape}</svg>${meaning}</li>
`;
}
