import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';

/**
 * Refuses a volume by the size its header states, before anything is decoded.
 * @throws RejectedError CORRUPT_VOLUME for a side below 1, SIDE_TOO_LONG, TOO_MANY_PIXELS (one slice), TOO_MANY_VOXELS (all)
 */
export function assertVolumeSize(
  {
    widthPx,
    heightPx,
    count,
  }: { readonly widthPx: number; readonly heightPx: number; readonly count: number },
  { maxLongSidePx, maxPixels, maxVoxels }: Pick<Limits, 'maxLongSidePx' | 'maxPixels' | 'maxVoxels'>,
): void {
  const size = `${count} slices of ${widthPx} × ${heightPx} voxels`;
  const details = { widthPx, heightPx, count };
  if (!(widthPx >= 1 && heightPx >= 1 && count >= 1)) {
    throw new RejectedError(
      'CORRUPT_VOLUME',
      `The file states ${size}. Export it again from its source.`,
      details,
    );
  }
  if (Math.max(widthPx, heightPx) > maxLongSidePx) {
    throw new RejectedError(
      'SIDE_TOO_LONG',
      `The file states ${size}; the sides may be at most ${maxLongSidePx}. Cut it into smaller pieces.`,
      { ...details, maxLongSidePx },
    );
  }
  if (widthPx * heightPx > maxPixels) {
    throw new RejectedError(
      'TOO_MANY_PIXELS',
      `The file states ${size}; a slice may have at most ${maxPixels}. Send a smaller copy.`,
      { ...details, maxPixels },
    );
  }
  if (widthPx * heightPx * count > maxVoxels) {
    throw new RejectedError(
      'TOO_MANY_VOXELS',
      `The file states ${size}; at most ${maxVoxels} voxels are accepted. Send fewer slices, or a coarser copy.`,
      { ...details, maxVoxels },
    );
  }
}
