import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { unpackRuns } from '../marks/index.ts';
import { cropPairs, markPicture, type Picture, placeBeside, rankReferences, resizePicture } from './index.ts';

const BOARDS = new URL('../../../test/fixtures/images/deeppcb/', import.meta.url);

async function open(bytes: Uint8Array): Promise<Picture> {
  const { width, height, format } = await sharp(bytes).metadata();
  return {
    mediaType: format === 'png' ? 'image/png' : 'image/jpeg',
    bytes,
    widthPx: width,
    heightPx: height,
  };
}

async function draw(width: number, height: number, background: string): Promise<Picture> {
  return open(
    await sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer(),
  );
}

/** Mean absolute difference of two pictures in grey levels. */
async function compare(one: Picture, other: Picture): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map(({ bytes }) =>
      sharp(bytes).resize(64, 64, { fit: 'fill' }).greyscale().raw().toBuffer(),
    ),
  );
  if (!a || !b) throw new Error('nothing to compare');
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}

let board: Picture;
let template: Picture;
beforeAll(async () => {
  [board, template] = (await Promise.all(
    ['00041000_test.jpg', '00041000_temp.jpg'].map(async (name) =>
      open(await readFile(new URL(name, BOARDS))),
    ),
  )) as [Picture, Picture];
});

describe('resizing', () => {
  it('fits into the size, keeps proportions and format, and never enlarges', async () => {
    const picture = await draw(400, 200, '#ff0000');

    const smaller = await resizePicture(picture, { widthPx: 100, heightPx: 100 });

    expect(smaller).toMatchObject({ mediaType: 'image/png', widthPx: 100, heightPx: 50 });
    expect(await resizePicture(picture, { widthPx: 4000, heightPx: 4000 })).toBe(picture);
  });
});

describe('placing beside each other', () => {
  it('has the left one left, the right one right, white between, and the higher height', async () => {
    const pair = await placeBeside(await draw(50, 100, '#ff0000'), await draw(100, 50, '#0000ff'));
    const { data, info } = await sharp(pair.bytes).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number) =>
      Array.from(data.subarray((50 * info.width + x) * 3, (50 * info.width + x) * 3 + 3));

    // 100 × 50 at a height of 100 is 200 wide; the gap is 250 / 64, four at least.
    expect(pair).toMatchObject({ widthPx: 254, heightPx: 100, mediaType: 'image/png' });
    expect([at(10), at(52), at(200)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
      [0, 0, 255],
    ]);
  });
});

describe('crops of the same place', () => {
  it('show the reference where it lies under the query, though that is shifted', async () => {
    const shifted = await open(
      await sharp(template.bytes)
        .extract({ left: 40, top: 24, width: 560, height: 560 })
        .jpeg({ quality: 95 })
        .toBuffer(),
    );
    const [pair] = await cropPairs(shifted, [template], [{ x: 200, y: 220, width: 60, height: 40 }]);

    if (!pair?.reference) throw new Error('not registered');
    const { query, reference, rectangle } = pair;
    const unshifted = await open(
      await sharp(template.bytes)
        .extract({ left: rectangle.x, top: rectangle.y, width: rectangle.width, height: rectangle.height })
        .png()
        .toBuffer(),
    );
    expect(await compare(query, reference)).toBeLessThan(8);
    // The same pixels of the reference without registration are another place.
    expect(await compare(query, unshifted)).toBeGreaterThan(25);
  });

  it('hold the region with its surroundings, enlarged, within the picture', async () => {
    const [pair] = await cropPairs(board, [template], [{ x: 0, y: 600, width: 30, height: 20 }]);

    expect(pair?.rectangle).toEqual({ x: 0, y: 560, width: 80, height: 80 });
    expect(Math.max(pair?.query.widthPx ?? 0, pair?.query.heightPx ?? 0)).toBe(640);
  });

  it('have no reference where none can be registered', async () => {
    const grey = await draw(640, 640, '#808080');

    const [pair] = await cropPairs(board, [grey], [{ x: 10, y: 10, width: 50, height: 50 }]);

    expect(pair?.reference).toBeUndefined();
  });
});

describe('crops from originals', () => {
  const SCALE = 4;
  const stripes = { x: 200, y: 220, width: 60, height: 40 };

  /** The board four times as large, with lines of one pixel where `stripes` are in the view of 640 px. */
  async function makeStriped() {
    const side = 640 * SCALE;
    const [width, height] = [stripes.width * SCALE, stripes.height * SCALE];
    const lines = Buffer.alloc(width * height, 0);
    for (let at = 0; at < lines.length; at += 2) lines[at] = 255;
    const input = await sharp(lines, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    const original = await sharp(
      await sharp(template.bytes).resize(side, side).toColourspace('srgb').png().toBuffer(),
    )
      .composite([{ input, left: stripes.x * SCALE, top: stripes.y * SCALE }])
      .jpeg({ quality: 95 })
      .toBuffer();
    const view = await open(await sharp(original).resize(640, 640).jpeg({ quality: 90 }).toBuffer());
    const geometry = { kind: 'IMAGE', source: { widthPx: side, heightPx: side } } as const;
    return { original, view: { ...view, geometry } };
  }

  /** Deviation of grey levels in the middle of a crop, where the lines are. */
  async function measureContrast({ bytes, widthPx, heightPx }: Picture): Promise<number> {
    const [width, height] = [Math.round(widthPx / 4), Math.round(heightPx / 8)];
    const middle = {
      left: Math.round((widthPx - width) / 2),
      top: Math.round((heightPx - height) / 2),
      width,
      height,
    };
    const { channels } = await sharp(await sharp(bytes).extract(middle).greyscale().png().toBuffer()).stats();
    return channels[0]?.stdev ?? 0;
  }

  it('show what the view has lost, at the same place and beside the same place of the reference', async () => {
    const { original, view } = await makeStriped();
    let reads = 0;
    const readSource = async () => {
      reads += 1;
      return new Uint8Array(original);
    };

    const [sharpOne] = await cropPairs({ ...view, readSource }, [template], [stripes]);
    const [blurred] = await cropPairs(view, [template], [stripes]);
    const [broken] = await cropPairs({ ...view, readSource: async () => new Uint8Array(9) }, [], [stripes]);

    if (!sharpOne?.reference || !blurred || !broken) throw new Error('no crop');
    expect(reads).toBe(1);
    expect(sharpOne.rectangle).toEqual(blurred.rectangle);
    // 120 px of the view with its surroundings are 480 of the original, shown at 640 at least.
    expect(Math.max(sharpOne.query.widthPx, sharpOne.query.heightPx)).toBe(640);
    expect(await measureContrast(sharpOne.query)).toBeGreaterThan(60);
    expect(await measureContrast(blurred.query)).toBeLessThan(30);
    expect(await compare(broken.query, blurred.query)).toBeLessThan(1);
  });

  it('are up to 1024 px', async () => {
    const { original, view } = await makeStriped();
    const readSource = async () => new Uint8Array(original);

    const [pair] = await cropPairs({ ...view, readSource }, [], [{ x: 0, y: 0, width: 300, height: 300 }]);

    expect([pair?.query.widthPx, pair?.query.heightPx]).toEqual([1024, 1024]);
  });
});

describe('ranking references', () => {
  it('puts what is of the same kind first', async () => {
    const read = (name: string) => readFile(new URL(`../${name}`, BOARDS));
    const candle = await read('candle/normal.JPG');
    const cookie = await read('cookie/normal/normal-1.jpg');
    const query = await read('cookie/anomaly/anomaly-1.jpg');

    expect((await rankReferences(query, [candle, template.bytes, cookie]))[0]).toBe(2);
    expect((await rankReferences(board.bytes, [candle, template.bytes, cookie]))[0]).toBe(1);
    expect(await rankReferences(query, [])).toEqual([]);
  });
});

describe('marking', () => {
  it('a grid has about as many cells as asked for, numbered from the first number', async () => {
    const { marks } = await markPicture(
      await draw(400, 200, '#ffffff'),
      { kind: 'GRID', cells: 8 },
      { first: 5 },
    );

    expect(marks.map(({ number }) => number)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(marks[0]?.rectangle).toEqual({ x: 0, y: 0, width: 100, height: 100 });
  });

  it('rectangles keep their places; the earlier one has what they share', async () => {
    const rectangles = [
      { x: 10, y: 10, width: 20, height: 20 },
      { x: 20, y: 10, width: 20, height: 20 },
    ];

    const { marks, bytes } = await markPicture(await draw(100, 80, '#ffffff'), {
      kind: 'RECTANGLES',
      rectangles,
    });

    expect(marks.map(({ rectangle }) => rectangle)).toEqual([
      rectangles[0],
      { x: 30, y: 10, width: 10, height: 20 },
    ]);
    expect(unpackRuns(marks[0]?.mask ?? [], 400).every((inside) => inside === 1)).toBe(true);
    expect(bytes.length).toBeGreaterThan(0);
  });

  it('superpixels cover the picture', async () => {
    const { marks } = await markPicture(board, { kind: 'SUPERPIXELS', regions: 20 });
    const pixels = marks.map(({ rectangle, mask }) =>
      unpackRuns(mask, rectangle.width * rectangle.height).reduce((sum, inside) => sum + inside, 0),
    );

    expect(pixels.reduce((sum, count) => sum + count, 0)).toBe(board.widthPx * board.heightPx);
  });
});
