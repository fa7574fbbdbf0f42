import type { VideoGeometry } from '../geometry.ts';
import type { Timeline } from './frame-source.ts';

/** Steps may differ by the rounding of timestamps to whole milliseconds, as in Matroska, and still be even. */
const ROUNDING_MS = 2;
const EVEN_SHARE = 0.05;

/** Figures of the whole video. */
export function describeStream({
  startsMs,
  endMs,
}: Timeline): Pick<VideoGeometry, 'durationMs' | 'frameCount' | 'frameRate' | 'isFrameRateVariable'> {
  const durationMs = endMs - (startsMs[0] ?? 0);
  const frameCount = startsMs.length;
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (let i = 1; i < frameCount; i++) {
    const step = (startsMs[i] ?? 0) - (startsMs[i - 1] ?? 0);
    shortest = Math.min(shortest, step);
    longest = Math.max(longest, step);
  }
  const allowed = Math.max(ROUNDING_MS, (EVEN_SHARE * durationMs) / frameCount);
  return {
    durationMs,
    frameCount,
    frameRate: durationMs > 0 ? (frameCount / durationMs) * 1000 : 0,
    isFrameRateVariable: frameCount > 2 && longest - shortest > allowed,
  };
}
