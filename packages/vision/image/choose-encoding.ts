import type { MediaType } from '../types.ts';

/** Interleaved 8-bit RGB. */
export interface RgbPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A view with no more colours than a palette holds is drawn, not photographed. */
const FEW_COLOURS = 256;
/** Share of pixels equal to their left neighbour: sensor noise keeps photographs far below, drawings are far above. */
const FLAT_SHARE = 0.5;
/** Enough pixels for both measures. */
const SAMPLE_PIXELS = 1 << 18;

/** Whether the pixels of a file are exactly those its author saved. Only then can a PNG view keep something. */
export function isLosslesslyStored(bytes: Uint8Array, mediaType: MediaType): boolean {
  if (mediaType === 'image/webp') return isLosslessWebp(bytes);
  return (
    mediaType === 'image/png' ||
    mediaType === 'image/gif' ||
    mediaType === 'image/bmp' ||
    mediaType === 'image/tiff'
  );
}

/** Few colours or large flat areas with hard edges: a drawing, screenshot, mask or cut-out. */
export function isGraphic({ data, width, height }: RgbPixels): boolean {
  const rowStep = Math.max(1, Math.floor((width * height) / SAMPLE_PIXELS));
  const colours = new Set<number>();
  let equal = 0;
  let pairs = 0;
  for (let y = 0; y < height; y += rowStep) {
    let previous = -1;
    for (let at = y * width * 3, end = at + width * 3; at < end; at += 3) {
      const colour = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
      if (previous >= 0) pairs += 1;
      if (colour === previous) equal += 1;
      else if (colours.size <= FEW_COLOURS) colours.add(colour);
      previous = colour;
    }
  }
  return colours.size <= FEW_COLOURS || equal >= FLAT_SHARE * pairs;
}

/** A `VP8L` chunk holds the picture (RFC 9649 section 2.6); it comes before any metadata and after `VP8X`. */
function isLosslessWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (name === 'VP8L') return true;
    if (name === 'VP8 ' || name === 'ALPH') return false;
    // An animation frame has 16 bytes of its own, then the chunk of its picture.
    const size = name === 'ANMF' ? 16 : view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return false;
}
