import type { Rectangle } from '../geometry.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import type { View } from '../types.ts';
import { assertLongSide, assertWithin, USUAL_LONG_SIDE_PX } from './crop-region.ts';
import { detectImage } from './detect-image.ts';

/** Which part of a file is opened. Every field has a default. */
export interface CropSource {
  /** Page of a TIFF, picture of a HEIC file or frame of a moving GIF or WebP, from 0; default 0. */
  readonly page?: number | undefined;
  /** Replaces single limits of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits> | undefined;
}

/** How a part of an image is shown. Every field has a default. */
export interface CropOptions extends CropSource {
  /** Longest side of the view, 1..4096 px, default 2048; a region within it is shown pixel for pixel, never enlarged. */
  readonly longSidePx?: number | undefined;
}

/**
 * A part of an image as it is: cut out of the source at full resolution, upright and in sRGB, nothing sharpened or
 * brightened.
 * @param region whole px of the upright source, as `source` of a view's geometry counts them
 * @throws RejectedError for any fault of the file
 * @throws RangeError for a page that is not there, a region that is not within the source, or options outside their range
 */
export async function cropSource(
  bytes: Uint8Array,
  region: Rectangle,
  { longSidePx, ...source }: CropOptions = {},
): Promise<View> {
  const crop = await openCrops(bytes, source);
  return crop(region, longSidePx);
}

/**
 * The same for several parts of one page: what libvips cannot read is decoded once.
 * @throws RejectedError for any fault of the file
 * @throws RangeError for a page that is not there
 */
export async function openCrops(
  bytes: Uint8Array,
  { page: position = 0, limits: replaced }: CropSource = {},
): Promise<(region: Rectangle, longSidePx?: number) => Promise<View>> {
  const limits = { ...DEFAULT_LIMITS, ...replaced };
  const mediaType = detectImage(bytes.subarray(0, 4096));
  if (mediaType === undefined) {
    throw new RejectedError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Only a part of an image can be cut out. Name an image.',
    );
  }
  // The decoders are loaded by the first image.
  const [{ openSource }, { renderView }] = await Promise.all([
    import('./convert-image.ts'),
    import('./render-view.ts'),
  ]);
  const first = await openSource(bytes, mediaType, limits);
  if (!Number.isInteger(position) || position < 0 || position >= first.pages) {
    throw new RangeError(`page must be a whole number from 0 to ${first.pages - 1}, not ${position}.`);
  }
  const { encoded, rows, source, lossless, page } =
    position === 0 ? first : await openSource(bytes, mediaType, limits, position);
  return async (region, longSidePx = USUAL_LONG_SIDE_PX) => {
    assertLongSide(longSidePx);
    assertWithin(region, source);
    const { x, y, width, height } = region;
    const geometry = {
      kind: 'IMAGE',
      source,
      region: { x, y, width, height },
      ...(position > 0 && { page: position }),
    } as const;
    return renderView(encoded, { geometry, lossless, longSidePx, limits, page, rows });
  };
}

/**
 * Squares of `sidePx` that cover a source, neighbours overlapping by at least `overlapPx`, row by row. The last of a row
 * or column is moved back into the source; a source smaller than a square is one tile.
 * @throws RangeError unless 0 ≤ overlapPx < sidePx, both whole
 */
export function planTiles(
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  { sidePx, overlapPx = 0 }: { readonly sidePx: number; readonly overlapPx?: number },
): readonly Rectangle[] {
  if (!Number.isInteger(sidePx) || !Number.isInteger(overlapPx) || overlapPx < 0 || overlapPx >= sidePx) {
    throw new RangeError(`Tiles of ${sidePx} px cannot overlap by ${overlapPx} px.`);
  }
  const width = Math.min(sidePx, widthPx);
  const height = Math.min(sidePx, heightPx);
  const starts = (length: number, tile: number) => {
    const count = Math.max(1, Math.ceil((length - overlapPx) / (sidePx - overlapPx)));
    return Array.from({ length: count }, (_, index) => Math.min(index * (sidePx - overlapPx), length - tile));
  };
  return starts(heightPx, height).flatMap((y) =>
    starts(widthPx, width).map((x) => ({ x, y, width, height })),
  );
}
