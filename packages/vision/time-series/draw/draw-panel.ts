import type { Rectangle } from '../../geometry.ts';
import { drawIndexedText, type IndexedRaster, measureText } from '../../text/index.ts';
import type { Channel } from '../series.ts';
import {
  BAND,
  BAND_EDGE,
  drawColumn,
  drawFrame,
  fillRectangle,
  GAP,
  GRID,
  INK,
  LINE,
  TEXT_RAMP,
} from './canvas.ts';
import type { Extremes } from './extremes.ts';
import type { Layout } from './layout.ts';
import { findPixelRow } from './scale.ts';
import { shorten } from './shorten.ts';
import { placeTicks, type Tick } from './ticks.ts';
import type { Join, Trace } from './trace.ts';

/** One channel and where it is drawn. */
export interface Panel {
  readonly channel: Channel;
  readonly area: Rectangle;
  /** Values at the lower and upper edge. */
  readonly range: readonly [number, number];
  readonly extremes: Extremes;
  readonly trace: Trace;
  /** The normal range at each column. */
  readonly limits?: Extremes;
}

/** Px between the ticks of the value axis. */
const TICK_EVERY_PX = 44;

export function drawPanel(
  canvas: IndexedRaster,
  panel: Panel,
  gridColumns: readonly number[],
  { labelPx }: Layout,
): void {
  const { area, range, channel, limits, trace } = panel;
  const bottom = area.y + area.height - 1;
  if (limits !== undefined) drawLimits(canvas, panel, limits, false);
  for (const [from, to] of trace.gaps) {
    const left = Math.max(0, from);
    const width = Math.min(area.width, to) - left;
    fillRectangle(canvas, { x: area.x + left, y: area.y, width, height: area.height }, GAP);
  }
  const { ticks, offset } = placeValueTicks(range, area.height, area.x - 10, labelPx);
  for (const { at, label } of ticks) {
    const y = findPixelRow(at, range, area);
    fillRectangle(canvas, { x: area.x, y, width: area.width, height: 1 }, GRID);
    fillRectangle(canvas, { x: area.x - 5, y, width: 4, height: 1 }, INK);
    const baseline = y + Math.floor(measureText(label, labelPx).ascent / 2) - 1;
    drawIndexedText(canvas, label, { x: area.x - 8, y: baseline, sizePx: labelPx, align: 'END' }, TEXT_RAMP);
  }
  for (const x of gridColumns) drawColumn(canvas, x, area.y, bottom, GRID);
  if (limits !== undefined) drawLimits(canvas, panel, limits, true);
  drawFrame(canvas, area);
  drawTrace(canvas, panel);
  const name = channel.unit === undefined ? channel.name : `${channel.name} (${channel.unit})`;
  const legend = [
    offset === undefined ? '' : `axis from ${offset}`,
    limits === undefined ? '' : 'green: normal range',
    trace.gaps.some(([from, to]) => to - from > 1) ? 'grey: no data' : '',
  ].filter((text) => text !== '');
  const right = area.x + area.width;
  const legendText = legend.join('; ');
  const room = area.width - measureText(legendText, labelPx).width - 16;
  const y = area.y - 5;
  drawIndexedText(canvas, shorten(name, room, labelPx), { x: area.x, y, sizePx: labelPx }, TEXT_RAMP);
  drawIndexedText(canvas, legendText, { x: right, y, sizePx: labelPx, align: 'END' }, TEXT_RAMP);
}

/** Ticks whose labels fit into `width`: when digits are many, they count from the first tick, the `offset`. */
function placeValueTicks(
  [low, high]: readonly [number, number],
  height: number,
  width: number,
  labelPx: Layout['labelPx'],
): { readonly ticks: readonly Tick[]; readonly offset?: string } {
  const most = Math.max(2, Math.floor(height / TICK_EVERY_PX) + 1);
  let ticks = placeTicks(low, high, most);
  // Two labels at least, or there is no scale.
  for (let more = most + 1; ticks.length < 2 && more < most + 4; more++) ticks = placeTicks(low, high, more);
  const [first] = ticks;
  if (first === undefined || ticks.every(({ label }) => measureText(label, labelPx).width <= width)) {
    return { ticks };
  }
  const relative = placeTicks(0, (ticks.at(-1)?.at ?? 0) - first.at, most);
  return {
    ticks: relative.map(({ at, label }) => ({ at: first.at + at, label: `+${label}` })),
    offset: first.label,
  };
}

function drawTrace(canvas: IndexedRaster, { area, range, extremes, trace }: Panel): void {
  for (const join of trace.joins) {
    if (!areTouching(join, extremes)) drawJoin(canvas, join, area, range);
  }
  for (let column = 0; column < area.width; column++) {
    const low = extremes.low[column] as number;
    if (Number.isNaN(low)) continue;
    const bottom = findPixelRow(low, range, area);
    drawColumn(
      canvas,
      area.x + column,
      findPixelRow(extremes.high[column] as number, range, area),
      bottom,
      LINE,
    );
  }
  for (const column of trace.dots) {
    for (const value of [extremes.low[column] as number, extremes.high[column] as number]) {
      const y = findPixelRow(value, range, area);
      fillRectangle(canvas, { x: area.x + column - 1, y: y - 2, width: 3, height: 5 }, LINE);
      fillRectangle(canvas, { x: area.x + column - 2, y: y - 1, width: 5, height: 3 }, LINE);
    }
  }
}

/** Neighbours whose values overlap hang together as they are: each shows its own extremes and no more. */
function areTouching({ from, to }: Join, { low, high }: Extremes): boolean {
  if (to - from > 1) return false;
  const [fromLow = 0, fromHigh = 0, toLow = 0, toHigh = 0] = [low[from], high[from], low[to], high[to]];
  return fromLow <= toHigh && toLow <= fromHigh;
}

/** A straight line, its part of each column drawn as one stroke. */
function drawJoin(
  canvas: IndexedRaster,
  { from, to, fromValue, toValue }: Join,
  area: Rectangle,
  range: readonly [number, number],
): void {
  const slope = to > from ? (toValue - fromValue) / (to - from) : 0;
  const at = (column: number) => fromValue + (Math.min(to, Math.max(from, column)) - from) * slope;
  for (let column = Math.max(0, from); column <= Math.min(area.width - 1, to); column++) {
    const y0 = findPixelRow(at(column - 0.5), range, area);
    drawStroke(canvas, area, column, y0, findPixelRow(at(column + 0.5), range, area));
  }
}

/** At least two pixels high, so that a level line is seen. */
function drawStroke(canvas: IndexedRaster, area: Rectangle, column: number, from: number, to: number): void {
  const top = Math.min(from, to, area.y + area.height - 2);
  drawColumn(canvas, area.x + column, top, Math.max(from, to, top + 1), LINE);
}

function drawLimits(
  canvas: IndexedRaster,
  { area, range }: Panel,
  { low, high }: Extremes,
  edges: boolean,
): void {
  for (let column = 0; column < area.width; column++) {
    if (Number.isNaN(low[column])) continue;
    const x = area.x + column;
    const top = findPixelRow(high[column] as number, range, area);
    const bottom = findPixelRow(low[column] as number, range, area);
    if (!edges) drawColumn(canvas, x, top, bottom, BAND);
    else for (const y of [top, bottom]) drawColumn(canvas, x, y, y, BAND_EDGE);
  }
}
