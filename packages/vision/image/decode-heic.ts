import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import { borrowLibheif, type HeifCalls } from './libheif.ts';
import { assertSourceSize } from './source-size.ts';
import { createTiff } from './write-tiff.ts';
import { isKnownMatrix, writeRgb, type YcbcrPicture } from './ycbcr.ts';

/** Numbers of heif_image.h: colour spaces, chromas and channels. */
const YCBCR = 0;
const RGB = 1;
const SHIFTS: ReadonlyMap<number, readonly [0 | 1, 0 | 1]> = new Map([
  [1, [1, 1]],
  [2, [1, 0]],
  [3, [0, 0]],
]);
const INTERLEAVED_CHROMA = { 3: 10, 4: 11 } as const;
const [LUMA, BLUE, RED, INTERLEAVED] = [0, 1, 2, 10] as const;

/**
 * Decodes a picture of a HEIC file, the primary one or the one at a position behind it, tiles assembled and its rotation, mirroring and cropping applied,
 * to 8 bits per sample. Blocks the thread, for a second or so with a 12-megapixel picture.
 * @returns an uncompressed TIFF, RGB or RGBA, carrying the ICC profile of the file
 * @throws RejectedError
 */
export async function decodeHeic(bytes: Uint8Array, limits: Limits, position = 0): Promise<Uint8Array> {
  const maxPixels = Math.min(limits.maxPixels, limits.maxHeicPixels);
  return borrowLibheif((heif) => {
    heif.open(bytes, maxPixels);
    const id = heif.listPictures()[position];
    if (id === undefined) throw new RangeError(`The file has no picture ${position}.`);
    const handle = heif.getPicture(id);
    const { module } = heif;
    const width = module._heif_image_handle_get_width(handle);
    const height = module._heif_image_handle_get_height(handle);
    assertSourceSize(width, height, { ...limits, maxPixels });
    const channels = module._heif_image_handle_has_alpha_channel(handle) === 0 ? 3 : 4;
    const profile = heif.readProfile(handle);
    const shape = { width, height, channels, profile } as const;

    const planes = channels === 3 ? decodePlanes(heif, handle, shape) : undefined;
    if (planes !== undefined) {
      const tiff = createTiff(shape);
      writeRgb(planes, tiff.pixels);
      return tiff.bytes;
    }
    const image = heif.decode(handle, RGB, INTERLEAVED_CHROMA[channels]);
    assertPlaneSize(heif, image, INTERLEAVED, shape);
    const tiff = createTiff(shape);
    copyRows(heif, image, tiff.pixels, width * channels);
    if (channels === 4 && module._heif_image_handle_is_premultiplied_alpha(handle) !== 0) {
      unpremultiply(tiff.pixels);
    }
    return tiff.bytes;
  });
}

/** How many pictures a HEIC file holds. Parses its boxes and decodes nothing. @throws RejectedError */
export async function countHeicPictures(bytes: Uint8Array, limits: Limits): Promise<number> {
  return borrowLibheif((heif) => {
    heif.open(bytes, Math.min(limits.maxPixels, limits.maxHeicPixels));
    return heif.listPictures().length;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a picture into planes as they are stored, half as large as RGB, which libheif would hold beside them. `undefined` for
 * what `writeRgb` does not read.
 */
function decodePlanes(heif: HeifCalls, handle: number, { width, height }: Size): YcbcrPicture | undefined {
  const { module } = heif;
  const hasBytes =
    module._heif_image_handle_get_luma_bits_per_pixel(handle) === 8 &&
    module._heif_image_handle_get_chroma_bits_per_pixel(handle) === 8;
  if (!hasBytes || heif.readColourSpace(handle) !== YCBCR) return undefined;
  const image = heif.decodeAsStored(handle);
  const shifts = SHIFTS.get(module._heif_image_get_chroma_format(image));
  const coding = heif.readCoding(image);
  const areBytes = [LUMA, BLUE, RED].every(
    (channel) => module._heif_image_get_bits_per_pixel_range(image, channel) === 8,
  );
  if (shifts === undefined || coding === undefined || !isKnownMatrix(coding.matrix) || !areBytes)
    return undefined;
  const [shiftX, shiftY] = shifts;
  const coarse = { width: (width + shiftX) >> shiftX, height: (height + shiftY) >> shiftY };
  assertPlaneSize(heif, image, LUMA, { width, height });
  for (const channel of [BLUE, RED]) assertPlaneSize(heif, image, channel, coarse);
  const [luma, blue, red] = [LUMA, BLUE, RED].map((channel) => heif.viewPlane(image, channel));
  return luma && blue && red && { width, height, luma, blue, red, shiftX, shiftY, coding };
}

/** A file may state one size and hold another. */
function assertPlaneSize(
  { module }: HeifCalls,
  image: number,
  channel: number,
  { width, height }: Size,
): void {
  if (
    module._heif_image_get_width(image, channel) === width &&
    module._heif_image_get_height(image, channel) === height
  )
    return;
  throw new RejectedError(
    'CORRUPT_IMAGE',
    'The picture in the file is not of the size that the file states. Export it again from its source.',
    { widthPx: width, heightPx: height },
  );
}

function copyRows(heif: HeifCalls, image: number, to: Uint8Array, rowBytes: number): void {
  const { data, stride } = heif.viewPlane(image, INTERLEAVED);
  for (let at = 0, from = 0; at < to.length; at += rowBytes, from += stride) {
    to.set(data.subarray(from, from + rowBytes), at);
  }
}

function unpremultiply(rgba: Uint8Array): void {
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) {
      rgba[channel] = Math.min(255, Math.round(((rgba[channel] ?? 0) * 255) / alpha));
    }
  }
}
