import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert } from '../convert.ts';
import { readFixture } from '../fixtures/read-fixture.ts';
import type { Rectangle } from '../geometry.ts';
import { cropSource } from '../image/index.ts';
import { isPointInRegion, locatePoint, projectPoint } from '../point-cloud/index.ts';
import { readCloudFixture } from '../point-cloud/testing/read-cloud-fixture.ts';
import { add } from '../point-cloud/vectors.ts';
import { placeRegion } from '../time-series/index.ts';
import { readFixture as readSeries } from '../time-series/testing/read-fixture.ts';
import type { View } from '../types.ts';
import { readVideo } from '../video/testing/fixtures.ts';
import { findPlace } from '../volume/index.ts';
import { readVolume } from '../volume/testing/read-fixture.ts';
import { findSource, type SourcePlace } from './find-source.ts';

const share = fc.double({ min: 0, max: 0.9, noNaN: true });
const shares = fc.record({ x: share, y: share, width: share, height: share });

/** A region of whole pixels within the view. */
function cut(view: View, part: Rectangle): Rectangle {
  const x = Math.floor(part.x * view.widthPx);
  const y = Math.floor(part.y * view.heightPx);
  const width = 1 + Math.floor(part.width * (view.widthPx - x - 1));
  return { x, y, width, height: 1 + Math.floor(part.height * (view.heightPx - y - 1)) };
}

function findKind<K extends SourcePlace['kind']>(view: View, region: Rectangle, kind: K) {
  const place = findSource(view, region);
  if (place?.kind !== kind) throw new Error(`found ${place?.kind}, not ${kind}`);
  return place as Extract<SourcePlace, { kind: K }>;
}

describe('a region of a picture', () => {
  it('is found in the source by the ratio of their sizes', async () => {
    // The photograph has 1284 × 1168 pixels by its header.
    const { views } = await convert(readFixture('candle.jpg'), { longSidePx: 642 });
    const [view] = views;
    if (view === undefined) throw new Error('no view');
    expect([view.widthPx, view.heightPx]).toEqual([642, 584]);
    const { area } = findKind(view, { x: 10, y: 20, width: 30, height: 40 }, 'IMAGE');
    expect(area).toEqual({ x: 20, y: 40, width: 60, height: 80 });
  });

  it('of a part is found in the whole', async () => {
    const view = await cropSource(readFixture('candle.jpg'), { x: 100, y: 200, width: 50, height: 60 });
    const { area } = findKind(view, { x: 5, y: 6, width: 10, height: 12 }, 'IMAGE');
    expect(area).toEqual({ x: 105, y: 206, width: 10, height: 12 });
  });

  it('ends at the edges of the view', async () => {
    const [view] = (await convert(readFixture('rgb24.png'))).views;
    if (view === undefined) throw new Error('no view');
    const { widthPx, heightPx } = view;
    const { area } = findKind(view, { x: -5, y: -5, width: 1000, height: 1000 }, 'IMAGE');
    expect(area).toEqual({ x: 0, y: 0, width: widthPx, height: heightPx });
    expect(findSource(view, { x: widthPx, y: 0, width: 3, height: 3 })).toBeUndefined();
  });
});

describe('a region of a cloud', () => {
  it('comes back from its corners, and holds the points that lie behind it', async () => {
    const { views } = await convert(readCloudFixture('bunny.ply'), { pointCloud: { sidePx: 256 } });
    await fc.assert(
      fc.property(fc.constantFrom(...views), shares, share, (view, part, depthShare) => {
        const { geometry } = view;
        if (geometry.kind !== 'POINT_CLOUD') throw new Error(geometry.kind);
        const region = cut(view, part);
        const { origin, right, down } = findKind(view, region, 'POINT_CLOUD');
        const near = projectPoint(geometry, origin);
        const far = projectPoint(geometry, add(origin, right, down));
        expect(near.x).toBeCloseTo(region.x, 5);
        expect(near.y).toBeCloseTo(region.y, 5);
        expect(far.x).toBeCloseTo(region.x + region.width, 5);
        expect(far.y).toBeCloseTo(region.y + region.height, 5);
        const middle = { x: region.x + region.width / 2, y: region.y + region.height / 2, depth: depthShare };
        expect(isPointInRegion(geometry, region, locatePoint(geometry, middle))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a region of a plot', () => {
  it('comes back from its span and its channels', async () => {
    const { views } = await convert(readSeries('art_daily_jumpsup.csv'));
    await fc.assert(
      fc.property(fc.constantFrom(...views), shares, (view, part) => {
        const { geometry } = view;
        if (geometry.kind !== 'TIME_SERIES') throw new Error(geometry.kind);
        const region = cut(view, part);
        const place = findSource(view, region);
        if (place === undefined) return;
        if (place.kind !== 'TIME_SERIES') throw new Error(place.kind);
        for (const again of placeRegion(geometry, place)) {
          const area = geometry.panels[0]?.area;
          if (area === undefined) throw new Error('no panel');
          expect(again.x).toBeCloseTo(Math.min(area.x + area.width, Math.max(area.x, region.x)), 3);
          expect(again.y).toBeCloseTo(Math.min(area.y + area.height, Math.max(area.y, region.y)), 3);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('beside all panels shows nothing', async () => {
    const [view] = (await convert(readSeries('art_daily_jumpsup.csv'))).views;
    if (view === undefined) throw new Error('no view');
    expect(findSource(view, { x: 0, y: 0, width: 2, height: 2 })).toBeUndefined();
  });
});

describe('a region of a slice', () => {
  it('shows the voxels whose middles lie in it', async () => {
    const { views } = await convert(readVolume('head-ras.nii.gz'), { volume: { plane: 'CORONAL' } });
    await fc.assert(
      fc.property(fc.constantFrom(...views), shares, (view, part) => {
        const { geometry } = view;
        if (geometry.kind !== 'SLICE') throw new Error(geometry.kind);
        const region = cut(view, part);
        const { first, last } = findKind(view, region, 'SLICE');
        for (const voxel of [first, last]) {
          const middle = findPlace({ ...view, geometry }, voxel);
          if (middle === undefined) throw new Error('a voxel of another slice');
          // Half a voxel on each side.
          const [across, down] = [
            view.widthPx / geometry.source.widthPx,
            view.heightPx / geometry.source.heightPx,
          ];
          expect(middle.x).toBeGreaterThan(region.x - across / 2 - 1e-6);
          expect(middle.x).toBeLessThan(region.x + region.width + across / 2 + 1e-6);
          expect(middle.y).toBeGreaterThan(region.y - down / 2 - 1e-6);
          expect(middle.y).toBeLessThan(region.y + region.height + down / 2 + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a region of a montage', () => {
  it('is a part of a frame, and the time for which it stands', async () => {
    // 200 frames of 160 × 96 px, 40 ms each: the four shown are 25, 75, 125 and 175.
    const { views } = await convert(readVideo('made/numbered.mp4'), { video: { frames: 4 } });
    const [view] = views;
    if (view?.geometry.kind !== 'VIDEO') throw new Error('no video');
    const { x, y } = view.geometry.frames[1]?.area ?? { x: 0, y: 0 };
    expect(findKind(view, { x: x + 16, y: y + 8, width: 32, height: 4 }, 'VIDEO')).toEqual({
      kind: 'VIDEO',
      frames: [{ index: 75, timeMs: 3000, region: { x: 16, y: 8, width: 32, height: 4 } }],
      spanMs: [2000, 4000],
    });
    expect(findSource(view, { x: 0, y: 0, width: 3, height: 3 })).toBeUndefined();
  });
});
