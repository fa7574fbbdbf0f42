import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import { readMetadata } from './sharp-input.ts';
import { assertSourceSize } from './source-size.ts';

/** What the header of an image says. */
export interface ImageHeader {
  /** Upright size, pixels. */
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  /** Pages, frames or pictures in the file. */
  readonly pages: number;
}

/** Sample types that are light as the eye takes it. The others (float, 32-bit, signed) are measurements. */
const PICTURE_DEPTHS: ReadonlySet<string> = new Set(['uchar', 'ushort']);

/** Reads no pixels. @throws RejectedError for a size over the limits or samples that are not a picture */
export async function readHeader(bytes: Uint8Array, limits: Limits, page = 0): Promise<ImageHeader> {
  const { width, height, autoOrient, depth, pages } = await readMetadata(bytes, page);
  assertSourceSize(width, height, limits);
  if (!PICTURE_DEPTHS.has(depth)) {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      `The samples of the image are of type ${depth}: measurements, whose black and white are unknown. Send 8-bit or 16-bit unsigned samples.`,
      { depth },
    );
  }
  return { source: { widthPx: autoOrient.width, heightPx: autoOrient.height }, pages: pages ?? 1 };
}
