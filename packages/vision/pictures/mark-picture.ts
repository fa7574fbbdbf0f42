import type { Rectangle } from '../geometry.ts';
import { drawMarks } from '../marks/draw-marks.ts';
import type { RunLengths } from '../marks/run-lengths.ts';
import { segmentView } from '../marks/segment-view.ts';
import { NO_REGION, type Segmentation, segmentGrid } from '../marks/segmentation.ts';
import type { Picture } from './picture.ts';

/** What numbers stand for: cells of a grid, superpixels, given rectangles, or given regions. */
export type MarkSource =
  | { readonly kind: 'GRID'; readonly cells: number }
  | { readonly kind: 'SUPERPIXELS'; readonly regions: number }
  | { readonly kind: 'RECTANGLES'; readonly rectangles: readonly Rectangle[] }
  | { readonly kind: 'REGIONS'; readonly segmentation: Segmentation };

export interface MarkedPicture extends Picture {
  /** Numbers from `first` on, with what they stand for, in px of the picture. */
  readonly marks: readonly {
    readonly number: number;
    readonly rectangle: Rectangle;
    readonly mask: RunLengths;
  }[];
}

/** How numbers are drawn. */
export interface MarkPictureOptions {
  /** The first number, from 1, so that several pictures of one question share one count. */
  readonly first?: number;
  /** Their height, 12 to 128 px; default as `drawMarks` has it. */
  readonly sizePx?: number;
}

/** Draws numbers on a picture (see `marks/`). */
export async function markPicture(
  picture: Picture,
  source: MarkSource,
  { first = 1, sizePx }: MarkPictureOptions = {},
): Promise<MarkedPicture> {
  const segmentation = shiftLabels(await segment(picture, source), first - 1);
  const { mediaType, bytes, widthPx, heightPx, marks } = await drawMarks(picture.bytes, segmentation, {
    sizePx,
  });
  return { mediaType, bytes, widthPx, heightPx, marks };
}

async function segment(picture: Picture, source: MarkSource): Promise<Segmentation> {
  switch (source.kind) {
    case 'GRID':
      return segmentGrid(picture, layGrid(picture, source.cells));
    case 'SUPERPIXELS':
      return segmentView(picture.bytes, { regions: source.regions });
    case 'RECTANGLES':
      return segmentRectangles(picture, source.rectangles);
    case 'REGIONS':
      return source.segmentation;
  }
}

/** About as many cells as asked for, about square. */
function layGrid({ widthPx, heightPx }: Picture, cells: number): { columns: number; rows: number } {
  const columns = Math.max(1, Math.round(Math.sqrt((cells * widthPx) / heightPx)));
  return {
    columns: Math.min(columns, widthPx),
    rows: Math.min(heightPx, Math.max(1, Math.round(cells / columns))),
  };
}

/** Where rectangles overlap, the earlier one has the pixels. */
function segmentRectangles({ widthPx, heightPx }: Picture, rectangles: readonly Rectangle[]): Segmentation {
  const labels = new Uint16Array(widthPx * heightPx).fill(NO_REGION);
  rectangles.toReversed().forEach(({ x, y, width, height }, index) => {
    for (let row = Math.max(0, y); row < Math.min(heightPx, y + height); row++) {
      const from = row * widthPx;
      labels.fill(rectangles.length - 1 - index, from + Math.max(0, x), from + Math.min(widthPx, x + width));
    }
  });
  return { widthPx, heightPx, labels, count: rectangles.length };
}

function shiftLabels({ labels, count, ...size }: Segmentation, by: number): Segmentation {
  if (by === 0) return { labels, count, ...size };
  return {
    ...size,
    labels: labels.map((label) => (label < count ? label + by : NO_REGION)),
    count: count + by,
  };
}
