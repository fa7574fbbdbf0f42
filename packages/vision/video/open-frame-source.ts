import type { Limits } from '../limits.ts';
import type { MediaType } from '../types.ts';
import type { FrameSource } from './frame-source.ts';
import type { DecodedMediaType } from './media-types.ts';

/**
 * Opens a video of a known type: a container in a process of its own, GIF and WebP here.
 * @throws RejectedError
 */
export async function openFrameSource(
  bytes: Uint8Array,
  mediaType: MediaType,
  limits: Limits,
): Promise<FrameSource> {
  if (mediaType === 'image/gif' || mediaType === 'image/webp') {
    const { openAnimation } = await import('./animation/open-animation.ts');
    return openAnimation(bytes, mediaType, limits);
  }
  const { openContainer } = await import('./decoder/open-container.ts');
  return openContainer(bytes, mediaType as DecodedMediaType, limits);
}
