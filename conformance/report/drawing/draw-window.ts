// The window's usage as a step line against its limit, with what exceeds the limit filled, and the
// producer's own figures beside it.
import { asBytes } from '../../../spec/model/quantity.ts';
import { markup, type Content } from '../markup.ts';
import { CHART, type Geometry } from './geometry.ts';
import type { Trace } from './trace.ts';

/** Draws the chart below the lanes; nothing without a window. */
export function drawWindow(trace: Trace, geometry: Geometry): Content {
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
