import type { Geometry, Rectangle, Vector } from '../geometry.ts';
import { locatePoint } from '../point-cloud/camera/locate.ts';
import { scale } from '../point-cloud/vectors.ts';
import { findPlace } from '../time-series/find-place.ts';
import { type FrameRegion, locateFrames, locateSpan } from '../video/locate.ts';
import { findVoxel } from '../volume/find-voxel.ts';

/** A view's size and geometry; a `View` is one. */
export interface PlacedView {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly geometry: Geometry;
}

/** What of the source a region of a view shows: one member for each modality. */
export type SourcePlace = ImagePlace | PointCloudPlace | SlicePlace | TimeSeriesPlace | VideoPlace;

export interface ImagePlace {
  readonly kind: 'IMAGE';
  /** Which page or picture of the file, from 0. */
  readonly page: number;
  /** Pixels of the upright source. */
  readonly area: Rectangle;
}

/** The points behind the region: those with 0 ≤ (p - origin) · right ⁄ |right|² < 1, and likewise down, at any depth. */
export interface PointCloudPlace {
  readonly kind: 'POINT_CLOUD';
  /** The region's upper left corner at depth 0, in units of the file. */
  readonly origin: Vector;
  /** The region's upper and left edge, in units of the file. */
  readonly right: Vector;
  readonly down: Vector;
  /** Unit vector away from the camera. */
  readonly forward: Vector;
}

export interface SlicePlace {
  readonly kind: 'SLICE';
  /** Least and greatest voxel (column, row, slice of the file, from 0) of the box that is shown; both belong to it. */
  readonly first: Vector;
  readonly last: Vector;
}

export interface TimeSeriesPlace {
  readonly kind: 'TIME_SERIES';
  readonly axis: 'TIMESTAMP' | 'SECONDS' | 'ROW';
  /** In the unit of the axis. */
  readonly span: readonly [number, number];
  /** For each channel whose panel the region touches, the values between its lower and its upper edge. */
  readonly channels: readonly { readonly channel: string; readonly range: readonly [number, number] }[];
}

export interface VideoPlace {
  readonly kind: 'VIDEO';
  /** The parts of frames that the region shows. */
  readonly frames: readonly FrameRegion[];
  /** The stretch of time that they stand for, ms on the file's own time scale. */
  readonly spanMs: readonly [number, number];
}

/** Half of a pixel's least share of a voxel, so that a region's far edge does not reach into the next one. */
const INSIDE = 1e-6;

/**
 * The place in the source that a region (px of the view) shows; `undefined` for a region that lies beside all that is shown:
 * outside the view, or between a plot's panels or a montage's frames.
 */
export function findSource(view: PlacedView, region: Rectangle): SourcePlace | undefined {
  const shown = clip(region, view);
  if (shown === undefined) return undefined;
  const { geometry } = view;
  switch (geometry.kind) {
    case 'IMAGE':
      return findImagePlace(view, geometry, shown);
    case 'POINT_CLOUD': {
      const corner = (x: number, y: number) => locatePoint(geometry, { x, y, depth: 0 });
      const origin = corner(shown.x, shown.y);
      return {
        kind: 'POINT_CLOUD',
        origin,
        right: scale(geometry.right, shown.width * geometry.unitsPerPx),
        down: scale(geometry.down, shown.height * geometry.unitsPerPx),
        forward: geometry.forward,
      };
    }
    case 'SLICE': {
      const slice = { ...view, geometry };
      const [from, to] = [
        findVoxel(slice, { x: shown.x, y: shown.y }),
        findVoxel(slice, { x: shown.x + shown.width - INSIDE, y: shown.y + shown.height - INSIDE }),
      ];
      return { kind: 'SLICE', first: combine(from, to, Math.min), last: combine(from, to, Math.max) };
    }
    case 'TIME_SERIES': {
      const place = findPlace(geometry, shown);
      return place && { kind: 'TIME_SERIES', axis: geometry.axis, ...place };
    }
    case 'VIDEO': {
      const spanMs = locateSpan(geometry, shown);
      return spanMs && { kind: 'VIDEO', frames: locateFrames(geometry, shown), spanMs };
    }
  }
}

function findImagePlace(
  { widthPx, heightPx }: PlacedView,
  { source, region, page = 0 }: Extract<Geometry, { kind: 'IMAGE' }>,
  shown: Rectangle,
): ImagePlace {
  const part = region ?? { x: 0, y: 0, width: source.widthPx, height: source.heightPx };
  const [across, down] = [part.width / widthPx, part.height / heightPx];
  return {
    kind: 'IMAGE',
    page,
    area: {
      x: part.x + shown.x * across,
      y: part.y + shown.y * down,
      width: shown.width * across,
      height: shown.height * down,
    },
  };
}

/** The part of a region that lies in the view. */
function clip({ x, y, width, height }: Rectangle, { widthPx, heightPx }: PlacedView): Rectangle | undefined {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(widthPx, x + width), Math.min(heightPx, y + height)];
  if (!(right > left && bottom > top)) return undefined;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function combine(a: Vector, b: Vector, choose: (a: number, b: number) => number): Vector {
  return [choose(a[0], b[0]), choose(a[1], b[1]), choose(a[2], b[2])];
}
