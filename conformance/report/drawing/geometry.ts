// The layout of a drawing, in pixels: time runs to the right, one column for each event.
import type { Lane } from './lanes.ts';
import type { Trace } from './trace.ts';

/** Height of the row of event names above the lanes. */
export const AXIS = 44;
/** Height of a lane: its name, the call's bar, and the flight of its packet. */
export const LANE = 54;
/** Height of the window's chart, without the gap above it. */
export const CHART = 96;
const GAP = 26;
const MARGIN = 16;

/** Turns moments and rows into pixels. */
export interface Geometry {
  /** Pixels between two events. */
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
  /** Where the chart begins; absent without a window. */
  readonly chartTop: number | undefined;
  /** The left edge of what is drawn. */
  readonly left: number;
  readonly right: number;
  /** The middle of an event's column; events before the first column stand at the left edge. */
  readonly x: (at: number) => number;
  /** The top of a lane. */
  readonly y: (lane: number) => number;
}

/** Lays out a trace. Few events are given room for their names, many are moved together. */
export function geometryOf(trace: Trace): Geometry {
  const { columns, lanes, limit } = trace;
  const pitch = columns.length <= 15 ? 58 : columns.length <= 20 ? 46 : 30;
  const first = columns[0]?.at ?? 1;
  const needed = Math.max(columns.length * pitch, 5 * pitch, ...lanes.map(nameWidth));
  const width = MARGIN * 2 + Math.ceil(needed);
  const lanesEnd = AXIS + lanes.length * LANE;
  const chartTop = limit > 0 ? lanesEnd + GAP : undefined;
  return {
    pitch,
    width,
    height: chartTop === undefined ? lanesEnd + 8 : chartTop + CHART + 14,
    chartTop,
    left: MARGIN,
    right: width - MARGIN,
    x: (at) => (at < first ? MARGIN : MARGIN + (at - first + 0.5) * pitch),
    y: (lane) => AXIS + lane * LANE,
  };
}

/** The width of a lane's name in a common sans-serif of 12 pixels, rather too wide than too narrow. */
export function nameWidth({ name, kind }: Lane): number {
  return (name.length + kind.length + 2) * 6.3;
}
