// One lane of a drawing: the call's bar, its packet's flight with the marks on it, and its name.
import { markup, type Content } from '../markup.ts';
import { nameWidth, type Geometry } from './geometry.ts';
import type { Lane, Mark } from './lanes.ts';
import type { Phase, Trace } from './trace.ts';

const BAR_TOP = 18;
const BAR = 16;
const FLIGHT = 43;

/** What a bar says of itself, where there is room. */
const WORD: Readonly<Record<Phase, string>> = {
  'under-way': '',
  'awaits-ack': 'ack',
  'awaits-space': 'space',
  'awaits-its-turn': 'turn',
  'awaits-others': 'others',
  overdue: 'overdue',
};

/** A stretch of a bar in one phase; `to` is where the next one begins. */
interface Stretch {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

/** Draws a lane in its row. */
export function drawLane(lane: Lane, row: number, trace: Trace, geometry: Geometry): Content {
  const top = geometry.y(row);
  return markup`<g class="lane">
${bar(lane, top, trace, geometry)}
${flight(lane, top, trace, geometry)}
${lane.marks.map((mark) => drawMark(mark, top, trace, geometry))}
</g>`;
}

/** What the lane is about, above its bar; at the right edge if it would not fit. */
export function drawName(lane: Lane, row: number, { x, y, left, right }: Geometry): Content {
  const starts = Math.max(left, x(lane.invokedAt ?? lane.marks[0]?.at ?? 0));
  const text = markup`<tspan class="name">${lane.name}</tspan> ${lane.kind}`;
  const isLate = starts + nameWidth(lane) > right;
  const at = isLate ? right : starts;
  return markup`<text class="${isLate ? 'label late' : 'label'}" x="${at}" y="${y(row) + 12}">${text}</text>`;
}

function bar(lane: Lane, top: number, trace: Trace, geometry: Geometry): Content {
  const { x, right } = geometry;
  const y = top + BAR_TOP;
  const drawn = stretchesOf(lane, trace).map(({ phase, from, to }) => {
    const start = x(from);
    const end = to === Infinity ? right : x(to);
    const word = WORD[phase];
    const fits = word !== '' && end - start > word.length * 7 + 6;
    return [
      markup`<rect class="bar ${phase}" x="${start}" y="${y}" width="${end - start}" height="${BAR}"/>`,
      fits && markup`<text class="word" x="${(start + end) / 2}" y="${y + 12}">${word}</text>`,
    ];
  });
  return [drawn, beginning(lane, y, trace, geometry), ending(lane, y, trace, geometry)];
}

function beginning({ invokedAt }: Lane, y: number, trace: Trace, { x }: Geometry): Content {
  if (invokedAt === undefined || !isShown(invokedAt, trace)) return undefined;
  return cap(x(invokedAt), y);
}

/** Returned: a bar; failed: a cross; neither: the bar runs on. */
function ending(lane: Lane, y: number, trace: Trace, { x, right }: Geometry): Content {
  const { endedAt, failed, call } = lane;
  if (!call) return undefined;
  if (endedAt === undefined) {
    return markup`<path class="open" d="M${right - 7} ${y} l6 ${BAR / 2} l-6 ${BAR / 2}"/>`;
  }
  if (!isShown(endedAt, trace)) return undefined;
  return failed ? drawSign('failed', x(endedAt), y + BAR / 2) : cap(x(endedAt), y);
}

function cap(x: number, y: number): Content {
  return markup`<rect class="cap" x="${x - 1.5}" y="${y - 2}" width="3" height="${BAR + 4}" rx="1.5"/>`;
}

/** From the broker's receipt to its answer; heavier while the message takes up window space. */
function flight(lane: Lane, top: number, trace: Trace, { x, right }: Geometry): Content {
  const received = lane.marks.find(({ what }) => what === 'receive');
  if (!received) return undefined;
  const answered = lane.marks.find(({ what }) => what === 'ack' || what === 'refuse');
  const { call } = lane;
  const holds = trace.limit > 0 && call?.action === 'send' && call.charged;
  const end = answered ? x(answered.at) : right;
  const kind = `flight${holds ? ' holds' : ''}${answered ? '' : ' unanswered'}`;
  const y = top + FLIGHT;
  return markup`<line class="${kind}" x1="${x(received.at)}" x2="${end}" y1="${y}" y2="${y}"/>`;
}

function drawMark({ at, what }: Mark, top: number, trace: Trace, { x }: Geometry): Content {
  if (!isShown(at, trace)) return undefined;
  const isAnswer = what === 'receive' || what === 'ack' || what === 'refuse';
  return drawSign(what, x(at), top + (isAnswer ? FLIGHT : BAR_TOP + BAR / 2));
}

/** The sign of what happens to a call, centred; it takes up 16 pixels by 24 at most. */
export function drawSign(what: Mark['what'] | 'failed', x: number, y: number): Content {
  const tick = markup`<path class="tick" d="M${x - 4} ${y} l3 3 l5 -6"/>`;
  const cross = markup`<path class="cross" d="M${x - 3.2} ${y - 3.2} l6.4 6.4 m0 -6.4 l-6.4 6.4"/>`;
  switch (what) {
    case 'receive':
      return markup`<circle class="receive" cx="${x}" cy="${y}" r="5"/>`;
    case 'ack':
    case 'refuse':
    case 'failed':
      return markup`<circle class="${what}" cx="${x}" cy="${y}" r="8"/>${what === 'ack' ? tick : cross}`;
    case 'callback':
    case 'callback-error':
      return markup`<rect class="${what}" x="${x - 8}" y="${y - 8}" width="16" height="16" rx="4"/>${what === 'callback' ? tick : cross}`;
    case 'interrupt':
      return markup`<path class="interrupt" d="M${x + 3} ${y - 12} l-8 13 h6 l-3 11 l8 -13 h-6 z"/>`;
    case 'async-error':
      return markup`<path class="async-error" d="M${x} ${y - 10} l10 18 h-20 z"/>
<path class="cross" d="M${x} ${y - 4} v6 m0 2.5 v1.5"/>`;
  }
}

function isShown(at: number, { columns }: Trace): boolean {
  return at >= (columns[0]?.at ?? 0) && at <= (columns.at(-1)?.at ?? 0);
}

/** The bar of a call, cut where what it waits for changes. */
function stretchesOf(lane: Lane, { columns }: Trace): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { at, pending } of columns) {
    const phase = pending.find((one) => one.lane === lane)?.phase;
    if (phase === undefined) continue;
    const last = stretches.at(-1);
    const from = stretches.length === 0 && at > (lane.invokedAt ?? at) ? -1 : at;
    if (last?.phase === phase) stretches[stretches.length - 1] = { ...last, to: at + 1 };
    else stretches.push({ phase, from, to: at + 1 });
  }
  const last = stretches.at(-1);
  if (last && lane.endedAt === undefined)
    stretches[stretches.length - 1] = { ...last, to: Infinity };
  return stretches;
}
