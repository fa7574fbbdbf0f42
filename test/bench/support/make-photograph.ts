import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { encodeHeic } from './make-heic.ts';

const WIDTH = 4000;
const HEIGHT = 3000;
const TILE = 1000;
const HEIC_TILE = 500;
const FIXTURE = new URL('../../fixtures/images/candle/normal.JPG', import.meta.url);

/** A photograph of 12 megapixels: tiles of a fixture with a little noise, the same every time. RGB bytes. */
export async function makePhotograph(): Promise<Uint8Array> {
  const tile = await sharp(readFileSync(FIXTURE)).resize(TILE, TILE, { fit: 'cover' }).raw().toBuffer();
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  let state = 1;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH * 3; x++, at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const value = (tile[(y % TILE) * TILE * 3 + (x % (TILE * 3))] ?? 0) + (state >>> 29) - 4;
      pixels[at] = Math.max(0, Math.min(255, value));
    }
  }
  return pixels;
}

/** The photograph as files. */
export async function encodePhotograph(
  pixels: Uint8Array,
): Promise<Record<'jpeg' | 'png' | 'webp' | 'tiff' | 'bmp', Uint8Array>> {
  const image = () => openPixels(pixels);
  return {
    jpeg: await image().jpeg({ quality: 90 }).toBuffer(),
    png: await image().png({ compressionLevel: 3 }).toBuffer(),
    webp: await image().webp({ quality: 85, effort: 0 }).toBuffer(),
    tiff: await image().tiff({ compression: 'lzw' }).toBuffer(),
    bmp: makeBitmap(pixels),
  };
}

/** The photograph as files whose decoders hold more than a few rows at a time. */
export async function encodeCostly(
  pixels: Uint8Array,
): Promise<Record<'progressive_jpeg' | 'interlaced_png' | 'png_16_bit' | 'gif' | 'avif', Uint8Array>> {
  const image = () => openPixels(pixels);
  return {
    progressive_jpeg: await image().jpeg({ quality: 90, progressive: true }).toBuffer(),
    interlaced_png: await image().png({ compressionLevel: 3, progressive: true }).toBuffer(),
    png_16_bit: await image().toColourspace('rgb16').png({ compressionLevel: 3 }).toBuffer(),
    gif: await image().gif({ effort: 1 }).toBuffer(),
    avif: await image().avif({ effort: 0, chromaSubsampling: '4:2:0' }).toBuffer(),
  };
}

/** The photograph in one piece, and tiles of it as phones store a picture; `undefined` without an encoder. */
export async function encodeHeics(
  pixels: Uint8Array,
): Promise<Record<'heic' | 'heic_tiles', Uint8Array> | undefined> {
  const size = { width: HEIC_TILE, height: HEIC_TILE };
  const tile = await openPixels(pixels)
    .extract({ left: 0, top: 0, ...size })
    .raw()
    .toBuffer();
  const heic = encodeHeic({ data: pixels, width: WIDTH, height: HEIGHT });
  const tiles = encodeHeic({ data: tile, ...size }, WIDTH / HEIC_TILE, HEIGHT / HEIC_TILE);
  return heic && tiles && { heic, heic_tiles: tiles };
}

function openPixels(pixels: Uint8Array): Sharp {
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

/** A 24-bit bottom-up bitmap; 4000 pixels a row need no padding. */
function makeBitmap(pixels: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(54 + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, WIDTH, true);
  view.setInt32(22, HEIGHT, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  bytes.set(pixels, 54);
  return bytes;
}
