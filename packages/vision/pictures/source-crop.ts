import type { Geometry, Rectangle } from '../geometry.ts';
import { openCrops } from '../image/crop-source.ts';
import { findSource } from '../place/find-source.ts';
import type { Picture } from './picture.ts';

/** A view, with the file it was made of where that can be read. */
export interface SourcedPicture extends Picture {
  readonly geometry?: Geometry;
  /** The whole file. */
  readonly readSource?: () => Promise<Uint8Array>;
}

/** Cuts a rectangle (px of the view) out of the file; undefined where the view has to do. */
export type SourceCrop = (rectangle: Rectangle, longSidePx: number) => Promise<Picture | undefined>;

/** Decoded whole, an original takes three bytes a pixel of memory. */
const MOST_PIXELS = 100_000_000;

const NO_CROP: SourceCrop = async () => undefined;

/**
 * Parts of the original at full resolution, where it is an image with more pixels than its view. The view has to do for
 * other kinds, for stretched contrast, above 100 megapixels, and where the file cannot be read.
 */
export async function openSourceCrop(view: SourcedPicture): Promise<SourceCrop> {
  const { geometry, readSource } = view;
  if (readSource === undefined || geometry?.kind !== 'IMAGE' || geometry.isContrastStretched) {
    return NO_CROP;
  }
  const { source, region = { width: source.widthPx } } = geometry;
  if (region.width <= view.widthPx) return NO_CROP;
  try {
    const crop = await openCrops(await readSource(), {
      page: geometry.page,
      limits: { maxPixels: MOST_PIXELS },
    });
    return async (rectangle, longSidePx) => {
      const place = findSource({ ...view, geometry }, rectangle);
      if (place?.kind !== 'IMAGE') return undefined;
      return crop(roundWithin(place.area, source), longSidePx).catch(() => undefined);
    };
  } catch {
    return NO_CROP;
  }
}

function roundWithin(
  { x, y, width, height }: Rectangle,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Rectangle {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return {
    x: left,
    y: top,
    width: Math.min(widthPx, Math.ceil(x + width)) - left,
    height: Math.min(heightPx, Math.ceil(y + height)) - top,
  };
}
