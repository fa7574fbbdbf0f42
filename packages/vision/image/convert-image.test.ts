import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { onlyView, readPixels } from '../fixtures/view-pixels.ts';

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const YELLOW = [255, 255, 0];

async function convertFixture(name: string) {
  const view = onlyView(await convert(readFixture(name)));
  return { view, pixels: await readPixels(view.bytes) };
}

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const farthest = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? -1000))));
  expect(farthest, `${actual} is not ${expected}`).toBeLessThanOrEqual(tolerance);
}

describe('orientation', () => {
  const files = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => [`orientation-${value}.jpg`, 6] as const);
  const others = ['png', 'webp', 'tif'].map((kind) => [`orientation-6.${kind}`, 0] as const);
  it.each([...files, ...others])('stands %s upright', async (name, tolerance) => {
    const { view, pixels } = await convertFixture(name);
    expect(view).toMatchObject({
      widthPx: 48,
      heightPx: 32,
      geometry: { source: { widthPx: 48, heightPx: 32 } },
    });
    expectNear(pixels.at(8, 8), RED, tolerance);
    expectNear(pixels.at(40, 8), GREEN, tolerance);
    expectNear(pixels.at(8, 24), BLUE, tolerance);
    expectNear(pixels.at(40, 24), YELLOW, tolerance);
  });

  it('leaves no orientation or other metadata in the view', async () => {
    const { view } = await convertFixture('orientation-6.jpg');
    const { orientation, exif, icc } = await sharp(view.bytes).metadata();
    expect([orientation, exif, icc]).toEqual([undefined, undefined, undefined]);
  });
});

describe('colour', () => {
  it.each([
    ['swapped-profile.jpg', 6],
    ['swapped-profile.png', 1],
    ['swapped-profile.tif', 1],
    ['swapped-profile.webp', 1],
  ])('%s: red under a profile with red and green exchanged is green', async (name, tolerance) => {
    const { pixels } = await convertFixture(name);
    expectNear(pixels.at(8, 8), GREEN, tolerance);
  });

  it('turns CMYK of full magenta and yellow into a red, not its negative', async () => {
    const { pixels } = await convertFixture('cmyk.jpg');
    const [red = 0, green = 255, blue = 255] = pixels.at(8, 8);
    expect(red).toBeGreaterThan(200);
    expect(green).toBeLessThan(70);
    expect(blue).toBeLessThan(70);
  });

  // Expected: Pillow 9.4 with LittleCMS 2.14, and for full inks a sum done by hand; see `printed` of make.py.
  it.each([
    ['printed.tif', 2],
    ['printed.jpg', 3],
  ])('%s: shows inks as the profile of the printer says', async (name, tolerance) => {
    const printed: [number[], number[]][] = JSON.parse(Buffer.from(readFixture('printed.json')).toString());
    const { pixels } = await convertFixture(name);
    expect(printed).toHaveLength(24);
    for (const [position, [, shown]] of printed.entries()) {
      expectNear(pixels.at((position % 6) * 16 + 8, Math.floor(position / 6) * 16 + 8), shown, tolerance);
    }
  });

  it('keeps grey grey', async () => {
    const { pixels } = await convertFixture('grey.jpg');
    expectNear(pixels.at(8, 8), [100, 100, 100], 1);
  });

  it.each(['palette.png', 'palette-4bit.png'])('%s: looks palette colours up exactly', async (name) => {
    const { view, pixels } = await convertFixture(name);
    expect(view.mediaType).toBe('image/png');
    expect([pixels.at(8, 8), pixels.at(40, 8), pixels.at(8, 24), pixels.at(40, 24)]).toEqual([
      RED,
      GREEN,
      BLUE,
      YELLOW,
    ]);
  });

  it('keeps the colours of an AVIF', async () => {
    const { pixels } = await convertFixture('quarters.avif');
    expectNear(pixels.at(8, 8), RED, 8);
    expectNear(pixels.at(40, 24), YELLOW, 8);
  });

  it('shows one-bit pictures as black and white', async () => {
    // Luma of red, green, blue, yellow: 76, 150, 29, 226; the fixture is white above 128.
    const { pixels } = await convertFixture('one-bit.png');
    expect([pixels.at(8, 8)[0], pixels.at(40, 8)[0], pixels.at(8, 24)[0], pixels.at(40, 24)[0]]).toEqual([
      0, 255, 0, 255,
    ]);
  });
});

describe('16 bits', () => {
  // The upper byte: 0, 257 = 0x0101, 32768 = 0x8000, 40092 = 0x9c9c, 65535 = 0xffff.
  it.each(['grey16.tif', 'grey16-lzw.tif', 'grey16.png'])('%s: full range to full range', async (name) => {
    const { pixels } = await convertFixture(name);
    expect([2, 6, 10, 14, 18].map((x) => pixels.at(x, 4)[0])).toEqual([0, 1, 128, 156, 255]);
  });

  it('scales every channel of big-endian RGB', async () => {
    const { pixels } = await convertFixture('rgb16-big-endian.tif');
    expect(pixels.at(4, 4)).toEqual([255, 128, 0]);
  });

  it('refuses floating point, whose black and white are unknown', async () => {
    const float = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } })
      .toColourspace('scrgb')
      .tiff({ compression: 'none' })
      .toBuffer();
    const { depth } = await sharp(float).metadata();
    expect(depth).toBe('float');
    await expect(convert(new Uint8Array(float))).rejects.toMatchObject({ code: 'UNSUPPORTED_VARIANT' });
  });
});

describe('transparency', () => {
  it.each(['png', 'webp', 'tiff', 'avif'] as const)(
    '%s: lays half-transparent blue on white',
    async (format) => {
      const background = { r: 0, g: 0, b: 255, alpha: 0.5 };
      const bytes = await sharp({ create: { width: 16, height: 16, channels: 4, background } })
        .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : { lossless: true })
        .toBuffer();
      const view = onlyView(await convert(new Uint8Array(bytes)));
      const pixels = await readPixels(view.bytes);
      expectNear(pixels.at(8, 8), [127, 127, 255], format === 'avif' ? 4 : 1);
    },
  );
});

describe('notes', () => {
  it.each(['grey16.tif', 'orientation-6.webp', 'grid.heic', 'cheers.heic', 'quarters.avif', 'palette.png'])(
    '%s: has one picture, and nothing is said of others',
    async (name) => {
      expect((await convert(readFixture(name))).notes).toEqual([]);
    },
  );
});

describe('size', () => {
  const wide = () =>
    sharp({ create: { width: 3000, height: 1000, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();

  it('shrinks to the long side and keeps the proportions', async () => {
    const bytes = new Uint8Array(await wide());
    expect(onlyView(await convert(bytes))).toMatchObject({
      widthPx: 2048,
      heightPx: 683,
      geometry: { source: { widthPx: 3000, heightPx: 1000 } },
    });
    expect(onlyView(await convert(bytes, { longSidePx: 256 }))).toMatchObject({ widthPx: 256, heightPx: 85 });
    expect(onlyView(await convert(bytes, { longSidePx: 4096 }))).toMatchObject({
      widthPx: 3000,
      heightPx: 1000,
    });
  });

  it('leaves a line of one pixel at least', async () => {
    const line = await sharp({ create: { width: 9000, height: 1, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect(onlyView(await convert(new Uint8Array(line)))).toMatchObject({ widthPx: 2048, heightPx: 1 });
  });

  it('refuses more pixels or a longer side than the limits, from the header', async () => {
    const bytes = new Uint8Array(await wide());
    await expect(convert(bytes, { limits: { maxPixels: 2_999_999 } })).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
    });
    await expect(convert(bytes, { limits: { maxLongSidePx: 2999 } })).rejects.toMatchObject({
      code: 'SIDE_TOO_LONG',
      details: { widthPx: 3000, heightPx: 1000, maxLongSidePx: 2999 },
    });
  });
});
