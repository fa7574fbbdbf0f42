import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import { borrowLibheif, type HeifCalls } from './libheif.ts';
import { assertSourceSize } from './source-size.ts';
import { createTiff } from './write-tiff.ts';

/** `heif_colorspace_RGB`, `heif_channel_interleaved` and the two interleaved chromas of heif_image.h. */
const RGB = 1;
const INTERLEAVED = 10;
const CHROMA = { 3: 10, 4: 11 } as const;

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

    const image = heif.decode(handle, RGB, CHROMA[channels]);
    if (
      module._heif_image_get_width(image, INTERLEAVED) !== width ||
      module._heif_image_get_height(image, INTERLEAVED) !== height
    ) {
      throw new RejectedError(
        'CORRUPT_IMAGE',
        'The picture in the file is not of the size that the file states. Export it again from its source.',
        { widthPx: width, heightPx: height },
      );
    }
    const tiff = createTiff({ width, height, channels, profile });
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

function copyRows(heif: HeifCalls, image: number, to: Uint8Array, rowBytes: number): void {
  const { start, stride } = heif.locatePlane(image, INTERLEAVED);
  const memory = heif.module.HEAPU8;
  for (let at = 0, from = start; at < to.length; at += rowBytes, from += stride) {
    to.set(memory.subarray(from, from + rowBytes), at);
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
