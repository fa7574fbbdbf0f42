import { drawIndexedText, measureText } from '../../text/index.ts';
import type { View } from '../../types.ts';
import { describeSpan } from '../describe-span.ts';
import type { Channel } from '../series.ts';
import { findSpan, type Timeline } from '../timeline.ts';
import { drawAxis, drawTitle, placeAxisTicks } from './axes.ts';
import { createCanvas, drawFrame, fillRectangle, INK, PLOT_PALETTE, TEXT_RAMP } from './canvas.ts';
import { chooseHeight, layOut } from './layout.ts';
import { type Colour, encodeIndexedPng } from './png.ts';
import { findPixelRow } from './scale.ts';
import { FLOOR_DB, measureSpectrum } from './spectrum.ts';
import { placeTicks } from './ticks.ts';

const FIRST_HEAT = 16;
const HEAT_COLOURS = 240;
/** Corners of the colour map, quiet to loud: even steps of lightness in grey print too (after matplotlib's viridis). */
const HEAT: readonly Colour[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Power by time and frequency of evenly spaced rows; colours from 80 dB below the strongest to the strongest. */
export function drawSpectrogram({
  timeline,
  channel,
  heading,
  widthPx,
  longSidePx,
}: {
  readonly timeline: Timeline;
  readonly channel: Channel;
  readonly heading?: string;
  readonly widthPx: number;
  readonly longSidePx: number;
}): View {
  const heightPx = Math.min(longSidePx, chooseHeight(1, widthPx));
  const layout = layOut(1, { widthPx, heightPx, marked: false });
  const [area = { x: 0, y: 0, width: 1, height: 1 }] = layout.areas;
  const canvas = createCanvas(widthPx, heightPx);
  const span = findSpan(timeline);
  const { levels, bins } = measureSpectrum(channel.values, area.width);
  for (let row = 0; row < area.height; row++) {
    const bin = Math.min(bins - 1, Math.floor(((area.height - row - 0.5) / area.height) * bins));
    for (let column = 0; column < area.width; column++) {
      const part = 1 - (levels[column * bins + bin] as number) / FLOOR_DB;
      canvas.data[(area.y + row) * widthPx + area.x + column] =
        FIRST_HEAT + Math.round(part * (HEAT_COLOURS - 1));
    }
  }
  drawFrame(canvas, area);
  const { highest, unit } = findHighest(timeline);
  const range: readonly [number, number] = [0, highest];
  const { labelPx } = layout;
  for (const { at, label } of placeTicks(0, highest, Math.floor(area.height / 44))) {
    const y = findPixelRow(at, range, area);
    fillRectangle(canvas, { x: area.x - 5, y, width: 4, height: 1 }, INK);
    const baseline = y + Math.floor(measureText(label, labelPx).ascent / 2) - 1;
    drawIndexedText(canvas, label, { x: area.x - 8, y: baseline, sizePx: labelPx, align: 'END' }, TEXT_RAMP);
  }
  const caption = `frequency (${unit}); yellow: strongest, violet: 80 dB below or less`;
  drawIndexedText(canvas, caption, { x: area.x, y: area.y - 5, sizePx: labelPx }, TEXT_RAMP);
  const title = `spectrogram of ${channel.name}, ${describeSpan(timeline, span)}`;
  drawTitle(canvas, { title, ...(heading === undefined ? {} : { heading }) }, layout);
  drawAxis(canvas, timeline, span, placeAxisTicks(timeline, span, layout), layout);
  return {
    mediaType: 'image/png',
    bytes: encodeIndexedPng(canvas.data, canvas, makePalette()),
    widthPx,
    heightPx,
    geometry: {
      kind: 'TIME_SERIES',
      style: 'SPECTROGRAM',
      span,
      axis: timeline.axis,
      panels: [{ channel: channel.name, unit, area, range }],
    },
  };
}

/** Half the sampling rate, in a unit that needs few digits. */
function findHighest({ axis, step }: Timeline): { readonly highest: number; readonly unit: string } {
  if (axis === 'ROW') return { highest: 0.5, unit: 'cycles per row' };
  const hertz = 1 / (2 * (axis === 'TIMESTAMP' ? step / 1000 : step));
  if (hertz >= 0.05) return { highest: hertz, unit: 'Hz' };
  return hertz >= 5e-5 ? { highest: hertz * 1e3, unit: 'mHz' } : { highest: hertz * 1e6, unit: 'µHz' };
}

function makePalette(): Colour[] {
  const plain = Array.from({ length: FIRST_HEAT }, (_, i) => PLOT_PALETTE[i] ?? ([255, 255, 255] as const));
  return [
    ...plain,
    ...Array.from({ length: HEAT_COLOURS }, (_, i) => mixHeat((i / (HEAT_COLOURS - 1)) * (HEAT.length - 1))),
  ];
}

function mixHeat(at: number): Colour {
  const low = HEAT[Math.floor(at)] ?? [0, 0, 0];
  const high = HEAT[Math.ceil(at)] ?? low;
  const part = at - Math.floor(at);
  const mix = (i: 0 | 1 | 2) => Math.round(low[i] + part * (high[i] - low[i]));
  return [mix(0), mix(1), mix(2)];
}
