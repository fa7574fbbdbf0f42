import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../../test/support/processor-time.ts';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { RejectedError } from '../rejected-error.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff', 'bmp', 'heic'] as const;
type Format = (typeof FORMATS)[number];

/** One small photograph per format, with enough data for damage to hit pixels. */
const samples = new Map<Format, Uint8Array>();

beforeAll(async () => {
  const { data, info } = await sharp(readFixture('candle.jpg'))
    .resize(96, 80, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
    const options = format === 'tiff' ? { compression: 'lzw' } : {};
    const { width, height } = info;
    const image = sharp(data, { raw: { width, height, channels: 3 } });
    samples.set(format, new Uint8Array(await image.toFormat(format, options).toBuffer()));
  }
  samples.set('bmp', readFixture('palette8.bmp'));
  samples.set('heic', readFixture('thumb.heic'));
});

function getSample(format: Format): Uint8Array<ArrayBuffer> {
  const sample = samples.get(format);
  if (sample === undefined) throw new Error(`no sample of ${format}`);
  return new Uint8Array(sample);
}

/** The rejection code, or `CONVERTED`; anything else that is thrown fails the test. */
async function tryConvert(bytes: Uint8Array): Promise<string> {
  try {
    const { views } = await convert(bytes);
    expect(views).toHaveLength(1);
    return 'CONVERTED';
  } catch (error) {
    if (error instanceof RejectedError) return error.code;
    throw error;
  }
}

describe.each(FORMATS)('%s', (format) => {
  it('is converted when whole', async () => {
    expect(await tryConvert(getSample(format))).toBe('CONVERTED');
  });

  it('is refused when cut anywhere in its first nine tenths', async () => {
    const whole = getSample(format);
    for (let part = 0; part < 36; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 40));
      expect(await tryConvert(cut), `${cut.length} of ${whole.length} bytes`).not.toBe('CONVERTED');
    }
  });

  it('is converted or refused, never worse, with bytes changed', async () => {
    const change = fc.record({ place: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    // Half of the damage hits the headers, where the lies are.
    const changes = fc.array(fc.tuple(change, fc.boolean()), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const bytes = getSample(format);
        for (const [{ place, value }, early] of list) {
          bytes[place % (early ? Math.min(bytes.length, 400) : bytes.length)] = value;
        }
        await tryConvert(bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('is converted or refused when a part is repeated or left out', async () => {
    const splice = fc.record({ from: fc.nat(), length: fc.integer({ min: 1, max: 64 }), keep: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(splice, async ({ from, length, keep }) => {
        const whole = getSample(format);
        const at = from % whole.length;
        const bytes = Buffer.concat([
          whole.subarray(0, at + (keep ? length : 0)),
          whole.subarray(keep ? at : at + length),
        ]);
        await tryConvert(new Uint8Array(bytes));
      }),
      { numRuns: 30 },
    );
  });
});

/** Writes another size into the header of a sample. */
const LIARS: Record<Format, (bytes: Uint8Array<ArrayBuffer>, side: number) => void> = {
  jpeg: (bytes, side) => {
    const at = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc0]));
    new DataView(bytes.buffer).setUint32(at + 5, (side << 16) | side);
  },
  png: (bytes, side) => {
    const view = new DataView(bytes.buffer);
    view.setUint32(16, side);
    view.setUint32(20, side);
    view.setUint32(29, crc32(bytes.subarray(12, 29)));
  },
  webp: (bytes, side) => {
    const limited = Math.min(side, 16_383);
    new DataView(bytes.buffer).setUint32(26, (limited << 16) | limited, true);
  },
  avif: (bytes, side) => writeSpatialExtents(bytes, side),
  gif: (bytes, side) => {
    const view = new DataView(bytes.buffer);
    const descriptor = Buffer.from(bytes).indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 96, 0, 80, 0]));
    for (const at of [6, 8, descriptor + 5, descriptor + 7]) view.setUint16(at, side, true);
  },
  tiff: (bytes, side) => {
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(4, true);
    for (let at = directory + 2, left = view.getUint16(directory, true); left > 0; left--, at += 12) {
      const tag = view.getUint16(at, true);
      if (tag === 256 || tag === 257) view.setUint32(at + 8, side, true);
    }
  },
  bmp: (bytes, side) => {
    const view = new DataView(bytes.buffer);
    view.setInt32(18, side, true);
    view.setInt32(22, -side, true);
  },
  heic: (bytes, side) => writeSpatialExtents(bytes, side),
};

function writeSpatialExtents(bytes: Uint8Array<ArrayBuffer>, side: number): void {
  const at = Buffer.from(bytes).indexOf('ispe');
  const view = new DataView(bytes.buffer);
  view.setUint32(at + 8, side);
  view.setUint32(at + 12, side);
}

describe('headers that lie', () => {
  // WebP can state at most 16,383 × 16,383, which is over the limit too.
  it.each(FORMATS)('%s: 30,000 × 30,000 is refused for its size, at once', async (format) => {
    const bytes = getSample(format);
    LIARS[format](bytes, 30_000);
    const spent = startProcessorTime();
    expect(await tryConvert(bytes)).toBe('TOO_MANY_PIXELS');
    expect(spent()).toBeLessThan(2000);
  });

  it.each(FORMATS)('%s: 7,000 × 7,000 without the data is refused', async (format) => {
    const bytes = getSample(format);
    LIARS[format](bytes, 7000);
    expect(await tryConvert(bytes)).not.toBe('CONVERTED');
  });

  it.each(FORMATS)('%s: no pixels at all is refused', async (format) => {
    const bytes = getSample(format);
    LIARS[format](bytes, 0);
    expect(await tryConvert(bytes)).not.toBe('CONVERTED');
  });

  it('a bitmap of -2147483648 rows is refused', async () => {
    const bytes = getSample('bmp');
    new DataView(bytes.buffer).setInt32(22, -(2 ** 31), true);
    expect(await tryConvert(bytes)).toBe('SIDE_TOO_LONG');
  });

  it('a PNG of one colour that unpacks to 25 times the pixels it may have is not unpacked', async () => {
    const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await expect(convert(new Uint8Array(bomb), { limits: { maxPixels: 1_000_000 } })).rejects.toMatchObject({
      code: 'TOO_MANY_PIXELS',
    });
  });
});
