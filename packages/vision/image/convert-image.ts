import type { ImageGeometry } from '../geometry.ts';
import type { Limits } from '../limits.ts';
import type { ConversionSettings, MediaType, Rendering, View } from '../types.ts';
import type { BgrRows } from './bgr-rows.ts';
import { assertFirstFrameWhole } from './check-gif.ts';
import { assertNotRawPhotograph } from './check-tiff.ts';
import { isLosslesslyStored } from './choose-encoding.ts';
import { type ImageHeader, readHeader } from './read-header.ts';
import { renderView } from './render-view.ts';
import { readTiffPages, type TiffPage } from './tiff-directory.ts';

/** An image that libvips can read, and what is known of it before it is decoded. */
export interface ImageSource extends ImageHeader {
  readonly encoded: Uint8Array;
  /** The pixels of `encoded`, where they need no decoder. */
  readonly rows?: BgrRows | undefined;
  /** Which page of `encoded` is meant. */
  readonly page: number;
  /** The pixels are exactly those that the author saved. */
  readonly lossless: boolean;
  readonly notes: readonly string[];
}

/** What several pictures in one file are called; JPEG and BMP have one. */
const PICTURES: Readonly<Partial<Record<MediaType, string>>> = {
  'image/tiff': 'pages',
  'image/gif': 'frames',
  'image/webp': 'frames',
};

/**
 * Upright sRGB views of an image, its transparency laid on white: one, or one for each page of a TIFF and each picture of a
 * HEIC file.
 * @throws RejectedError whatever is wrong with the file
 */
export async function convertImage(
  bytes: Uint8Array,
  mediaType: MediaType,
  settings: ConversionSettings,
): Promise<Rendering> {
  const { longSidePx, limits, image } = settings;
  const first = await openSource(bytes, mediaType, limits);
  const { positions, notes } = choosePages(bytes, mediaType, first, settings);
  const views: View[] = [];
  for (const position of positions) {
    const { encoded, rows, source, lossless, page } =
      position === 0 ? first : await openSource(bytes, mediaType, limits, position);
    const geometry: ImageGeometry = {
      kind: 'IMAGE',
      source,
      ...(positions.length > 1 && { page: position }),
    };
    const plan = { lossless, longSidePx, limits, page, rows };
    views.push(await renderView(encoded, { ...plan, geometry }));
    if (image.contrast) {
      const stretched = { ...geometry, isContrastStretched: true } as const;
      views.push(await renderView(encoded, { ...plan, geometry: stretched }));
    }
  }
  return { views, notes: [...first.notes, ...notes] };
}

/** Which pages are shown, and what is to be said of the others. */
function choosePages(
  bytes: Uint8Array,
  mediaType: MediaType,
  { pages: count, source }: ImageSource,
  { image, limits }: ConversionSettings,
): { readonly positions: readonly number[]; readonly notes: readonly string[] } {
  if (count < 2) return { positions: [0], notes: [] };
  const what = PICTURES[mediaType] ?? 'pictures';
  if (mediaType === 'image/gif' || mediaType === 'image/webp') {
    return { positions: [0], notes: [`The file has ${count} ${what}; the first is shown.`] };
  }
  const pages = mediaType === 'image/tiff' ? readTiffPages(bytes) : [];
  const whole = Array.from({ length: count }, (_, position) => position).filter(
    (position) => position === 0 || pages[position]?.isCopy !== true,
  );
  // All pages together may cost what one may; pages of a file are mostly of one size.
  const most = mediaType === 'image/heic' ? limits.maxHeicPixels : limits.maxPixels;
  const affordable = Math.max(1, Math.floor(most / (source.widthPx * source.heightPx)));
  const positions = whole.slice(0, Math.min(image.pages, affordable));
  const notes: string[] = [];
  if (positions.length < whole.length) {
    notes.push(`The file has ${whole.length} ${what}; ${describeCount(positions.length)} shown.`);
  }
  if (whole.length < count) {
    notes.push(`${count - whole.length} smaller copies or masks in the file are left out.`);
  }
  return { positions, notes };
}

function describeCount(count: number): string {
  return count === 1 ? 'the first is' : `the first ${count} are`;
}

/**
 * Checks an image as far as its header goes.
 * @param position which page or picture, from 0
 * @throws RejectedError
 */
export async function openSource(
  bytes: Uint8Array,
  mediaType: MediaType,
  limits: Limits,
  position = 0,
): Promise<ImageSource> {
  if (mediaType === 'image/tiff') assertNotRawPhotograph(bytes);
  const foreign = await decodeForeign(bytes, mediaType, limits, position);
  const { encoded, rows, pictures, isSingle, notes = [] } = foreign;
  const page = isSingle ? 0 : position;
  const { source, pages } =
    rows === undefined ? await readHeader(encoded, limits, page) : { source: rows.source, pages: 1 };
  if (mediaType === 'image/gif') assertFirstFrameWhole(bytes);
  const lossless = isLosslesslyStored(bytes, mediaType);
  return { encoded, rows, source, page, pages: pictures ?? pages, lossless, notes };
}

/** What libvips is given to read. */
interface Encoded {
  readonly encoded: Uint8Array;
  readonly rows?: BgrRows | undefined;
  /** Pictures in the file, where libvips does not know. */
  readonly pictures?: number;
  /** `encoded` holds the wanted page alone. */
  readonly isSingle: boolean;
  readonly notes?: readonly string[];
}

/** Formats libvips cannot read become an uncompressed TIFF in memory, or plain rows, so that all take one path from there. */
async function decodeForeign(
  bytes: Uint8Array,
  mediaType: MediaType,
  limits: Limits,
  position: number,
): Promise<Encoded> {
  if (mediaType === 'image/bmp') {
    const [{ findBgrRows }, { decodeBmp }] = await Promise.all([
      import('./bgr-rows.ts'),
      import('./decode-bmp.ts'),
    ]);
    const rows = findBgrRows(bytes, limits);
    return { encoded: rows?.data ?? decodeBmp(bytes, limits), rows, isSingle: true };
  }
  if (mediaType === 'image/heic') {
    const { countHeicPictures, decodeHeic } = await import('./decode-heic.ts');
    const encoded = await decodeHeic(bytes, limits, position);
    return { encoded, pictures: await countHeicPictures(bytes, limits), isSingle: true };
  }
  if (mediaType === 'image/avif') return { encoded: renameSequence(bytes), isSingle: false };
  if (mediaType === 'image/tiff') {
    const pages = readTiffPages(bytes);
    const page = pages[position];
    if (page !== undefined && isMeasurement(page)) {
      const { decodeMeasurement } = await import('./decode-measurement.ts');
      const { encoded, notes } = await decodeMeasurement(bytes, page, position, limits);
      return { encoded, notes, pictures: pages.length, isSingle: true };
    }
  }
  return { encoded: bytes, isSingle: false };
}

/** libvips knows a file by its first brand, and knows none of sequences, though it reads the picture beside one. */
function renameSequence(bytes: Uint8Array): Uint8Array {
  if (Buffer.from(bytes.subarray(8, 12)).toString('latin1') !== 'avis') return bytes;
  const renamed = Uint8Array.from(bytes);
  renamed.set(Buffer.from('avif'), 8);
  return renamed;
}

/** One channel of float, signed or 32-bit samples: numbers without a black and a white. */
function isMeasurement({ samples, sampleFormat, bits, photometric }: TiffPage): boolean {
  const isGrey = photometric === 0 || photometric === 1;
  return (
    samples === 1 &&
    isGrey &&
    (sampleFormat === 3 || sampleFormat === 2 || (sampleFormat === 1 && bits === 32))
  );
}
