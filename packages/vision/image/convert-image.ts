import type { Limits } from '../limits.ts';
import type { ConversionSettings, MediaType, Rendering } from '../types.ts';
import { assertFirstFrameWhole } from './check-gif.ts';
import { assertNotRawPhotograph } from './check-tiff.ts';
import { isLosslesslyStored } from './choose-encoding.ts';
import { type ImageHeader, readHeader } from './read-header.ts';
import { renderView } from './render-view.ts';

/** An image that libvips can read, and what is known of it before it is decoded. */
export interface ImageSource extends ImageHeader {
  readonly encoded: Uint8Array;
  /** The pixels are exactly those that the author saved. */
  readonly lossless: boolean;
}

/** What several pictures in one file are called; JPEG and BMP have one. */
const PICTURES: Readonly<Partial<Record<MediaType, string>>> = {
  'image/tiff': 'pages',
  'image/gif': 'frames',
  'image/webp': 'frames',
};

/**
 * One upright sRGB view of an image, its transparency laid on white.
 * @throws RejectedError whatever is wrong with the file
 */
export async function convertImage(
  bytes: Uint8Array,
  mediaType: MediaType,
  { longSidePx, limits }: ConversionSettings,
): Promise<Rendering> {
  const { encoded, source, pages, lossless } = await openSource(bytes, mediaType, limits);
  const view = await renderView(encoded, {
    geometry: { kind: 'IMAGE', source },
    lossless,
    longSidePx,
    limits,
  });
  if (pages < 2) return { views: [view], notes: [] };
  const shown = mediaType === 'image/heic' ? 'the primary one' : 'the first';
  return {
    views: [view],
    notes: [`The file has ${pages} ${PICTURES[mediaType] ?? 'pictures'}; ${shown} is shown.`],
  };
}

/** Checks an image as far as its header goes. @throws RejectedError */
export async function openSource(
  bytes: Uint8Array,
  mediaType: MediaType,
  limits: Limits,
): Promise<ImageSource> {
  if (mediaType === 'image/tiff') assertNotRawPhotograph(bytes);
  const { encoded, pictures } = await decodeForeign(bytes, mediaType, limits);
  const { source, pages } = await readHeader(encoded, limits);
  if (mediaType === 'image/gif') assertFirstFrameWhole(bytes);
  return { encoded, source, pages: pictures ?? pages, lossless: isLosslesslyStored(bytes, mediaType) };
}

/** Formats libvips cannot read become an uncompressed TIFF in memory, so that all take one path from there. */
async function decodeForeign(
  bytes: Uint8Array,
  mediaType: MediaType,
  limits: Limits,
): Promise<{ readonly encoded: Uint8Array; readonly pictures?: number }> {
  if (mediaType === 'image/bmp')
    return { encoded: (await import('./decode-bmp.ts')).decodeBmp(bytes, limits) };
  if (mediaType !== 'image/heic') return { encoded: bytes };
  const { countHeicPictures, decodeHeic } = await import('./decode-heic.ts');
  return { encoded: await decodeHeic(bytes, limits), pictures: await countHeicPictures(bytes, limits) };
}
