import { detectImage } from '../image/detect-image.ts';
import { findMovingStill } from './animation/moving-stills.ts';
import { detectVideo } from './detect-video.ts';

export { HEAD_BYTES } from './animation/moving-stills.ts';

/**
 * Whether a file that begins with `head` (its first `HEAD_BYTES`) is decoded by the optional decoder of video, so that a service
 * can send it where that is installed. GIF and WebP that move need none.
 */
export function needsVideoDecoder(head: Uint8Array): boolean {
  if (detectImage(head) !== undefined) return findMovingStill(head) !== undefined;
  return detectVideo(head) !== undefined;
}
