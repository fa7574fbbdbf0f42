import type { Rectangle } from '../../geometry.ts';
import { measureText, type TextSizePx } from '../../text/index.ts';

/** Where everything of a plot lies, px. */
export interface Layout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly areas: readonly Rectangle[];
  readonly labelPx: TextSizePx;
  readonly titlePx: TextSizePx;
  /** Baselines of the title, of the numbers of proposed windows, and of the two lines below the time axis. */
  readonly titleY: number;
  readonly marksY: number;
  readonly axisY: readonly [number, number];
}

/** At most this many panels share a view, so that each keeps 80 px. */
export const MOST_PANELS = 8;
/** A single panel is 480 px high at 1200 px of width; eight share 960, 1.15 megapixels in all. */
const HEIGHTS = [480, 560, 640, 720, 800, 864, 912, 960];
const USUAL_WIDTH = 1200;
/** Below this width, labels are 12 px. */
const NARROW = 700;

/** Height of a view of `panels` panels, px, in proportion to its width but never too low for its labels. */
export function chooseHeight(panels: number, widthPx: number): number {
  const usual = HEIGHTS[Math.min(panels, MOST_PANELS) - 1] ?? USUAL_WIDTH;
  return Math.max(Math.round((usual * widthPx) / USUAL_WIDTH), 110 + 62 * panels);
}

export function layOut(
  panels: number,
  {
    widthPx,
    heightPx,
    marked,
  }: { readonly widthPx: number; readonly heightPx: number; readonly marked: boolean },
): Layout {
  const narrow = widthPx < NARROW;
  const labelPx = narrow ? 12 : 14;
  const titlePx = narrow ? 12 : 18;
  const line = measureText('0', labelPx);
  const lineHeight = line.ascent + line.descent + 2;
  const titleY = 6 + measureText('0', titlePx).ascent;
  const marksY = titleY + 6 + line.ascent;
  const top = (marked ? marksY : titleY) + 6;
  const bottom = heightPx - 2 * lineHeight - 12;
  const left = narrow ? 62 : 84;
  const height = (bottom - top) / panels;
  const areas = Array.from({ length: panels }, (_, i) => {
    const y = Math.round(top + i * height + lineHeight);
    return {
      x: left,
      y,
      width: widthPx - left - (narrow ? 12 : 24),
      height: Math.round(top + (i + 1) * height) - y - 4,
    };
  });
  const axis = bottom + 6 + line.ascent;
  return { widthPx, heightPx, areas, labelPx, titlePx, titleY, marksY, axisY: [axis, axis + lineHeight] };
}
