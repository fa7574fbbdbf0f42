import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { onlyView, readPixels } from '../fixtures/view-pixels.ts';
import { isLosslesslyStored } from './choose-encoding.ts';

async function encode(image: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await image.toBuffer());
}

async function chooseFor(bytes: Uint8Array): Promise<string> {
  return onlyView(await convert(bytes)).mediaType;
}

const photograph = () => sharp(readFixture('candle.jpg'));
/** Black bars on white, their edges hard. */
const drawing = () => {
  const data = Buffer.from(
    Array.from({ length: 600 * 400 }, (_, index) => ((index % 600) % 60 < 10 ? 0 : 255)),
  );
  return sharp(data, { raw: { width: 600, height: 400, channels: 1 } });
};

describe('the encoding of a view', () => {
  it.each(['png', 'tiff', 'webp'] as const)(
    'is JPEG for a photograph stored as lossless %s',
    async (format) => {
      const options = format === 'tiff' ? { compression: 'lzw' } : { lossless: true };
      expect(await chooseFor(await encode(photograph().toFormat(format, options)))).toBe('image/jpeg');
    },
  );

  it.each(['png', 'tiff', 'webp', 'gif'] as const)(
    'is PNG for a drawing stored as lossless %s',
    async (format) => {
      const options = format === 'tiff' ? { compression: 'lzw' } : { lossless: true };
      expect(await chooseFor(await encode(drawing().toFormat(format, options)))).toBe('image/png');
    },
  );

  it('is JPEG for anything stored with loss: its edges are gone already', async () => {
    expect(await chooseFor(await encode(drawing().jpeg()))).toBe('image/jpeg');
    expect(await chooseFor(await encode(drawing().webp({ lossless: false })))).toBe('image/jpeg');
  });

  it('is PNG for a drawing that had to be shrunk', async () => {
    expect(await chooseFor(await encode(drawing().resize(3000, 2000, { kernel: 'nearest' }).png()))).toBe(
      'image/png',
    );
  });

  it('is PNG for a small object cut out of its background', async () => {
    const object = await photograph().resize(200, 200).png().toBuffer();
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const cutOut = await encode(
      sharp({ create: { width: 600, height: 600, channels: 4, background } })
        .composite([{ input: object, left: 50, top: 70 }])
        .png(),
    );
    const view = onlyView(await convert(cutOut));
    expect(view.mediaType).toBe('image/png');
    expect((await readPixels(view.bytes)).at(10, 10)).toEqual([255, 255, 255]);
  });

  it('keeps every colour of a drawing', async () => {
    const view = onlyView(await convert(readFixture('rgb24.bmp')));
    expect((await readPixels(view.bytes)).at(8, 5)).toEqual([1, 2, 3]);
  });

  it('does not thin the colours of a JPEG', async () => {
    const view = onlyView(await convert(readFixture('candle.jpg')));
    expect((await sharp(view.bytes).metadata()).chromaSubsampling).toBe('4:4:4');
  });

  it('halves the colour error of a shrunk photograph by that, for a sixth more bytes at most', async () => {
    const { data, info } = await photograph().resize(770).raw().toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: 3 as const };
    const measure = async (chromaSubsampling: string) => {
      const jpeg = await sharp(data, { raw }).jpeg({ quality: 90, chromaSubsampling }).toBuffer();
      const read = await sharp(jpeg).raw().toBuffer();
      let squares = 0;
      for (let at = 0; at < read.length; at += 3) {
        const [red = 0, green = 0, blue = 0] = [0, 1, 2].map(
          (c) => (read[at + c] ?? 0) - (data[at + c] ?? 0),
        );
        const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        squares += (blue - luma) ** 2 + (red - luma) ** 2;
      }
      return { bytes: jpeg.length, squares };
    };
    const [full, thinned] = [await measure('4:4:4'), await measure('4:2:0')];
    expect(full.squares).toBeLessThan(thinned.squares / 2);
    expect(full.bytes).toBeLessThan((thinned.bytes * 7) / 6);
  });
});

describe('lossless WebP', () => {
  const still = (lossless: boolean, withExif: boolean) => {
    const image = photograph().resize(64).webp({ lossless });
    return encode(withExif ? image.withExif({ IFD0: { Copyright: 'none' } }) : image);
  };

  it.each([true, false])('is told from lossy (extended header: %s)', async (extended) => {
    expect(isLosslesslyStored(await still(true, extended), 'image/webp')).toBe(true);
    expect(isLosslesslyStored(await still(false, extended), 'image/webp')).toBe(false);
  });

  it('is found inside an animation', () => {
    expect(isLosslesslyStored(readFixture('three-frames.webp'), 'image/webp')).toBe(true);
  });
});
