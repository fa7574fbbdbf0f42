import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { onlyView, readPixels } from '../fixtures/view-pixels.ts';
import { expandRunLengths } from './bmp-run-lengths.ts';

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const YELLOW = [255, 255, 0];

async function readBmp(bytes: Uint8Array) {
  const view = onlyView(await convert(bytes));
  expect(view.mediaType).toBe('image/png');
  expect(view).toMatchObject({ widthPx: 9, heightPx: 6 });
  const { at } = await readPixels(view.bytes);
  return [at(0, 0), at(8, 0), at(0, 5), at(7, 5), at(8, 5)];
}

describe('bitmaps', () => {
  it.each([
    'rgb24.bmp',
    'rgb24-top-down.bmp',
    'rgbx32.bmp',
    'masks32.bmp',
    'palette8.bmp',
    'palette4.bmp',
    'os2-palette4.bmp',
  ])('%s has the colours it was made with', async (name) => {
    expect(await readBmp(readFixture(name))).toEqual([RED, GREEN, BLUE, YELLOW, [1, 2, 3]]);
  });

  it('scales 5 bits to 8', async () => {
    expect(await readBmp(readFixture('rgb555.bmp'))).toEqual([RED, GREEN, BLUE, YELLOW, [0, 0, 0]]);
  });

  it('scales 6 bits of green', async () => {
    expect(await readBmp(readFixture('rgb565.bmp'))).toEqual([RED, GREEN, BLUE, YELLOW, [0, 0, 0]]);
  });

  it('looks grey levels up', async () => {
    // ITU-R 601 luma as Pillow rounds it: 0.299, 0.587, 0.114.
    const [red, green, blue, yellow] = (await readBmp(readFixture('grey8.bmp'))).map(([level]) => level);
    expect([red, green, blue, yellow]).toEqual([76, 150, 29, 226]);
  });

  it('reads one bit per pixel', async () => {
    const levels = (await readBmp(readFixture('one-bit.bmp'))).map(([level]) => level);
    expect(levels).toEqual([0, 255, 0, 255, 0]);
  });

  it('takes a 32-bit file without masks for opaque, whatever its fourth byte', async () => {
    // rgba32.bmp is of this kind and has 128 there.
    expect(await readBmp(readFixture('rgba32.bmp'))).toEqual([RED, GREEN, BLUE, YELLOW, [1, 2, 3]]);
  });

  it.each([
    [128, [255, 127, 127]],
    [0, RED],
  ])('lays the alpha of a V4 file on white, unless none is used (%i)', async (alpha, expected) => {
    const [first] = await readBmp(makeV4(alpha));
    expect(first).toEqual(expected);
  });

  it('accepts a last row without its padding and nothing shorter', async () => {
    const bytes = readFixture('rgb24.bmp');
    await expect(convert(bytes.subarray(0, -1))).resolves.toBeDefined();
    await expect(convert(bytes.subarray(0, -2))).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
  });

  it('refuses colours that the palette does not have', async () => {
    const bytes = readFixture('palette4.bmp');
    bytes[bytes.length - 1] = 0;
    bytes[54 + 5 * 4] = 0xff;
    await expect(convert(bytes)).rejects.toMatchObject({ code: 'CORRUPT_IMAGE' });
  });

  it.each([
    [24, 5],
    [64, 0],
    [8, 3],
    [24, 1],
  ])('refuses %i bits in compression %i', async (bits, compression) => {
    const bytes = readFixture('rgb24.bmp');
    const view = new DataView(bytes.buffer);
    view.setUint16(28, bits, true);
    view.setUint32(30, compression, true);
    await expect(convert(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED_VARIANT' });
  });
});

describe('run lengths', () => {
  // The example of "Bitmap Compression" in Microsoft's documentation of Windows GDI.
  const encoded = '03 04 05 06 00 03 45 56 67 00 02 78 00 02 05 01 02 78 00 00 09 1E 00 01';

  it('expands the RLE8 example of the documentation', () => {
    const indexes = expandRunLengths(fromHex(encoded), { widthPx: 20, heightPx: 3, bits: 8 });
    const rows = [0, 1, 2].map((row) =>
      Buffer.from(indexes.subarray(row * 20, row * 20 + 20)).toString('hex'),
    );
    expect(rows).toEqual([
      `040404${'06'.repeat(5)}4556677878${'00'.repeat(7)}`,
      `${'00'.repeat(18)}7878`,
      `${'1e'.repeat(9)}${'00'.repeat(11)}`,
    ]);
  });

  it('expands the RLE4 example of the documentation', () => {
    const codes = fromHex('03 04 05 06 00 06 45 56 67 00 04 78 00 00 09 1E 00 01');
    const indexes = expandRunLengths(codes, { widthPx: 18, heightPx: 2, bits: 4 });
    expect([...indexes.subarray(0, 18)]).toEqual([0, 4, 0, 0, 6, 0, 6, 0, 4, 5, 5, 6, 6, 7, 7, 8, 7, 8]);
    expect([...indexes.subarray(18)]).toEqual([1, 14, 1, 14, 1, 14, 1, 14, 1, ...new Array(9).fill(0)]);
  });

  it.each([
    ['end too early', '03 04'],
    ['leave the picture', 'ff 04 00 01'],
    ['are too few for its size', ''],
  ])('refuses codes that %s', (what, codes) => {
    expect(() => expandRunLengths(fromHex(codes), { widthPx: 20, heightPx: 3, bits: 8 })).toThrow(what);
  });
});

/** 9 × 6 red pixels in a BITMAPV4HEADER with the usual masks. */
function makeV4(alpha: number): Uint8Array {
  const bytes = new Uint8Array(14 + 108 + 9 * 6 * 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 122, true);
  view.setUint32(14, 108, true);
  view.setInt32(18, 9, true);
  view.setInt32(22, 6, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 32, true);
  view.setUint32(30, 3, true);
  [0xff0000, 0xff00, 0xff, 0xff000000].forEach((mask, index) => {
    view.setUint32(54 + 4 * index, mask, true);
  });
  for (let at = 122; at < bytes.length; at += 4) bytes.set([0, 0, 255, alpha], at);
  return bytes;
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}
