import type { Rectangle, VideoGeometry } from '../geometry.ts';
import { assertLongSide, assertWithin, USUAL_LONG_SIDE_PX } from '../image/crop-region.ts';
import { detectImage } from '../image/detect-image.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import type { MediaType, View } from '../types.ts';
import { isAnimation } from './animation/find-frames.ts';
import { detectVideo } from './detect-video.ts';
import type { FrameSource } from './frame-source.ts';
import type { Picture } from './frame-view.ts';
import { openFrameSource } from './open-frame-source.ts';
import { rejectVideo } from './reject.ts';

const HEAD_BYTES = 4096;

/** How a part of a frame is shown. Every field has a default. */
export interface FrameCropOptions {
  /** Longest side of the view, 1..4096 px, default 2048; a region within it is shown pixel for pixel, never enlarged. */
  readonly longSidePx?: number | undefined;
  /** Replaces single limits of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits> | undefined;
}

/** A frame of a video at its full size. */
interface WholeFrame {
  readonly picture: Picture;
  readonly lossless: boolean;
  /** Of a view that shows all of it. */
  readonly geometry: VideoGeometry;
}

/**
 * A part of one frame of a video as it is, cut out at full resolution, upright. Its geometry says where the whole frame would lie around
 * the view.
 * @param index which frame in the order of showing, from 0, as the geometry of a video's views names it
 * @param region whole px of the upright frame, as `source` of that geometry counts them
 * @throws RejectedError for any fault of the file, and where the decoder is not installed
 * @throws RangeError for a frame that is not there, a region that is not within it, or options outside their range
 */
export async function cropFrame(
  bytes: Uint8Array,
  index: number,
  region: Rectangle,
  { longSidePx = USUAL_LONG_SIDE_PX, limits }: FrameCropOptions = {},
): Promise<View> {
  assertLongSide(longSidePx);
  return cutFrame(await readFrame(bytes, index, limits), region, longSidePx);
}

/** One frame, decoded exactly. */
async function readFrame(
  bytes: Uint8Array,
  index: number,
  limits: Partial<Limits> = {},
): Promise<WholeFrame> {
  const source = await openFrameSource(bytes, detectMoving(bytes), { ...DEFAULT_LIMITS, ...limits });
  try {
    return await readWhole(source, index);
  } finally {
    await source.close();
  }
}

async function readWhole(source: FrameSource, index: number): Promise<WholeFrame> {
  const { startsMs, endMs } = source.timeline;
  const timeMs = startsMs[index];
  if (timeMs === undefined) {
    throw new RangeError(`The frame must be a whole number from 0 to ${startsMs.length - 1}, not ${index}.`);
  }
  const { describeFrames, readUpright, showSize } = await import('./frame-view.ts');
  const size = showSize(source.facts);
  for await (const picture of readUpright(source, [index], size)) {
    const area = { x: 0, y: 0, width: size.widthPx, height: size.heightPx };
    const spanMs = [timeMs, startsMs[index + 1] ?? endMs] as const;
    const geometry = describeFrames(source, { layout: 'FRAME', frames: [{ index, timeMs, area }], spanMs });
    return { picture, lossless: source.lossless, geometry };
  }
  throw rejectVideo('the frame cannot be decoded');
}

/** A part of such a frame. */
async function cutFrame(
  { picture, lossless, geometry }: WholeFrame,
  region: Rectangle,
  longSidePx: number,
): Promise<View> {
  const { source, frames } = geometry;
  assertWithin(region, source);
  // Stored pixels need not be square; those of the picture are.
  const across = picture.widthPx / source.widthPx;
  const down = picture.heightPx / source.heightPx;
  const left = Math.floor(region.x * across);
  const top = Math.floor(region.y * down);
  const width = Math.max(1, Math.min(picture.widthPx - left, Math.round(region.width * across)));
  const height = Math.max(1, Math.min(picture.heightPx - top, Math.round(region.height * down)));
  // The decoders are loaded by the first frame.
  const { encodeFrame, openRaw } = await import('./frame-view.ts');
  const { data, info } = await openRaw(picture)
    .extract({ left, top, width, height })
    .resize({ width: longSidePx, height: longSidePx, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const view = { data, widthPx: info.width, heightPx: info.height };
  const [scaleX, scaleY] = [info.width / width, info.height / height];
  const area = {
    x: -left * scaleX,
    y: -top * scaleY,
    width: picture.widthPx * scaleX,
    height: picture.heightPx * scaleY,
  };
  return {
    ...(await encodeFrame(view, lossless)),
    geometry: { ...geometry, frames: frames.map((frame) => ({ ...frame, area })) },
  };
}

/** @throws RejectedError UNSUPPORTED_MEDIA_TYPE */
function detectMoving(bytes: Uint8Array): MediaType {
  const head = bytes.subarray(0, HEAD_BYTES);
  const still = detectImage(head);
  const found = still === undefined ? detectVideo(head) : isAnimation(bytes, still) ? still : undefined;
  if (found !== undefined) return found;
  throw new RejectedError(
    'UNSUPPORTED_MEDIA_TYPE',
    'Only videos have frames to cut a part out of. Name a video.',
  );
}
