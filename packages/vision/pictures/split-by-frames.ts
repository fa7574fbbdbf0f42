import type { Rectangle } from '../geometry.ts';
import type { SourcedPicture } from './source-crop.ts';

/** A part of a region, and the picture or the frame of a video within which it is looked at. */
export interface RegionPart {
  readonly part: Rectangle;
  readonly whole: Rectangle;
}

/** Frames that have less than this share of a region are only touched by it. */
const LEAST_SHARE = 1 / 4;
/** Frames in which a region is looked at. */
const MOST_PARTS = 2;

/** A region of a picture as it is; one of a view with frames of a video in the frames that have the most of it, largest part first. */
export function splitByFrames(
  { geometry, widthPx, heightPx }: SourcedPicture,
  region: Rectangle,
): RegionPart[] {
  const frames = geometry?.kind === 'VIDEO' ? geometry.frames : [];
  const parts = frames
    .map(({ area }) => ({ part: intersect(area, region), whole: area }))
    .filter(({ part }) => measure(part) >= LEAST_SHARE * measure(region))
    .toSorted((a, b) => measure(b.part) - measure(a.part))
    .slice(0, MOST_PARTS);
  return parts.length > 0
    ? parts
    : [{ part: region, whole: { x: 0, y: 0, width: widthPx, height: heightPx } }];
}

function intersect(a: Rectangle, b: Rectangle): Rectangle {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  };
}

function measure({ width, height }: Rectangle): number {
  return width * height;
}
