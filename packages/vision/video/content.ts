import { detectImage } from '../image/detect-image.ts';
import { detectVideo } from './detect-video.ts';

/** Enough of a file for `needsVideoDecoder`. */
export const HEAD_BYTES = 4096;

/**
 * Whether a file that begins with `head` (its first `HEAD_BYTES`) is decoded by the optional decoder of video, so that a service
 * can send it where that is installed. GIF and WebP that move need none.
 */
export function needsVideoDecoder(head: Uint8Array): boolean {
  return detectImage(head) === undefined && detectVideo(head) !== undefined;
}
