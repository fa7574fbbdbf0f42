import type { Rectangle, VideoGeometry } from '../geometry.ts';

/** A part of a frame of the video. */
export interface FrameRegion {
  /** Which frame in the order of showing, from 0. */
  readonly index: number;
  /** Its timestamp in the file, ms. */
  readonly timeMs: number;
  /** In pixels of the upright frame; `turnBack` leads on to the frame as it is stored. */
  readonly region: Rectangle;
}

/** The parts of frames that a region of the view (px) shows, in the order of time; what lies between frames is left out. */
export function locateFrames({ frames, source }: VideoGeometry, region: Rectangle): FrameRegion[] {
  return frames.flatMap(({ index, timeMs, area }) => {
    const common = intersect(area, region);
    if (common === undefined) return [];
    const across = source.widthPx / area.width;
    const down = source.heightPx / area.height;
    return [
      {
        index,
        timeMs,
        region: {
          x: (common.x - area.x) * across,
          y: (common.y - area.y) * down,
          width: common.width * across,
          height: common.height * down,
        },
      },
    ];
  });
}

/** Where the view shows a part of a frame; `undefined` when it does not show that frame. */
export function placeFrameRegion(
  { frames, source }: VideoGeometry,
  { index, region }: Pick<FrameRegion, 'index' | 'region'>,
): Rectangle | undefined {
  const area = frames.find((frame) => frame.index === index)?.area;
  if (area === undefined) return undefined;
  const across = area.width / source.widthPx;
  const down = area.height / source.heightPx;
  return {
    x: area.x + region.x * across,
    y: area.y + region.y * down,
    width: region.width * across,
    height: region.height * down,
  };
}

/**
 * The stretch of time, ms, that the frames in a region of the view stand for: from half-way to the shown frame before
 * them to half-way to the one behind, within the view's span. `undefined` when it touches no frame.
 */
export function locateSpan(
  { frames, spanMs }: VideoGeometry,
  region: Rectangle,
): readonly [number, number] | undefined {
  const touched = frames.map(({ area }) => intersect(area, region) !== undefined);
  const first = touched.indexOf(true);
  const last = touched.lastIndexOf(true);
  if (first < 0) return undefined;
  const middle = (a: number, b: number) => ((frames[a]?.timeMs ?? 0) + (frames[b]?.timeMs ?? 0)) / 2;
  return [
    first === 0 ? spanMs[0] : middle(first - 1, first),
    last === frames.length - 1 ? spanMs[1] : middle(last, last + 1),
  ];
}

function intersect(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
