import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';

/**
 * Refuses a source by the size its header states, before anything is decoded.
 * @throws RejectedError CORRUPT_IMAGE for a side below 1, SIDE_TOO_LONG, TOO_MANY_PIXELS
 */
export function assertSourceSize(
  widthPx: number,
  heightPx: number,
  { maxLongSidePx, maxPixels }: Pick<Limits, 'maxLongSidePx' | 'maxPixels'>,
): void {
  const size = `${widthPx} × ${heightPx} pixels`;
  const details = { widthPx, heightPx };
  if (!(widthPx >= 1 && heightPx >= 1)) {
    throw new RejectedError(
      'CORRUPT_IMAGE',
      `The image states a size of ${size}. Export it again from its source.`,
      details,
    );
  }
  if (Math.max(widthPx, heightPx) > maxLongSidePx) {
    throw new RejectedError(
      'SIDE_TOO_LONG',
      `The image is ${size}; its sides may be at most ${maxLongSidePx}. Cut it into shorter pieces.`,
      { ...details, maxLongSidePx },
    );
  }
  if (widthPx * heightPx > maxPixels) {
    throw new RejectedError(
      'TOO_MANY_PIXELS',
      `The image is ${size}; at most ${maxPixels} pixels are accepted. Send a smaller copy.`,
      { ...details, maxPixels },
    );
  }
}
