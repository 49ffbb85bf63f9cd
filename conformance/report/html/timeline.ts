// A history for people: the drawing, its legend, and the events as a list that one can step through. The list says in
// words all that the drawing shows, for readers who cannot see the drawing.
import { asBytes } from '../../../spec/model/window.ts';
import type { History } from '../../../spec/events/history.ts';
import { drawSign } from '../drawing/draw-lane.ts';
import { drawing } from '../drawing/drawing.ts';
import type { Mark } from '../drawing/lanes.ts';
import {
  traceOf,
  type Column,
  type Phase,
  type Trace,
  type TraceOptions,
} from '../drawing/trace.ts';
import { counted, eventText } from '../event-text.ts';
import { markup, type Content, type Markup } from '../markup.ts';

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
${first > 0 && markup`<li class="pause">… left out: ${counted(first, 'earlier event')}.</li>`}
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
  const calls = pending.map(({ lane, phase }) => {
    const verb = MEANING[phase].startsWith('waits') ? '' : 'is ';
    return `${lane.name} ${verb}${MEANING[phase]}`;
  });
  const window = limit > 0 ? [`Window: ${usage} of ${asBytes(limit)}`] : [];
  const open = calls.length > 0 ? calls.join(', ') : 'no call is pending';
  return `${[...window, open].join('; ')}.`;
}

/** Each sign that this drawing uses, and what it means. */
function legend(trace: Trace): Content {
  const phases = new Set(trace.columns.flatMap(({ pending }) => pending.map(({ phase }) => phase)));
  const marks = new Set<Mark['what'] | 'failed'>(
    trace.lanes.flatMap((lane) => lane.marks.map(({ what }) => what)),
  );
  if (trace.lanes.some(({ failed }) => failed)) marks.add('failed');
  const bars = [...phases].map((phase) =>
    sign(markup`<rect class="bar ${phase}" x="2" y="4" width="32" height="16"/>`, MEANING[phase]),
  );
  const holds = trace.limit > 0 && marks.has('receive');
  const line = markup`<line class="flight holds" x1="2" x2="34" y1="12" y2="12"/>`;
  const shown = MARKS.filter(([what]) => marks.has(what));
  return markup`<ul class="legend" aria-label="Legend">${bars}
${shown.map(([what, meaning]) => sign(drawSign(what, 18, 12), meaning))}
${holds && sign(line, 'holds window space')}</ul>`;
}

const MEANING: Readonly<Record<Phase, string>> = {
  'under-way': 'under way',
  'awaits-ack': 'waits for its ack',
  'awaits-space': 'waits for space',
  'awaits-its-turn': 'waits for its turn',
  'awaits-others': 'waits for other calls',
  overdue: 'blocked without reason',
};

const MARKS: readonly (readonly [Mark['what'] | 'failed', string])[] = [
  ['receive', 'the broker has it'],
  ['ack', 'acked'],
  ['refuse', 'refused'],
  ['interrupt', 'interrupted'],
  ['callback', 'callback, success'],
  ['callback-error', 'callback, error'],
  ['failed', 'the call failed'],
  ['async-error', 'error listener told'],
];

function sign(shape: Content, meaning: string): Content {
  return markup`<li><svg class="trace" viewBox="0 0 36 24" width="27" height="18" aria-hidden="true">${shape}</svg>${meaning}</li>
`;
}

/**
 * What timelines do in a browser: one event is current; pointer and arrow keys move to another, in the list and in the
 * drawing alike. It runs in the page, so it may use nothing from outside itself.
 */
export function initTimelines(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('.timeline')) {
    const buttons = [...figure.querySelectorAll<HTMLButtonElement>('.events button')];
    const picture = figure.querySelector<SVGSVGElement>('.canvas .trace');
    const canvas = figure.querySelector<HTMLElement>('.canvas');
    const cursor = picture?.querySelector('.cursor');
    if (!picture || !canvas || !cursor) continue;
    const hits = new Map(
      [...picture.querySelectorAll<SVGElement>('.hit')].map((hit) => [hit.dataset['at'], hit]),
    );

    const select = (chosen: HTMLButtonElement, reveal: boolean) => {
      for (const button of buttons) {
        button.tabIndex = button === chosen ? 0 : -1;
        if (button === chosen) button.parentElement?.setAttribute('aria-current', 'step');
        else button.parentElement?.removeAttribute('aria-current');
      }
      const hit = hits.get(chosen.dataset['at']);
      cursor.setAttribute('x', hit?.getAttribute('x') ?? '-200');
      const left = Number(hit?.getAttribute('x') ?? 0);
      if (reveal) canvas.scrollLeft = left - canvas.clientWidth / 2;
    };

    for (const button of buttons) {
      button.addEventListener('click', () => select(button, true));
      button.addEventListener('keydown', (event) => {
        const here = buttons.indexOf(button);
        const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[
          event.key
        ];
        const next = to === undefined ? undefined : buttons[to];
        if (!next) return;
        event.preventDefault();
        select(next, true);
        next.focus();
      });
    }
    for (const hit of hits.values()) {
      hit.addEventListener('click', () => {
        const button = buttons.find(({ dataset }) => dataset['at'] === hit.dataset['at']);
        if (button) select(button, false);
      });
    }
    const breaking = figure.querySelector<HTMLButtonElement>('.breaking button') ?? buttons.at(-1);
    if (breaking) select(breaking, true);
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.copy')) {
    button.addEventListener('click', () => {
      const source = button.parentElement?.querySelector('code');
      const told = button.textContent;
      const tell = (text: string) => {
        button.textContent = text;
        setTimeout(() => (button.textContent = told), 1_500);
      };
      navigator.clipboard.writeText(source?.textContent ?? '').then(
        () => tell('Copied'),
        () => {
          if (source) getSelection()?.selectAllChildren(source);
          tell('Selected');
        },
      );
    });
  }
}
