import type { MediaType } from '../../types.ts';
import type { AnimationFrames } from './animation-frames.ts';
import { findGifFrames } from './gif-frames.ts';
import { findMovingStill, HEAD_BYTES } from './moving-stills.ts';
import { findWebpFrames } from './webp-frames.ts';

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
