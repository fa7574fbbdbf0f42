import sharp, { type Sharp } from 'sharp';
import type { Rectangle } from '../geometry.ts';
import type { Limits } from '../limits.ts';
import { readBmpHeader } from './bmp-header.ts';
import { assertSourceSize } from './source-size.ts';

/** Rows of a bitmap as they lie in its file: 8 bits each of blue, green and red. libvips reads them there, without a copy. */
export interface BgrRows {
  readonly data: Uint8Array;
  readonly source: { readonly widthPx: number; readonly heightPx: number };
  /** Bytes from one row to the next: pixels, and perhaps three of padding, as many as one more. */
  readonly strideBytes: number;
  readonly bottomUp: boolean;
}

const BITS = 24;
const BYTES = 3;
const BGR_TO_RGB: [[number, number, number], [number, number, number], [number, number, number]] = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
];

/**
 * The rows of a plain 24-bit bitmap, the usual kind of a camera: a copy of them would be as large as the file. `undefined` for
 * every other kind, and where rows do not begin at whole pixels of each other.
 * @throws RejectedError for a damaged header or a size over the limits
 */
export function findBgrRows(bytes: Uint8Array, limits: Limits): BgrRows | undefined {
  const { widthPx, heightPx, bits, masks, profile, pixelsAt, topDown } = readBmpHeader(bytes);
  if (bits !== BITS || masks !== undefined || profile !== undefined) return undefined;
  assertSourceSize(widthPx, heightPx, limits);
  const strideBytes = Math.ceil((widthPx * BYTES) / 4) * 4;
  const data = bytes.subarray(pixelsAt, pixelsAt + strideBytes * heightPx);
  if (strideBytes % BYTES !== 0 || data.length < strideBytes * heightPx) return undefined;
  return { data, source: { widthPx, heightPx }, strideBytes, bottomUp: !topDown };
}

/** A libvips pipeline over a region of such rows, upright and in RGB once it is read. */
export function openBgrRows(
  { data, source, strideBytes, bottomUp }: BgrRows,
  { maxSeconds }: Limits,
  region: Rectangle = { x: 0, y: 0, width: source.widthPx, height: source.heightPx },
): Sharp {
  const { x, y, width, height } = region;
  const raw = { width: strideBytes / BYTES, height: source.heightPx, channels: BYTES } as const;
  const top = bottomUp ? source.heightPx - y - height : y;
  return sharp(data, { raw, limitInputPixels: false })
    .timeout({ seconds: maxSeconds })
    .extract({ left: x, top, width, height })
    .flip(bottomUp)
    .recomb(BGR_TO_RGB);
}
