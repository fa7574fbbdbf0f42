import type { KeptFrame } from '../types.ts';
import type { FramePixels, FrameSize, FrameSource } from './frame-source.ts';
import { encodeFrame, openRaw, readUpright, showSize } from './frame-view.ts';

/** Longest side of a kept frame: what is looked at closely is at least an eighth of it, and shown with at most 1024 px. */
const LONG_SIDE_PX = 4096;
/** Kept frames together: sixteen of 3840 × 2160 px. More frames become smaller ones. */
const MOST_PIXELS = 2 ** 27;
const MEBIBYTE = 2 ** 20;
/** What the kept frames may take, encoded. Frames of film stay below a half of it; noise does not. */
const MOST_BYTES = 64 * MEBIBYTE;

/** What is kept of a video beside its views. */
export interface Keeping {
  readonly frames: readonly KeptFrame[];
  readonly notes: readonly string[];
}

/**
 * Reads the frames of a video for its views, as large as they are shown there, and keeps each one, larger, where it has more pixels
 * than that. Both come of one decoding.
 */
export function readAndKeep(
  source: FrameSource,
  indexes: readonly number[],
  shown: FrameSize,
  { keeps, mostBytes = MOST_BYTES }: { readonly keeps: boolean; readonly mostBytes?: number },
) {
  const size = chooseSize(showSize(source.facts), new Set(indexes).size);
  const kept: KeptFrame[] = [];
  let total = 0;
  let leftOut = 0;

  async function keep({ index, ...picture }: FramePixels): Promise<void> {
    const { mediaType, bytes } = await encodeFrame(picture, source.lossless);
    if (total + bytes.length > mostBytes) {
      leftOut += 1;
      return;
    }
    total += bytes.length;
    kept.push({ index, mediaType, bytes });
  }

  async function* readSmaller(): AsyncGenerator<FramePixels> {
    for await (const frame of readUpright(source, indexes, size)) {
      await keep(frame);
      yield { index: frame.index, data: await shrink(frame, shown), ...shown };
    }
  }

  const isLarger = size.widthPx > shown.widthPx;
  return {
    read: () => (keeps && isLarger ? readSmaller() : readUpright(source, indexes, shown)),
    finish: (): Keeping => ({
      frames: kept,
      notes: leftOut === 0 ? [] : [describeLeftOut(leftOut, mostBytes)],
    }),
  };
}

/** As large as the frame is, or as the limits allow. */
function chooseSize({ widthPx, heightPx }: FrameSize, count: number): FrameSize {
  const scale = Math.min(
    1,
    LONG_SIDE_PX / Math.max(widthPx, heightPx),
    Math.sqrt(MOST_PIXELS / (count * widthPx * heightPx)),
  );
  const shorten = (length: number) => Math.max(1, Math.floor(length * scale));
  return { widthPx: shorten(widthPx), heightPx: shorten(heightPx) };
}

function shrink(frame: FramePixels, { widthPx: width, heightPx: height }: FrameSize): Promise<Buffer> {
  return openRaw(frame).resize({ width, height, fit: 'fill' }).raw().toBuffer();
}

function describeLeftOut(count: number, mostBytes: number): string {
  const frames = count === 1 ? 'frame is' : 'frames are';
  return `${count} ${frames} not kept for second looks: together they would take more than ${mostBytes / MEBIBYTE} MiB.`;
}
