import type { Rectangle } from '../../geometry.ts';
import { drawIndexedText, type IndexedRaster, measureText } from '../../text/index.ts';
import type { Timeline } from '../timeline.ts';
import { drawColumn, INK, TEXT_RAMP } from './canvas.ts';
import type { Layout } from './layout.ts';
import { shorten } from './shorten.ts';
import { placeTicks, type Tick } from './ticks.ts';
import { placeTimeTicks } from './time-ticks.ts';

/** Ticks of the time axis, as many as its labels leave room for. */
export function placeAxisTicks(
  { axis }: Timeline,
  [first, last]: readonly [number, number],
  { areas, labelPx }: Layout,
): Tick[] {
  const digits = measureText('0', labelPx).width;
  const width = areas[0]?.width ?? 1;
  if (axis === 'TIMESTAMP') return placeTimeTicks(first, last, Math.floor(width / (digits * 12)) + 1);
  return placeTicks(first, last, Math.max(2, Math.floor(width / (digits * 11))));
}

/** The columns of the ticks. */
export function placeGrid(
  area: Rectangle,
  [first, last]: readonly [number, number],
  ticks: readonly Tick[],
): number[] {
  return ticks.map(({ at }) =>
    Math.min(area.x + area.width - 1, area.x + Math.floor(((at - first) / (last - first)) * area.width)),
  );
}

/** What the plot shows, after the series' own title, which is cut when both are too long. */
export function drawTitle(
  canvas: IndexedRaster,
  { heading, title }: { readonly heading?: string; readonly title: string },
  { titlePx, titleY, widthPx, areas }: Layout,
): void {
  const x = areas[0]?.x ?? 0;
  const room = widthPx - x - 8;
  const left = room - measureText(`: ${title}`, titlePx).width;
  const text =
    heading === undefined || left < room / 4 ? title : `${shorten(heading, left, titlePx)}: ${title}`;
  drawIndexedText(canvas, shorten(text, room, titlePx), { x, y: titleY, sizePx: titlePx }, TEXT_RAMP);
}

/** Labels below the last panel; one that would touch its neighbour is left out. */
export function drawAxis(
  canvas: IndexedRaster,
  timeline: Timeline,
  span: readonly [number, number],
  ticks: readonly Tick[],
  { areas, axisY, labelPx, widthPx }: Layout,
): void {
  const area = areas.at(-1);
  if (area === undefined) return;
  const columns = placeGrid(area, span, ticks);
  const free: [number, number] = [0, 0];
  const write = (line: 0 | 1, text: string, column: number) => {
    const { width } = measureText(text, labelPx);
    const x = Math.min(column - width / 2, widthPx - width - 2);
    if (x < free[line]) return;
    drawIndexedText(canvas, text, { x, y: axisY[line], sizePx: labelPx }, TEXT_RAMP);
    free[line] = x + width + 8;
  };
  ticks.forEach(({ label, below }, i) => {
    const column = columns[i] ?? area.x;
    drawColumn(canvas, column, area.y + area.height, area.y + area.height + 4, INK);
    write(0, label, column);
    if (below !== undefined) write(1, below, column);
  });
  const caption = captionAxis(timeline);
  write(1, caption, area.x + area.width - measureText(caption, labelPx).width / 2);
}

function captionAxis({ axis, zoned }: Timeline): string {
  if (axis === 'TIMESTAMP') return zoned === true ? 'time (UTC)' : 'time';
  return axis === 'SECONDS' ? 'time (s)' : 'row';
}
