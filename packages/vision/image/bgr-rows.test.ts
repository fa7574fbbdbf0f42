import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { findBgrRows } from './bgr-rows.ts';
import { cropSource } from './crop-source.ts';

const HEIGHT = 50;

/** A gradient with noise, so that no two rows, columns or channels are alike. */
function makePixels(width: number): Uint8Array {
  return Uint8Array.from({ length: width * HEIGHT * 3 }, (_, at) => {
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    return [x * 3, y * 5, (x * 7 + y * 11) % 200][at % 3] ?? 0;
  });
}

function makePng(width: number): Promise<Uint8Array> {
  return sharp(makePixels(width), { raw: { width, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
}

/** BITMAPFILEHEADER, BITMAPINFOHEADER and rows padded to four bytes. */
function makeBmp(width: number, topDown: boolean): Uint8Array {
  const pixels = makePixels(width);
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(54 + stride * HEIGHT);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, topDown ? -HEIGHT : HEIGHT, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < HEIGHT; y++) {
    const row = 54 + stride * (topDown ? y : HEIGHT - 1 - y);
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      bytes.set(pixels.slice(at, at + 3).reverse(), row + x * 3);
    }
  }
  return bytes;
}

// 64 pixels need no padding, 63 need three bytes, 65 one: only the last are copied.
describe.each([
  [64, false, true],
  [64, true, true],
  [63, false, true],
  [63, true, true],
  [65, false, false],
])('a plain bitmap, %i px wide, top-down %s', (width, topDown, isReadInPlace) => {
  const bmp = makeBmp(width, topDown);

  it(isReadInPlace ? 'is read in place' : 'is copied', () => {
    expect(findBgrRows(bmp, DEFAULT_LIMITS) !== undefined).toBe(isReadInPlace);
  });

  it('has the views of the same pixels in a PNG, as they are and stretched', async () => {
    const options = { image: { contrast: true } };
    const { views } = await convert(bmp, options);
    expect(views).toHaveLength(2);
    // The same pixels are encoded to the same bytes.
    expect(views).toEqual((await convert(await makePng(width), options)).views);
  });

  it('gives the same parts', async () => {
    const region = { x: 5, y: 3, width: 40, height: 21 };
    expect(await cropSource(bmp, region)).toEqual(await cropSource(await makePng(width), region));
  });
});
