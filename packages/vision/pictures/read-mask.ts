import sharp from 'sharp';
import type { Picture } from './picture.ts';

/** JPEG's noise on black is below this. */
const BLACK = 16;

/**
 * Reads a picture of a mask at another size, nearest pixels: 1 where it is anomalous. On black, whatever is brighter counts:
 * masks may number their defects. Where nothing is black, as in a transparent mask that is shown on white, whatever is
 * darker counts. In a JPEG the half between both decides.
 */
export async function readMask(
  { bytes, mediaType }: Pick<Picture, 'bytes' | 'mediaType'>,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Promise<Uint8Array> {
  const grey = await sharp(bytes)
    .greyscale()
    .resize({ width: widthPx, height: heightPx, fit: 'fill', kernel: 'nearest' })
    .raw()
    .toBuffer();
  const brightest = grey.reduce((most, value) => Math.max(most, value), 0);
  const darkest = grey.reduce((least, value) => Math.min(least, value), 255);
  const isLossless = mediaType === 'image/png';
  if (darkest <= BLACK || darkest === brightest) {
    const least = Math.max(1, isLossless ? 1 : brightest / 2);
    return Uint8Array.from(grey, (value) => (value >= least ? 1 : 0));
  }
  const most = isLossless ? brightest - 1 : (darkest + brightest) / 2;
  return Uint8Array.from(grey, (value) => (value <= most ? 1 : 0));
}
