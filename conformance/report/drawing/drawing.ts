// Draws a trace as SVG: calls as bars from invocation to return, coloured by what they wait for; below each bar its
// packet's flight from receipt to answer; under all of them the window's usage as a step line against its limit. The
// breaking moment is marked. Lanes are drawn in draw-lane.ts; colours are in style.ts.
import { asBytes } from '../../../spec/model/window.ts';
import { eventText } from '../event-text.ts';
import { markup, type Content, type Markup } from '../markup.ts';
import { CHART, geometryOf, type Geometry } from './geometry.ts';
import { drawLane, drawName } from './draw-lane.ts';
import type { Column, Trace } from './trace.ts';

/** The whole drawing. `label` is read out in its place. */
export function drawing(trace: Trace, label: string): Markup {
  const geometry = geometryOf(trace);
  const { width, height } = geometry;
  return markup`<svg class="trace" role="img" aria-label="${label}" width="${width}" height="${height}"
 viewBox="0 0 ${width} ${height}" data-left="${geometry.left}" data-pitch="${geometry.pitch}">
${breachBand(trace, geometry)}
<rect class="cursor" x="-200" y="0" width="${geometry.pitch}" height="${height}"/>
${trace.columns.map((column) => drawColumn(column, trace, geometry))}
${trace.lanes.map((lane, row) => drawLane(lane, row, trace, geometry))}
${drawWindow(trace, geometry)}
${aftermath(trace, geometry)}
${trace.lanes.map((lane, row) => drawName(lane, row, geometry))}
${trace.columns.map((column) => hitArea(column, geometry))}
</svg>`;
}

/** A tint over the column of the breaking event, and its flag. */
function breachBand({ breach }: Trace, { x, pitch, height }: Geometry): Content {
  if (!breach) return undefined;
  const left = x(breach.at) - pitch / 2;
  return markup`<rect class="breach" x="${left}" y="0" width="${pitch}" height="${height}"/>
<line class="breach-line" x1="${x(breach.at)}" x2="${x(breach.at)}" y1="40" y2="${height}"/>`;
}

/** The event's number and name above the lanes; a line through them at quiescence and loss. */
function drawColumn({ event, at }: Column, { breach }: Trace, geometry: Geometry): Content {
  const { x, pitch, height } = geometry;
  const broken = breach?.at === at;
  const wide = pitch > 40;
  const through = event.event === 'settle' || event.event === 'lose';
  return [
    through &&
      markup`<line class="${event.event}" x1="${x(at)}" x2="${x(at)}" y1="40" y2="${height}"/>`,
    broken && markup`<rect class="flag" x="${x(at) - 15}" y="3" width="30" height="18" rx="9"/>`,
    markup`<text class="${broken ? 'number broken' : 'number'}" x="${x(at)}" y="16">${at + 1}</text>`,
    wide && markup`<text class="verb" x="${x(at)}" y="34">${verbOf(event)}</text>`,
  ];
}

function verbOf(event: Column['event']): string {
  if (event.event === 'advance') return duration(event.ms);
  if (event.event === 'async-error') return 'error';
  if (event.event === 'complete') return 'callback';
  if (event.event === 'invoke' && event.action !== 'send') return event.action;
  return event.event;
}

/** Short enough for a column. */
function duration(ms: number): string {
  if (ms < 1_000) return `+${Math.round(ms)} ms`;
  return ms < 3_600_000 ? `+${Math.round(ms / 100) / 10} s` : `+${Math.round(ms / 360_000) / 10} h`;
}

/** What came after the breach is shown, but paler: nothing is judged there. */
function aftermath({ breach, columns }: Trace, { x, pitch, right, height }: Geometry): Content {
  const last = columns.at(-1);
  if (!breach || !last || last.at <= breach.at) return undefined;
  const left = x(breach.at) + pitch / 2;
  return markup`<rect class="aftermath" x="${left}" y="0" width="${right - left}" height="${height}"/>`;
}

/** Where a pointer finds the event; hovering shows it in words. */
function hitArea({ event, at }: Column, { x, pitch, height }: Geometry): Content {
  return markup`<rect class="hit" data-at="${at}" x="${x(at) - pitch / 2}" y="0" width="${pitch}"
 height="${height}"><title>${at + 1}  ${eventText(event)}</title></rect>
`;
}

/**
 * The chart below the lanes, with what exceeds the limit filled, and the producer's own figures; nothing without a
 * window.
 */
function drawWindow(trace: Trace, geometry: Geometry): Content {
  const { chartTop: top, left, right } = geometry;
  const { limit, columns } = trace;
  if (top === undefined) return undefined;
  const figures = columns.flatMap(({ event, at }) =>
    event.event === 'usage' ? [{ at, bytes: event.bytes }] : [],
  );
  const most = Math.max(
    limit,
    ...columns.map(({ usage }) => usage),
    ...figures.map(({ bytes }) => bytes),
  );
  const base = top + CHART;
  const y = (bytes: number) => base - (Math.max(0, bytes) / most) * (CHART - 16);
  const line = stepLine(trace, geometry, y);
  return markup`<g class="window">
<text class="label" x="${left}" y="${top - 8}"><tspan class="name">window usage</tspan> limit ${asBytes(limit)}</text>
<path class="area" d="${line} V${base} H${left} Z"/>
${excess(trace, geometry, y)}
<line class="base" x1="${left}" x2="${right}" y1="${base}" y2="${base}"/>
<line class="limit" x1="${left}" x2="${right}" y1="${y(limit)}" y2="${y(limit)}"/>
<path class="usage" d="${line}"/>
${values(trace, geometry, y)}
${figures.map(({ at, bytes }) => figure(geometry.x(at), y(bytes), bytes))}
</g>`;
}

/** The usage before the first column that is drawn. */
function stepLine({ columns }: Trace, { left, right, x }: Geometry, y: (bytes: number) => number) {
  const [first] = columns;
  const start = y(first && first.at > 1 ? first.usage : 0);
  return `M${left} ${start} ${columns.map(({ at, usage }) => `H${x(at)} V${y(usage)}`).join(' ')} H${right}`;
}

/** Rectangles over the limit, from the event that exceeds it to the next one. */
function excess(
  { columns, limit }: Trace,
  { x, right }: Geometry,
  y: (bytes: number) => number,
): Content {
  return columns.map(({ at, usage }, index) => {
    if (usage <= limit) return undefined;
    const end = index + 1 < columns.length ? x(at + 1) : right;
    return markup`<rect class="excess" x="${x(at)}" y="${y(usage)}" width="${end - x(at)}" height="${y(limit) - y(usage)}"/>`;
  });
}

/** The usage in figures wherever it changes. */
function values(
  { columns, limit }: Trace,
  { x, pitch }: Geometry,
  y: (bytes: number) => number,
): Content {
  return columns.map(({ at, usage }, index) => {
    if (usage === (columns[index - 1]?.usage ?? 0)) return undefined;
    const kind = usage > limit ? 'value over' : 'value';
    return markup`<text class="${kind}" x="${x(at) + Math.min(6, pitch / 8)}" y="${y(usage) - 5}">${usage}</text>`;
  });
}

/** The producer's own figure, as a diamond. */
function figure(x: number, y: number, bytes: number): Content {
  return markup`<path class="figure" d="M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z"/>
<text class="value figure-value" x="${x + 9}" y="${y + 4}">${bytes}</text>`;
}
