import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { detectAnomalies } from './detect.ts';
import { renderOverlay } from './overlay.ts';
import { readFixture } from './testing/fixtures.ts';

const TEMPLATE = 'deeppcb/00041000_temp.jpg';
const BOARD = 'deeppcb/00041000_test.jpg';

describe('detectAnomalies', { timeout: 60_000 }, () => {
  it('gives the same answer for the same pictures', async () => {
    const [query, references] = [readFixture(BOARD), [readFixture(TEMPLATE)]];
    expect(await detectAnomalies(query, references)).toEqual(await detectAnomalies(query, references));
  });

  it('finds nothing in a reference that is uploaded twice', async () => {
    const found = await detectAnomalies(readFixture(TEMPLATE), [readFixture(TEMPLATE)]);
    expect(found.score).toBeLessThan(0.05);
    expect(found.regions).toEqual([]);
  });

  it('puts the chip of the candle first', async () => {
    const found = await detectAnomalies(readFixture('candle/abnormal.JPG'), [
      readFixture('candle/normal.JPG'),
    ]);
    const [first] = found.regions;
    // The chip lies around (850, 950), read off the photograph of 1284 × 1168 pixels.
    expect(first?.x).toBeLessThan(850);
    expect((first?.x ?? 0) + (first?.width ?? 0)).toBeGreaterThan(850);
    expect(first?.y).toBeLessThan(950);
    expect((first?.y ?? 0) + (first?.height ?? 0)).toBeGreaterThan(950);
    expect(found.reasoning).toMatch(/^Differs from the reference at the lower (middle|right)/);
  });

  it('sees where one of four candles is gone', async () => {
    const normal = readFixture('candle/normal.JPG');
    const cloth = await sharp(normal)
      .extract({ left: 100, top: 1040, width: 440, height: 120 })
      .resize(440, 440, { fit: 'fill' })
      .toBuffer();
    const covered = await sharp(normal)
      .composite([{ input: cloth, left: 710, top: 590 }])
      .jpeg()
      .toBuffer();
    const [first] = (await detectAnomalies(new Uint8Array(covered), [normal])).regions;
    expect(first?.score).toBeGreaterThan(0.5);
    const middle = {
      x: (first?.x ?? 0) + (first?.width ?? 0) / 2,
      y: (first?.y ?? 0) + (first?.height ?? 0) / 2,
    };
    expect(Math.hypot(middle.x - 930, middle.y - 810)).toBeLessThan(150);
  });

  it('marks at most five places inside the view, apart from one another, strongest first', async () => {
    const { regions, widthPx, heightPx, score } = await detectAnomalies(readFixture(BOARD), [
      readFixture(TEMPLATE),
    ]);
    expect([widthPx, heightPx]).toEqual([640, 640]);
    expect(regions.length).toBeGreaterThan(0);
    expect(regions.length).toBeLessThanOrEqual(5);
    expect(regions[0]?.score).toBe(score);
    regions.forEach((region, index) => {
      expect(region.x).toBeGreaterThanOrEqual(0);
      expect(region.x + region.width).toBeLessThanOrEqual(widthPx);
      expect(region.y + region.height).toBeLessThanOrEqual(heightPx);
      for (const other of regions.slice(index + 1)) {
        expect(region.score).toBeGreaterThanOrEqual(other.score);
        const apart =
          region.x + region.width <= other.x ||
          other.x + other.width <= region.x ||
          region.y + region.height <= other.y ||
          other.y + other.height <= region.y;
        expect(apart).toBe(true);
      }
    });
  });

  it('takes decoded pictures for the same as their bytes', async () => {
    const decode = async (name: string) => {
      const { data, info } = await sharp(readFixture(name))
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      const rgb = new Uint8Array(info.width * info.height * 3);
      for (let i = 0; i < rgb.length; i++) {
        rgb[i] = data[Math.floor(i / 3) * info.channels + Math.min(info.channels - 1, i % 3)] ?? 0;
      }
      return { widthPx: info.width, heightPx: info.height, rgb };
    };
    const fromBytes = await detectAnomalies(readFixture(BOARD), [readFixture(TEMPLATE)]);
    const fromPixels = await detectAnomalies(await decode(BOARD), [await decode(TEMPLATE)]);
    expect(fromPixels.score).toBeCloseTo(fromBytes.score, 2);
  });

  it('takes no reference pixel for granted that a turned reference does not cover', async () => {
    const references = [1, 3].map((index) => readFixture(`cookie/normal/normal-${index}.jpg`));
    const found = await detectAnomalies(readFixture('cookie/normal/normal-2.jpg'), references);
    const alone = await detectAnomalies(readFixture('cookie/normal/normal-2.jpg'), references.slice(0, 1));
    expect(found.comparing).toBe('ALIGNED');
    // The glare at the rim, which only the first reference covers, stays the strongest place.
    expect(Math.abs((found.regions[0]?.y ?? 0) - (alone.regions[0]?.y ?? 0))).toBeLessThan(40);
  });

  it('compares a picture without references with itself and says how weak that is', async () => {
    const found = await detectAnomalies(readFixture('cookie/anomaly/anomaly-1.jpg'), []);
    expect(found.comparing).toBe('ALONE');
    expect(found.registrationQuality).toBeUndefined();
    expect(found.reasoning).toContain('weak evidence');
  });

  it('finds a scratch in a regular texture without references', async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480"><defs><pattern id="p" width="24" height="24" patternUnits="userSpaceOnUse"><rect width="24" height="24" fill="#888"/><circle cx="12" cy="12" r="7" fill="#bbb"/></pattern></defs><rect width="480" height="480" fill="url(#p)"/><path d="M300 120l40 50" stroke="#111" stroke-width="6"/></svg>`;
    const { regions } = await detectAnomalies(
      new Uint8Array(await sharp(Buffer.from(svg)).png().toBuffer()),
      [],
    );
    const [first] = regions;
    expect(first?.x).toBeGreaterThan(250);
    expect(first?.x).toBeLessThan(345);
    expect(first?.y).toBeGreaterThan(90);
    expect(first?.y).toBeLessThan(175);
  });

  it('works on even, tiny and very long pictures', async () => {
    const draw = async (width: number, height: number) =>
      new Uint8Array(
        await sharp({ create: { width, height, channels: 3, background: '#808080' } })
          .png()
          .toBuffer(),
      );
    for (const [width, height] of [
      [300, 200],
      [3, 5],
      [2000, 20],
    ] as const) {
      const bytes = await draw(width, height);
      for (const references of [[], [bytes], [await draw(200, 300)]]) {
        const found = await detectAnomalies(bytes, references);
        expect(found.score).toBeGreaterThanOrEqual(0);
        expect(found.score).toBeLessThan(0.5);
        expect(found.widthPx).toBe(width);
      }
    }
  });

  it('stops when its signal is aborted, with the reason given', async () => {
    const reason = new Error('the lease ran out');
    const signal = AbortSignal.abort(reason);
    await expect(detectAnomalies(readFixture(BOARD), [readFixture(TEMPLATE)], { signal })).rejects.toBe(
      reason,
    );
  });

  it('refuses bytes that are no picture and pixels that do not fit their size', async () => {
    await expect(detectAnomalies(Uint8Array.of(1, 2, 3), [])).rejects.toThrow(/unsupported image format/);
    const cut = { widthPx: 4, heightPx: 4, rgb: new Uint8Array(47) };
    await expect(detectAnomalies(cut, [])).rejects.toThrow(RangeError);
  });
});

describe('renderOverlay', () => {
  it('draws over the view at its own proportions, as JPEG or PNG', async () => {
    const query = readFixture('candle/abnormal.JPG');
    const detection = await detectAnomalies(query, [readFixture('candle/normal.JPG')]);
    const jpeg = await sharp(await renderOverlay(query, detection)).metadata();
    expect([jpeg.format, jpeg.width, jpeg.height]).toEqual(['jpeg', 1024, Math.round((1168 * 1024) / 1284)]);
    const small = await renderOverlay(query, detection, { mediaType: 'image/png', longSidePx: 321 });
    const png = await sharp(small).metadata();
    expect([png.format, png.width, png.height]).toEqual(['png', 321, 292]);
  });

  it('leaves a view without differences as it is', async () => {
    const query = readFixture(TEMPLATE);
    const detection = await detectAnomalies(query, [query]);
    const drawn = await renderOverlay(query, detection, { mediaType: 'image/png' });
    const [before, after] = await Promise.all(
      [query, drawn].map((bytes) => sharp(bytes).greyscale().raw().toBuffer()),
    );
    let most = 0;
    before?.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - (after?.[i] ?? 0)));
    });
    expect(most).toBeLessThan(40);
  });
});
