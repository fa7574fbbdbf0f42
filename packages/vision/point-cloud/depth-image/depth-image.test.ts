import { describe, expect, it } from 'vitest';
import { convert } from '../../convert.ts';
import { makeTiff } from '../../image/testing/make-tiff.ts';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { parseCloud } from '../parse-cloud.ts';
import { readCloudFixture } from '../testing/read-cloud-fixture.ts';

const WIDTH = 60;
const HEIGHT = 40;
const grid = Array.from({ length: WIDTH * HEIGHT }, (_, i) => ({
  column: i % WIDTH,
  row: Math.floor(i / WIDTH),
}));
/** A sloping plane in millimetres, a hole of zeros in it, as depth scanners write them. */
const isHole = (column: number, row: number) => column < 10 && row < 10;
const coordinates = grid.map(({ column, row }): [number, number, number] =>
  isHole(column, row) ? [0, 0, 0] : [column - 30, row - 20, 500 + column / 4],
);
const bands = [0, 1, 2].map((axis) => Float32Array.from(coordinates, (point) => point[axis] ?? 0));
/** The default camera of PrimeSense sensors, as Open3D has it for this picture. */
const PRIMESENSE = { focalPx: [525, 525], centrePx: [319.5, 239.5] } as const;

describe('an organised TIFF', () => {
  it.each([
    ['pixel by pixel', false, true],
    ['channel by channel', true, true],
    ['big-endian', false, false],
  ])('gives the points it holds, %s', async (_, isPlanar, little) => {
    const file = makeTiff([{ width: WIDTH, height: HEIGHT, bands, isPlanar }], little);
    const cloud = await parseCloud(file, 'image/tiff', DEFAULT_LIMITS);
    expect(cloud.count).toBe(WIDTH * HEIGHT);
    expect([...cloud.x.subarray(0, cloud.count)]).toEqual([...(bands[0] ?? [])]);
    expect([...cloud.y.subarray(0, cloud.count)]).toEqual([...(bands[1] ?? [])]);
    expect([...cloud.z.subarray(0, cloud.count)]).toEqual([...(bands[2] ?? [])]);
  });

  it('is a cloud, without the pixels that were not measured', async () => {
    const conversion = await convert(makeTiff([{ width: WIDTH, height: HEIGHT, bands, isPlanar: true }]), {
      declaredMediaType: 'image/tiff',
    });
    expect(conversion).toMatchObject({ modality: 'POINT_CLOUD', mediaType: 'image/tiff' });
    expect(conversion.views.every(({ geometry }) => geometry.kind === 'POINT_CLOUD')).toBe(true);
    expect(conversion.notes).toContain('100 of 2400 points were never measured and are left out.');
  });

  it('of nothing measured is refused', async () => {
    const empty = [0, 1, 2].map(() => new Float32Array(WIDTH * HEIGHT).fill(Number.NaN));
    await expect(convert(makeTiff([{ width: WIDTH, height: HEIGHT, bands: empty }]))).rejects.toMatchObject({
      code: 'EMPTY_CLOUD',
    });
  });

  it('is refused over the limit before it is read', async () => {
    const file = makeTiff([{ width: WIDTH, height: HEIGHT, bands }]);
    await expect(convert(file, { limits: { maxPoints: 2399 } })).rejects.toMatchObject({
      code: 'TOO_MANY_POINTS',
    });
  });

  it('of colours in floating point stays a picture, and is refused as one', async () => {
    const file = makeTiff([{ width: WIDTH, height: HEIGHT, bands, photometric: 2 }]);
    await expect(convert(file)).rejects.toMatchObject({ code: 'UNSUPPORTED_VARIANT' });
  });
});

describe('a depth picture', () => {
  it('gives the point that the camera saw at each pixel', async () => {
    const depths = Uint16Array.from(grid, ({ column, row }) => (isHole(column, row) ? 0 : 1000));
    const file = makeTiff([{ width: WIDTH, height: HEIGHT, bands: [depths] }]);
    const cloud = await parseCloud(file, 'image/tiff', DEFAULT_LIMITS, {
      focalPx: [50, 100],
      centrePx: [10, 20],
    });
    const at = (column: number, row: number) => {
      const i = row * WIDTH + column;
      return [cloud.x[i], cloud.y[i], cloud.z[i]];
    };
    // One metre away, 50 columns of 50 px focal length aside: one metre to the right.
    expect(at(60 - 1, 20).map((value) => Number(value?.toFixed(5)))).toEqual([0.98, 0, 1]);
    expect(at(10, 30).map((value) => Number(value?.toFixed(5)))).toEqual([0, 0.1, 1]);
    expect(at(0, 0)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(cloud.unit).toBe('m');
  });

  it("of Open3D's living room is a cloud as far away as its samples say", async () => {
    const bytes = readCloudFixture('depth_00000.png');
    const conversion = await convert(bytes, { pointCloud: { depthCamera: PRIMESENSE, sidePx: 256 } });
    expect(conversion).toMatchObject({ modality: 'POINT_CLOUD', mediaType: 'image/png' });
    const front = conversion.views.find(
      ({ geometry }) =>
        geometry.kind === 'POINT_CLOUD' && geometry.camera === 'front' && geometry.style === 'DEPTH',
    );
    expect(front?.geometry).toMatchObject({
      unit: 'm',
      right: [1, 0, 0],
      down: [0, 1, 0],
      forward: [0, 0, 1],
    });
  });

  it('is a picture when its camera is not given', async () => {
    const conversion = await convert(readCloudFixture('depth_00000.png'));
    expect(conversion.modality).toBe('IMAGE');
  });

  it.each([
    { focalPx: [0, 525] as const },
    { focalPx: [525, Number.NaN] as const },
    { focalPx: [525, 525] as const, unitsPerStep: -1 },
  ])('with a camera that cannot be (%j) is a mistake of the caller', async (depthCamera) => {
    await expect(
      convert(readCloudFixture('depth_00000.png'), { pointCloud: { depthCamera } }),
    ).rejects.toThrow(RangeError);
  });
});
