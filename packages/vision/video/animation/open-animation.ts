import sharp from 'sharp';
import { isLosslesslyStored } from '../../image/choose-encoding.ts';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { MediaType } from '../../types.ts';
import { differ, THUMBNAIL } from '../choose/thumbnail.ts';
import type { FramePixels, FrameSize, FrameSource } from '../frame-source.ts';
import { UPRIGHT } from '../orientation.ts';
import { rejectVideo } from '../reject.ts';
import type { AnimationFrames } from './animation-frames.ts';
import { findFrames } from './find-frames.ts';

const WHITE = '#ffffff';
/** libvips takes a picture for the pile of its frames, and no pile may be higher. */
const HIGHEST_PILE_PX = 10_000_000;

/**
 * Opens an animated GIF or WebP. Its frames are drawn by libvips, transparency on white, so this needs no decoder of
 * video. Frames and times are counted here: libvips gives up on a file that is cut off.
 * @throws RejectedError
 */
export function openAnimation(bytes: Uint8Array, mediaType: MediaType, limits: Limits): FrameSource {
  const animation = findFrames(bytes, mediaType);
  if (animation === undefined) throw rejectVideo('its frames cannot be told apart');
  const { delaysMs, widthPx, heightPx, whole, isCut } = animation;
  assertLimits(animation, limits);
  const startsMs = new Float64Array(delaysMs.length);
  let endMs = 0;
  for (const [index, delayMs] of delaysMs.entries()) {
    startsMs[index] = endMs;
    // Frames of no time would all lie at one instant.
    endMs += Math.max(1, delayMs);
  }
  if (endMs > limits.maxVideoSeconds * 1000) throw rejectLength(endMs / 1000, limits.maxVideoSeconds);
  const draw = (pages: { readonly page: number; readonly pages: number }, size: FrameSize) =>
    sharp(whole, { ...pages, failOn: 'warning', limitInputPixels: false })
      .timeout({ seconds: limits.maxSeconds })
      .resize(size.widthPx, size.heightPx, { fit: 'fill' })
      .flatten({ background: WHITE })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer();
  return {
    facts: {
      codec: mediaType === 'image/gif' ? 'gif' : 'webp',
      widthPx,
      heightPx,
      pixelAspect: 1,
      orientation: UPRIGHT,
    },
    timeline: { startsMs, endMs },
    notes: isCut ? ['The file ends early: its whole frames are shown.'] : [],
    lossless: isLosslesslyStored(bytes, mediaType),
    measureChanges: async () => {
      const pixels = await draw({ page: 0, pages: delaysMs.length }, THUMBNAIL).catch(() => undefined);
      return pixels === undefined
        ? new Float32Array(delaysMs.length)
        : compareThumbnails(pixels, delaysMs.length);
    },
    readFrames: async function* (indexes, size): AsyncGenerator<FramePixels> {
      for (const index of indexes) {
        const data = await draw({ page: index, pages: 1 }, size).catch(() => undefined);
        if (data?.length === size.widthPx * size.heightPx * 3) yield { ...size, index, data };
      }
    },
    close: async () => undefined,
  };
}

function assertLimits({ delaysMs, widthPx, heightPx }: AnimationFrames, limits: Limits): void {
  const { maxFrames, maxFramePixels, maxLongSidePx } = limits;
  if (widthPx * heightPx === 0) throw rejectVideo('it states frames without pixels');
  if (Math.max(widthPx, heightPx) > maxLongSidePx) {
    throw new RejectedError(
      'SIDE_TOO_LONG',
      `The frames have ${widthPx} × ${heightPx} px; a side has at most ${maxLongSidePx}. Send a smaller one.`,
      { widthPx, heightPx, maxLongSidePx },
    );
  }
  if (widthPx * heightPx > maxFramePixels) {
    throw new RejectedError(
      'TOO_MANY_PIXELS',
      `The frames have ${widthPx} × ${heightPx} px; at most ${maxFramePixels} px are accepted. Send a smaller one.`,
      { widthPx, heightPx, maxFramePixels },
    );
  }
  const most = Math.min(maxFrames, Math.floor(HIGHEST_PILE_PX / heightPx));
  if (delaysMs.length > most) {
    throw new RejectedError(
      'TOO_MANY_FRAMES',
      `The animation has ${delaysMs.length} frames; at most ${most} of this height are accepted. Send it as MP4, or a part of it.`,
      { frames: delaysMs.length, ...(most === maxFrames ? { maxFrames } : { most }) },
    );
  }
}

function rejectLength(seconds: number, maxVideoSeconds: number): RejectedError {
  return new RejectedError(
    'VIDEO_TOO_LONG',
    `The animation lasts ${Math.round(seconds)} s; at most ${maxVideoSeconds} s are accepted. Cut it into shorter ones.`,
    { seconds: Math.round(seconds), maxVideoSeconds },
  );
}

/** Differences between neighbours in a pile of thumbnails. */
function compareThumbnails(pixels: Uint8Array, count: number): Float32Array {
  const area = THUMBNAIL.widthPx * THUMBNAIL.heightPx;
  const grey = Uint8Array.from({ length: area * count }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(i * 3, i * 3 + 3);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
  const at = (index: number) => grey.subarray(index * area, (index + 1) * area);
  return Float32Array.from({ length: count }, (_, i) => (i === 0 ? 0 : differ(at(i - 1), at(i))));
}
