import type { MediaType } from '../../types.ts';
import { findGifFrames } from './gif-frames.ts';
import { findMovingStill, HEAD_BYTES } from './moving-stills.ts';
import { findWebpFrames } from './webp-frames.ts';

/** The frames of a moving picture, as far as the file holds them. */
export interface AnimationFrames {
  /** Time each frame is shown, ms. */
  readonly delaysMs: readonly number[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** The file up to its last whole frame, closed as the format asks. */
  readonly whole: Uint8Array;
  /** The file ends within a frame, or without its end mark. */
  readonly isCut: boolean;
}

/** Counts the frames of a GIF or WebP; nothing is decoded. `undefined` for other types and damaged ones. */
export function findFrames(bytes: Uint8Array, mediaType: MediaType): AnimationFrames | undefined {
  if (mediaType === 'image/gif') return findGifFrames(bytes);
  return mediaType === 'image/webp' ? findWebpFrames(bytes) : undefined;
}

/** Whether a picture has more than one frame. */
export function isAnimation(bytes: Uint8Array, mediaType: MediaType): boolean {
  if (mediaType === 'image/png' || mediaType === 'image/avif') {
    return findMovingStill(bytes.subarray(0, HEAD_BYTES)) !== undefined;
  }
  return (findFrames(bytes, mediaType)?.delaysMs.length ?? 0) > 1;
}
