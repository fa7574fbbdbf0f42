import type { ConversionSettings, MediaType, View } from '../types.ts';
import { assertFirstFrameWhole } from './check-gif.ts';
import { assertNotRawPhotograph } from './check-tiff.ts';
import { isLosslesslyStored } from './choose-encoding.ts';
import { readHeader } from './read-header.ts';
import { renderView } from './render-view.ts';

/**
 * One upright sRGB view of an image, its transparency laid on white.
 * @throws RejectedError whatever is wrong with the file
 */
export async function convertImage(
  bytes: Uint8Array,
  mediaType: MediaType,
  settings: ConversionSettings,
): Promise<View> {
  if (mediaType === 'image/tiff') assertNotRawPhotograph(bytes);
  const encoded = await decodeForeign(bytes, mediaType, settings);
  const header = await readHeader(encoded, settings.limits);
  if (mediaType === 'image/gif') assertFirstFrameWhole(bytes);
  return renderView(encoded, header, { lossless: isLosslesslyStored(bytes, mediaType), settings });
}

/** Formats libvips cannot read become an uncompressed TIFF in memory, so that all take one path from there. */
async function decodeForeign(
  bytes: Uint8Array,
  mediaType: MediaType,
  { limits }: ConversionSettings,
): Promise<Uint8Array> {
  if (mediaType === 'image/bmp') return (await import('./decode-bmp.ts')).decodeBmp(bytes, limits);
  if (mediaType === 'image/heic') return (await import('./decode-heic.ts')).decodeHeic(bytes, limits);
  return bytes;
}
