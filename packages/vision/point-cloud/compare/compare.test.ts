import { describe, expect, it } from 'vitest';
import { convert } from '../../convert.ts';
import type { Vector } from '../../geometry.ts';
import { type CloudDefect, damageCloud, rescanCloud } from '../../perturb/index.ts';
import { detectInCloud } from '../../reference/index.ts';
import type { View } from '../../types.ts';
import { projectPoint } from '../camera/locate.ts';
import { readCloudFixture } from '../testing/read-cloud-fixture.ts';
import { compareDepths } from './compare-depths.ts';
import type { DepthGrid } from './depth-grid.ts';

const SIDE = 40;

function makeGrid(pick: (x: number, y: number) => number): DepthGrid {
  const depths = Float32Array.from({ length: SIDE ** 2 }, (_, i) => pick(i % SIDE, Math.floor(i / SIDE)));
  return { columns: SIDE, rows: SIDE, step: 1, depths };
}

describe('compareDepths', () => {
  const step = makeGrid((x) => (x < 20 ? 10 : 30));

  it('finds no difference in an edge that lies a cell aside, nor in a gap between points', () => {
    const aside = makeGrid((x) => (x < 21 ? 10 : 30));
    expect(Math.max(...compareDepths(aside, step).map(Math.abs))).toBe(0);
    const gap = makeGrid((x, y) =>
      Math.hypot(x - 10, y - 10) < 2.5 ? Number.POSITIVE_INFINITY : (step.depths[x] ?? 0),
    );
    expect(Math.max(...compareDepths(gap, step).map(Math.abs))).toBe(0);
  });

  it('gives how far a dent lies behind and a bump before, and what is missing', () => {
    const change = (depth: number) =>
      makeGrid((x, y) => (Math.hypot(x - 10, y - 20) < 6 ? 10 + depth : (step.depths[x] ?? 0)));
    const at = 20 * SIDE + 10;
    expect(compareDepths(change(2), step)[at]).toBeCloseTo(2, 5);
    expect(compareDepths(change(-2), step)[at]).toBeCloseTo(-2, 5);
    expect(compareDepths(change(Number.POSITIVE_INFINITY), step)[at]).toBeGreaterThan(2);
    expect(compareDepths(step, change(Number.POSITIVE_INFINITY))[at]).toBeLessThan(-2);
  });
});

describe('a scan compared with a normal one of the same object', () => {
  const file = readCloudFixture('bunny.ply');

  async function judge(bytes: Uint8Array): Promise<{ score: number; view: View }> {
    const normal = await rescanCloud(file, 0);
    const { views } = await convert(normal);
    const query = await convert(bytes, {
      references: [{ views, source: { bytes: normal, mediaType: 'model/ply' } }],
    });
    const judged = query.views.map((view) => ({
      view,
      score: view.geometry.kind === 'POINT_CLOUD' ? detectInCloud(view.geometry, view).score : 0,
    }));
    return judged.reduce((one, other) => (other.score > one.score ? other : one));
  }

  /** Whether the strongest region of the view holds the point. */
  function isFound({ geometry, widthPx, heightPx }: View, place: Vector): boolean {
    if (geometry.kind !== 'POINT_CLOUD') return false;
    const [region] = detectInCloud(geometry, { widthPx, heightPx }).regions;
    const { x, y } = projectPoint(geometry, place);
    return (
      region !== undefined &&
      x >= region.x &&
      y >= region.y &&
      x < region.x + region.width &&
      y < region.y + region.height
    );
  }

  it('passes when it is only another scan', async () => {
    expect((await judge(await rescanCloud(file, 7))).score).toBeLessThan(0.5);
  }, 60_000);

  it.each([
    ['DENT', 0.02],
    ['BUMP', 0.02],
    ['HOLE', 0],
  ] as const)(
    'shows a made %s where it was made',
    async (kind, depth) => {
      const defect: CloudDefect = { kind, radius: 0.08, depth };
      const { bytes, place } = await damageCloud(file, defect, 1002);
      const { score, view } = await judge(bytes);
      expect(score).toBeGreaterThan(0.8);
      expect(isFound(view, place)).toBe(true);
    },
    60_000,
  );
});
