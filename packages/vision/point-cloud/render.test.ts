import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import type { PointCloudGeometry, Vector } from '../geometry.ts';
import { findCamera } from './camera/cameras.ts';
import type { CloudStyle } from './options.ts';
import { makeCloud } from './testing/make-cloud.ts';
import { makePly } from './testing/make-ply.ts';
import { createRandom } from './testing/random.ts';
import { readCloudFixture } from './testing/read-cloud-fixture.ts';
import { readDepths } from './testing/read-depths.ts';

const noAxes = () => {
  throw new Error('no principal axes here');
};
const TOP = findCamera('top', 'Z_UP', noAxes);

function makePoints(count: number, seed: number, make: (random: () => number) => Vector): Vector[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => make(random));
}

/** Points all over a unit sphere. */
function pickOnSphere(random: () => number): Vector {
  const z = 2 * random() - 1;
  const angle = 2 * Math.PI * random();
  const radius = Math.sqrt(1 - z * z);
  return [radius * Math.cos(angle), radius * Math.sin(angle), z];
}

function writePly(points: readonly Vector[]): Uint8Array {
  const columns = (['x', 'y', 'z'] as const).map((name, axis) => ({
    name,
    type: 'float' as const,
    values: points.map((point) => point[axis] ?? 0),
  }));
  return makePly('binary_little_endian', columns);
}

/** Grey values of a view; rows of `widthPx`. */
async function drawGrey(
  points: readonly Vector[],
  style: CloudStyle,
  camera = 'top',
): Promise<{ readonly data: Uint8Array; readonly widthPx: number; readonly geometry: PointCloudGeometry }> {
  const { views } = await convert(writePly(points), {
    pointCloud: { axes: 'Z_UP', views: [{ camera, style }] },
  });
  const [view] = views;
  if (view?.geometry.kind !== 'POINT_CLOUD') throw new Error('no view of a cloud');
  const data = await sharp(view.bytes).greyscale().raw().toBuffer();
  return { data: new Uint8Array(data), widthPx: view.widthPx, geometry: view.geometry };
}

describe('the surface', () => {
  it.each([
    [1_000_000, 512, 0.005],
    [60_000, 512, 0.0075],
    [6000, 512, 0.015],
  ])(
    'of a sphere of %i points lies where the sphere does, and its far side is hidden',
    (count, sidePx, error) => {
      const { frame, depths } = readDepths(makeCloud(makePoints(count, 7, pickOnSphere)), TOP, sidePx);
      let checked = 0;
      let wrong = 0;
      for (let row = 0; row < frame.heightPx; row++) {
        for (let column = 0; column < frame.widthPx; column++) {
          const x = frame.corner[0] + (column + 0.5) * frame.unitsPerPx;
          const y = frame.corner[1] - (row + 0.5) * frame.unitsPerPx;
          const distance = Math.hypot(x, y);
          const depth = depths[row * frame.widthPx + column] ?? 0;
          if (distance > 1.01) expect(depth).toBe(Number.POSITIVE_INFINITY);
          if (distance > 0.8) continue;
          checked += 1;
          // Seen from above, depth 0 at the top.
          if (!(Math.abs(depth - (1 - Math.sqrt(1 - distance ** 2))) < error)) wrong += 1;
        }
      }
      expect(checked).toBeGreaterThan(100_000);
      // Random points leave some holes larger than their mean distance: they stay holes.
      expect(wrong / checked).toBeLessThan(count < 1_000_000 ? 0.04 : 0.0001);
    },
  );

  it('of a mesh is exact', () => {
    const corners: Vector[] = [
      [0, 0, 0],
      [10, 0, 0],
      [10, 10, 5],
      [0, 10, 5],
    ];
    const triangles = new Uint32Array([0, 1, 2, 0, 2, 3]);
    const { frame, depths } = readDepths(makeCloud(corners, { triangles }), TOP, 256);
    for (const [column, row] of [
      [60, 60],
      [128, 128],
      [200, 90],
    ] as const) {
      const y = frame.corner[1] - (row + 0.5) * frame.unitsPerPx;
      expect(depths[row * frame.widthPx + column]).toBeCloseTo(5 - y / 2, 3);
    }
  });

  it('keeps a shadow as a hole and does not grow its outline', () => {
    // A plate of 10 × 10 with a hole of 2 × 2 in the middle, 100,000 points.
    const plate = makePoints(100_000, 3, (random) => [10 * random(), 10 * random(), 0]).filter(
      ([x, y]) => Math.max(Math.abs(x - 5), Math.abs(y - 5)) > 1,
    );
    const { frame, depths } = readDepths(makeCloud(plate), TOP, 512);
    let seen = 0;
    for (const depth of depths) if (depth < Number.POSITIVE_INFINITY) seen += 1;
    const area = seen * frame.unitsPerPx ** 2;
    expect(area).toBeLessThan(96 * 1.005);
    expect(area).toBeGreaterThan(96 * 0.985);
  });

  it('closes the gaps where points lie far apart, and keeps a hole as large where they lie close', () => {
    for (const seed of [1, 2, 3]) {
      // A plate of 10 × 10: points 0.10 apart on its left half, with a hole of radius 0.3, and 0.14 apart on its right one.
      const pick = (count: number, from: number, shift: number) =>
        makePoints(count, seed + shift, (random) => [from + 5 * random(), 10 * random(), 0]);
      const left = pick(5000, 0, 0).filter(([x, y]) => Math.hypot(x - 2.5, y - 5) > 0.3);
      const { frame, depths } = readDepths(makeCloud([...left, ...pick(2500, 5, 10)]), TOP, 512);
      const { widthPx, heightPx, unitsPerPx } = frame;
      const measureEmpty = (fromX: number, toX: number) => {
        let empty = 0;
        // Without a rim, where gaps are open to the outside.
        for (let row = Math.ceil(heightPx * 0.1); row < heightPx * 0.9; row++) {
          for (let column = Math.ceil(widthPx * fromX); column < widthPx * toX; column++) {
            if (depths[row * widthPx + column] === Number.POSITIVE_INFINITY) empty += 1;
          }
        }
        return empty * unitsPerPx ** 2;
      };
      // By the mean distance of all points it would be 0.5 to 1.2 of its 40 square units.
      const hole = measureEmpty(0.1, 0.48) / (Math.PI * 0.3 ** 2);
      expect(hole).toBeGreaterThan(0.8);
      expect(hole).toBeLessThan(1.7);
    }
  });

  it.each([2.5, 3, 5])('keeps a round hole of %f distances between sparse points all over', (distances) => {
    for (const count of [1500, 6000]) {
      const radius = (distances * 10) / Math.sqrt(count);
      const plate = makePoints(count, 4, (random) => [10 * random(), 10 * random(), 0]).filter(
        ([x, y]) => Math.hypot(x - 5, y - 5) > radius,
      );
      const { frame, depths } = readDepths(makeCloud(plate), TOP, 512);
      const middle = Math.floor(frame.heightPx / 2) * frame.widthPx + Math.floor(frame.widthPx / 2);
      expect(depths[middle]).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('does not join two plates one above the other', () => {
    const plates = makePoints(50_000, 5, (random) => {
      const x = 10 * random();
      return [x, 10 * random(), x < 5 ? 0 : 3];
    });
    const { depths } = readDepths(makeCloud(plates), TOP, 512);
    let between = 0;
    for (const depth of depths) if (depth > 0.2 && depth < 2.8) between += 1;
    expect(between / depths.length).toBeLessThan(0.002);
  });

  it('of few points that make no surface is dots', () => {
    const { depths } = readDepths(
      makeCloud(makePoints(40, 9, (random) => [random(), random(), 0])),
      TOP,
      512,
    );
    let seen = 0;
    for (const depth of depths) if (depth < Number.POSITIVE_INFINITY) seen += 1;
    expect(seen).toBeGreaterThan(40 * 9);
    expect(seen).toBeLessThan(40 * 30);
  });
});

describe('a dent of 1 %', () => {
  // A plate of 100 × 100 with a dent 1 deep and 16 wide, noise of 0.03.
  const dented = makePoints(500_000, 11, (random) => {
    const [x, y] = [100 * random(), 100 * random()];
    const dent = Math.exp(-(((x - 60) / 8) ** 2) - ((y - 40) / 8) ** 2);
    return [x, y, -dent + 0.03 * (random() - 0.5)];
  });
  const toPixel = ({ origin, unitsPerPx }: PointCloudGeometry, x: number, y: number) => ({
    column: Math.round((x - origin[0]) / unitsPerPx),
    row: Math.round((origin[1] - y) / unitsPerPx),
  });
  const average = (data: Uint8Array, widthPx: number, { column, row }: { column: number; row: number }) => {
    let sum = 0;
    for (let y = row - 4; y <= row + 4; y++) {
      for (let x = column - 4; x <= column + 4; x++) sum += data[y * widthPx + x] ?? 0;
    }
    return sum / 81;
  };

  it('is light on one side and dark on the other in the hillshade', async () => {
    const { data, widthPx, geometry } = await drawGrey(dented, 'HILLSHADE');
    const at = (x: number, y: number) => average(data, widthPx, toPixel(geometry, x, y));
    const plain = at(20, 70);
    // The light comes from the upper left, so that the dent's far side catches it.
    expect(at(64, 36) - plain).toBeGreaterThan(8);
    expect(plain - at(56, 44)).toBeGreaterThan(8);
  });

  it('stands out from the surface around in the residual, with its depth on the scale', async () => {
    const { data, widthPx, geometry } = await drawGrey(dented, 'RESIDUAL');
    const at = (x: number, y: number) => average(data, widthPx, toPixel(geometry, x, y));
    expect(at(20, 70) - at(60, 40)).toBeGreaterThan(60);
    expect(geometry.range[1]).toBe(-geometry.range[0]);
    expect(geometry.range[1]).toBeGreaterThan(0.4);
    expect(geometry.range[1]).toBeLessThan(1.2);
  });
});

describe('views', () => {
  it("of a query in the reference's frames have the same cameras, sizes and ranges", async () => {
    const reference = await convert(readCloudFixture('ism_train_cat.pcd'));
    const frames = reference.views.map(({ geometry, widthPx, heightPx }) => {
      if (geometry.kind !== 'POINT_CLOUD') throw new Error('no view of a cloud');
      return { geometry, widthPx, heightPx };
    });
    const query = await convert(readCloudFixture('ism_test_cat.pcd'), { pointCloud: { frames } });
    for (const [index, { geometry, widthPx, heightPx }] of query.views.entries()) {
      const expected = frames[index];
      expect({ widthPx, heightPx }).toEqual({ widthPx: expected?.widthPx, heightPx: expected?.heightPx });
      if (geometry.kind !== 'POINT_CLOUD') continue;
      for (const axis of [0, 1, 2])
        expect(geometry.origin[axis]).toBeCloseTo(expected?.geometry.origin[axis] ?? 0, 9);
      expect({ ...geometry, origin: 0 }).toEqual({ ...expected?.geometry, origin: 0 });
    }
  });

  it('are four by default, and one more where there are colours', async () => {
    const plain = await convert(readCloudFixture('octagonal_pocket.ply'));
    expect(
      plain.views.map(
        ({ geometry }) => geometry.kind === 'POINT_CLOUD' && `${geometry.camera} ${geometry.style}`,
      ),
    ).toEqual(['isometric HILLSHADE', 'isometric-back HILLSHADE', 'front HILLSHADE', 'front DEPTH']);
    const coloured = await convert(readCloudFixture('ripple.las'));
    expect(coloured.views.at(-1)?.geometry).toMatchObject({ camera: 'top', style: 'COLOUR' });
  });

  it('leave out points far away and say so', async () => {
    const cube = makePoints(5000, 2, (random) => [random(), random(), random()]);
    const { notes, views } = await convert(writePly([...cube, [1000, 0, 0]]), {
      pointCloud: { axes: 'Z_UP' },
    });
    expect(notes).toEqual(['Some points lie far away from all others; the views leave them out.']);
    for (const { geometry } of views) {
      expect(geometry.kind === 'POINT_CLOUD' && geometry.unitsPerPx).toBeLessThan(0.01);
    }
  });

  it('count points at 0, 0, 0 as not measured when there are several', async () => {
    const points = makePoints(5000, 2, (random) => [5 + random(), random(), random()]);
    const zeros = Array.from({ length: 900 }, (): Vector => [0, 0, 0]);
    const { notes } = await convert(writePly([...points, ...zeros]));
    expect(notes).toEqual(['900 of 5900 points were never measured and are left out.']);
  });

  it('show all 27 tilts and the six sides when asked', async () => {
    const points = makePoints(2000, 2, (random) => [3 * random(), 2 * random(), random()]);
    const { views } = await convert(writePly(points), {
      pointCloud: {
        sidePx: 128,
        views: [
          { camera: 'tilts', style: 'HILLSHADE' },
          { camera: 'auto', style: 'HILLSHADE' },
        ],
      },
    });
    expect(views).toHaveLength(33);
  });

  it('have no camera of another name', async () => {
    await expect(
      convert(writePly([[0, 0, 0]]), { pointCloud: { views: [{ camera: 'side', style: 'DEPTH' }] } }),
    ).rejects.toThrow(RangeError);
  });
});
