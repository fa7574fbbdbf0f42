import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import { readPixels } from '../fixtures/view-pixels.ts';
import { makeTiff, type TiffPageToMake } from './testing/make-tiff.ts';

/** A page of one grey. */
function makePage(grey: number, more: Partial<TiffPageToMake> = {}): TiffPageToMake {
  const [width, height] = [more.width ?? 40, more.height ?? 20];
  return { width, height, bands: [new Uint8Array(width * height).fill(grey)], ...more };
}

async function readGreys(views: readonly { bytes: Uint8Array }[]): Promise<(number | undefined)[]> {
  return Promise.all(views.map(async ({ bytes }) => (await readPixels(bytes)).at(5, 5)[0]));
}

describe('a file with several pictures', () => {
  it('shows each page of a TIFF, numbered', async () => {
    const { views, notes } = await convert(readFixture('three-pages.tif'));
    const colours = await Promise.all(views.map(async ({ bytes }) => (await readPixels(bytes)).at(10, 5)));
    expect(colours).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ]);
    expect(views.map(({ geometry }) => geometry)).toMatchObject([{ page: 0 }, { page: 1 }, { page: 2 }]);
    expect(notes).toEqual([]);
  });

  it('shows each picture of a HEIC file, the primary one first', async () => {
    const { views, notes } = await convert(readFixture('two-pictures.heic'));
    expect(views).toMatchObject([
      { widthPx: 240, heightPx: 160, geometry: { page: 0 } },
      { widthPx: 240, heightPx: 160, geometry: { page: 1 } },
    ]);
    expect(notes).toEqual([]);
  });

  it.each([true, false])(
    'shows as many as asked for and says how many there are (little-endian: %s)',
    async (little) => {
      const file = makeTiff(
        [10, 60, 110, 160, 210].map((grey) => makePage(grey)),
        little,
      );
      const { views, notes } = await convert(file, { image: { pages: 3 } });
      expect(await readGreys(views)).toEqual([10, 60, 110]);
      expect(notes).toEqual(['The file has 5 pages; the first 3 are shown.']);
    },
  );

  it('leaves smaller copies of a page out', async () => {
    const file = makeTiff([
      makePage(10),
      makePage(60, { width: 20, height: 10, subfileType: 1 }),
      makePage(110),
    ]);
    const { views, notes } = await convert(file);
    expect(await readGreys(views)).toEqual([10, 110]);
    expect(views.map(({ geometry }) => geometry)).toMatchObject([{ page: 0 }, { page: 2 }]);
    expect(notes).toEqual(['1 smaller copies or masks in the file are left out.']);
  });

  it('shows no more pages than one picture may have pixels', async () => {
    const file = makeTiff([10, 60, 110].map((grey) => makePage(grey)));
    const { views } = await convert(file, { limits: { maxPixels: 1700 } });
    expect(await readGreys(views)).toEqual([10, 60]);
  });

  it('has no page number when it is one', async () => {
    const [view] = (await convert(makeTiff([makePage(10)]))).views;
    expect(view?.geometry).toEqual({ kind: 'IMAGE', source: { widthPx: 40, heightPx: 20 } });
  });

  it.each([0, 33, 1.5])('takes %s pages for a mistake of the caller', async (pages) => {
    await expect(convert(readFixture('three-pages.tif'), { image: { pages } })).rejects.toThrow(RangeError);
  });
});

describe('contrast', () => {
  it('is stretched in a view beside the picture as it is', async () => {
    // Greys 100 to 139, a column each.
    const ramp = Uint8Array.from({ length: 40 * 20 }, (_, i) => 100 + (i % 40));
    const { views } = await convert(makeTiff([{ width: 40, height: 20, bands: [ramp] }]), {
      image: { contrast: true },
    });
    const [plain, stretched] = await Promise.all(views.map(({ bytes }) => readPixels(bytes)));
    expect([plain?.at(0, 5)[0], plain?.at(39, 5)[0]]).toEqual([100, 139]);
    expect(stretched?.at(0, 5)[0]).toBeLessThan(12);
    expect(stretched?.at(39, 5)[0]).toBeGreaterThan(243);
    expect(views.map(({ geometry }) => geometry)).toEqual([
      { kind: 'IMAGE', source: { widthPx: 40, heightPx: 20 } },
      { kind: 'IMAGE', source: { widthPx: 40, heightPx: 20 }, isContrastStretched: true },
    ]);
  });
});
