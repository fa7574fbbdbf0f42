import type { Rectangle } from '../geometry.ts';
import { drawText, measureText, type TextSizePx } from '../text/index.ts';
import type { FrameSize } from './frame-source.ts';

/** Where the frames of a montage lie. */
export interface MontageLayout extends FrameSize {
  /** Size of each frame in it. */
  readonly frame: FrameSize;
  /** A rectangle for each frame, row by row. */
  readonly areas: readonly Rectangle[];
  readonly textPx: TextSizePx;
  /** Room for a caption, px. */
  readonly captionPx: number;
}

/** Rows of interleaved RGB, top first. */
interface Raster extends FrameSize {
  readonly data: Uint8Array;
}

const GAP_PX = 6;
const WHITE = 255;
const INK = [32, 32, 32] as const;
/** What a caption may need: a frame's number and its time. */
const WIDEST = '#000000  00:00:00.000';

/** Frames may be so much smaller than they could be when rows come out fuller for it. */
const FULL_ENOUGH = 0.9;

/**
 * Places `count` equal frames in rows, about as large as the longest side of the picture allows and never larger than
 * they are. Above each is a line for its caption: nothing is drawn on a frame.
 */
export function layOutMontage(count: number, frame: FrameSize, longSidePx: number): MontageLayout {
  const layouts = Array.from({ length: count }, (_, i) => fillColumns(count, i + 1, frame, longSidePx));
  const fitting = layouts.filter(({ widthPx, heightPx }) => Math.max(widthPx, heightPx) <= longSidePx);
  const widest = Math.max(...fitting.map((layout) => layout.frame.widthPx));
  const area = ({ widthPx, heightPx }: FrameSize) => widthPx * heightPx;
  return fitting
    .filter((layout) => layout.frame.widthPx >= FULL_ENOUGH * widest)
    .reduce((best, layout) => (area(layout) < area(best) ? layout : best));
}

function fillColumns(count: number, columns: number, frame: FrameSize, longSidePx: number): MontageLayout {
  const rows = Math.ceil(count / columns);
  const textPx: TextSizePx = longSidePx >= 1600 ? 18 : longSidePx >= 900 ? 14 : 12;
  const { ascent, descent, width: widestPx } = measureText(WIDEST, textPx);
  const linePx = ascent + descent + 6;
  const roomAcross = (longSidePx - GAP_PX) / columns - GAP_PX;
  const roomDown = (longSidePx - GAP_PX) / rows - GAP_PX - linePx;
  const scale = Math.min(1, roomAcross / frame.widthPx, roomDown / frame.heightPx);
  const widthPx = Math.max(1, Math.floor(frame.widthPx * scale));
  const heightPx = Math.max(1, Math.floor(frame.heightPx * scale));
  // Small frames stand apart, so that their captions have room.
  const cellPx = Math.max(widthPx, Math.min(Math.ceil(widestPx), Math.floor(roomAcross)));
  const areas = Array.from({ length: count }, (_, i) => ({
    x: GAP_PX + (i % columns) * (cellPx + GAP_PX),
    y: GAP_PX + linePx + Math.floor(i / columns) * (heightPx + linePx + GAP_PX),
    width: widthPx,
    height: heightPx,
  }));
  return {
    widthPx: GAP_PX + columns * (cellPx + GAP_PX),
    heightPx: GAP_PX + rows * (heightPx + linePx + GAP_PX),
    frame: { widthPx, heightPx },
    areas,
    textPx,
    captionPx: cellPx,
  };
}

/** A white picture for the frames. */
export function startMontage({ widthPx, heightPx }: MontageLayout): Raster {
  return { data: new Uint8Array(widthPx * heightPx * 3).fill(WHITE), widthPx, heightPx };
}

/** Copies a frame to its place and writes above it which it is: as much as there is room for. */
export function placeFrame(
  montage: Raster,
  { x, y, width, height }: Rectangle,
  pixels: Uint8Array,
  captions: readonly string[],
  { textPx, captionPx }: Pick<MontageLayout, 'textPx' | 'captionPx'>,
): void {
  for (let row = 0; row < height; row++) {
    const from = row * width * 3;
    montage.data.set(pixels.subarray(from, from + width * 3), ((y + row) * montage.widthPx + x) * 3);
  }
  const caption = captions.find((text) => measureText(text, textPx).width <= captionPx);
  if (caption === undefined) return;
  const { descent } = measureText(caption, textPx);
  drawText({ ...montage, channels: 3 }, caption, { x, y: y - descent - 3, sizePx: textPx }, INK);
}

/** `#120  00:04.800`, then shorter ones: number of the frame, and its time with hours when there are any. */
export function writeCaptions(index: number, timeMs: number): readonly string[] {
  const ms = Math.round(Math.abs(timeMs));
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const hours = ms >= 3_600_000 ? `${two(ms / 3_600_000)}:` : '';
  const sign = timeMs < 0 ? '-' : '';
  const clock = `${sign}${hours}${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  return [`#${index}  ${clock}`, clock, clock.slice(0, -2), `#${index}`];
}
