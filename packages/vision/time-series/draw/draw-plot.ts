import type { TimeSeriesGeometry } from '../../geometry.ts';
import { drawIndexedText, type IndexedRaster } from '../../text/index.ts';
import type { View } from '../../types.ts';
import { type Band, interpolateBand } from '../band.ts';
import type { Channel } from '../series.ts';
import type { Timeline } from '../timeline.ts';
import { drawAxis, drawTitle, placeAxisTicks, placeGrid } from './axes.ts';
import { createCanvas, fillRectangle, MARK, PLOT_PALETTE, TEXT_RAMP } from './canvas.ts';
import { drawPanel, type Panel } from './draw-panel.ts';
import { divideRows, findExtremes } from './extremes.ts';
import { chooseHeight, type Layout, layOut } from './layout.ts';
import { encodeIndexedPng } from './png.ts';
import { chooseRange } from './scale.ts';
import { findGapLimit, traceChannel } from './trace.ts';

/** What a plot shows. */
export interface Plot {
  readonly timeline: Timeline;
  /** 1 to 8, a panel each, in this order from the top. */
  readonly channels: readonly Channel[];
  readonly span: readonly [number, number];
  readonly title: string;
  /** What the series is called. */
  readonly heading?: string;
  readonly widthPx: number;
  /** The height follows from the number of panels, up to this. */
  readonly longSidePx: number;
  /** Spans bracketed above the first panel and numbered from 1. */
  readonly marks?: readonly (readonly [number, number])[];
  /** Normal ranges of the channels of these names. */
  readonly bands?: readonly Band[];
  /** The whole series' span, to which bands refer. */
  readonly whole?: readonly [number, number];
  /** Named in the view's geometry. */
  readonly windows?: TimeSeriesGeometry['windows'];
}

/**
 * A view with a panel for each channel: every column of pixels shows the least and the greatest of its values, so that
 * no spike is lost.
 */
export function drawPlot(plot: Plot): View {
  const { timeline, channels, span, widthPx, marks = [] } = plot;
  const heightPx = Math.min(plot.longSidePx, chooseHeight(channels.length, widthPx));
  const layout = layOut(channels.length, { widthPx, heightPx, marked: marks.length > 0 });
  const canvas = createCanvas(widthPx, heightPx);
  const ticks = placeAxisTicks(timeline, span, layout);
  const columns = layout.areas[0]?.width ?? 1;
  const bounds = divideRows(timeline, span, columns);
  const panels = channels.map((channel, i): Panel => {
    const extremes = findExtremes(channel.values, bounds);
    const gapLimit = findGapLimit(timeline, channel.values);
    const band = plot.bands?.find(({ channel: name }) => name === channel.name);
    const limits = band === undefined ? undefined : interpolateBand(band, plot.whole ?? span, span, columns);
    const range = chooseRange([extremes], limits) ?? [0, 1];
    const trace = traceChannel(timeline, channel.values, { span, bounds, extremes, gapLimit });
    const area = layout.areas[i] ?? { x: 0, y: 0, width: 1, height: 1 };
    return { channel, area, range, extremes, trace, ...(limits === undefined ? {} : { limits }) };
  });
  for (const panel of panels) drawPanel(canvas, panel, placeGrid(panel.area, span, ticks), layout);
  drawTitle(canvas, plot, layout);
  drawMarks(canvas, marks, span, layout);
  drawAxis(canvas, timeline, span, ticks, layout);
  return {
    mediaType: 'image/png',
    bytes: encodeIndexedPng(canvas.data, canvas, PLOT_PALETTE),
    widthPx,
    heightPx,
    geometry: { ...describePanels(timeline, span, panels), windows: plot.windows ?? [] },
  };
}

function describePanels(
  { axis }: Timeline,
  span: readonly [number, number],
  panels: readonly Panel[],
): TimeSeriesGeometry {
  return {
    kind: 'TIME_SERIES',
    style: 'PLOT',
    span,
    axis,
    panels: panels.map(({ channel, area, range }) => ({
      channel: channel.name,
      ...(channel.unit === undefined ? {} : { unit: channel.unit }),
      area,
      range,
    })),
  };
}

/** A bracket over each span, its number above. */
function drawMarks(
  canvas: IndexedRaster,
  marks: NonNullable<Plot['marks']>,
  [first, last]: readonly [number, number],
  { areas, marksY, labelPx }: Layout,
): void {
  const area = areas[0];
  if (area === undefined) return;
  marks.forEach(([from, to], i) => {
    const place = (at: number) => area.x + Math.round(((at - first) / (last - first)) * (area.width - 1));
    const left = Math.max(area.x, place(from));
    const right = Math.min(area.x + area.width - 1, place(to));
    fillRectangle(canvas, { x: left, y: marksY + 3, width: right - left + 1, height: 3 }, MARK);
    fillRectangle(canvas, { x: left, y: marksY + 3, width: 2, height: 8 }, MARK);
    fillRectangle(canvas, { x: right - 1, y: marksY + 3, width: 2, height: 8 }, MARK);
    const text = { x: (left + right) / 2, y: marksY, sizePx: labelPx, align: 'MIDDLE' } as const;
    drawIndexedText(canvas, `${i + 1}`, text, TEXT_RAMP);
  });
}
