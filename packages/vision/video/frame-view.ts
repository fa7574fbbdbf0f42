import sharp from 'sharp';
import type { VideoGeometry } from '../geometry.ts';
import { isGraphic } from '../image/choose-encoding.ts';
import type { View } from '../types.ts';
import { VIEW_JPEG } from '../view-jpeg.ts';
import { describeStream } from './describe-stream.ts';
import type { FramePixels, FrameSize, FrameSource, Orientation, VideoFacts } from './frame-source.ts';
import { turnSize } from './orientation.ts';

/** A PNG above this is a photograph after all. */
const MAX_PNG_BYTES = 4 * 1024 * 1024;

/** Rows of interleaved RGB, upright. */
export interface Picture extends FrameSize {
  readonly data: Uint8Array;
}

/** Size at which an upright frame has its proportions, no pixel lost. */
export function showSize({ widthPx, heightPx, pixelAspect, orientation }: VideoFacts): FrameSize {
  return turnSize({ widthPx: Math.max(1, Math.round(widthPx * pixelAspect)), heightPx }, orientation);
}

/** Frames by their numbers, upright and of the size asked for, in the order of decoding. */
export async function* readUpright(
  { facts, readFrames }: FrameSource,
  indexes: readonly number[],
  upright: FrameSize,
): AsyncGenerator<FramePixels> {
  const unique = [...new Set(indexes)];
  for await (const frame of readFrames(unique, turnSize(upright, facts.orientation))) {
    yield { ...(await turn(frame, facts.orientation)), index: frame.index };
  }
}

async function turn(frame: FramePixels, { mirrored, rotation }: Orientation): Promise<Picture> {
  if (!mirrored && rotation === 0) return frame;
  let image = openRaw(frame);
  // sharp turns first and mirrors then, whatever the order of the calls.
  if (mirrored) image = openRaw({ ...frame, data: await image.flop().raw().toBuffer() });
  const data = await image.rotate(rotation).raw().toBuffer();
  return { ...turnSize(frame, { mirrored, rotation }), data };
}

export function openRaw({ data, widthPx: width, heightPx: height }: Picture) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** PNG where the file keeps every pixel and the frame is drawn, JPEG otherwise. */
export async function encodeFrame(picture: Picture, lossless: boolean): Promise<Omit<View, 'geometry'>> {
  const { data, widthPx, heightPx } = picture;
  if (lossless && isGraphic({ data, width: widthPx, height: heightPx })) {
    const png = await openRaw(picture).png({ compressionLevel: 6 }).toBuffer();
    if (png.length <= MAX_PNG_BYTES) return { mediaType: 'image/png', bytes: png, widthPx, heightPx };
  }
  return {
    mediaType: 'image/jpeg',
    bytes: await openRaw(picture).jpeg(VIEW_JPEG).toBuffer(),
    widthPx,
    heightPx,
  };
}

/** What a view of frames says. */
export function describeFrames(
  { facts, timeline }: FrameSource,
  shown: Pick<VideoGeometry, 'layout' | 'frames' | 'spanMs'>,
): VideoGeometry {
  return {
    kind: 'VIDEO',
    ...shown,
    source: turnSize(facts, facts.orientation),
    isMirrored: facts.orientation.mirrored,
    rotation: facts.orientation.rotation,
    codec: facts.codec,
    ...describeStream(timeline),
  };
}
