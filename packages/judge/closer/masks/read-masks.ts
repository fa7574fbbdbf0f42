import type { Segmentation } from '@loupe/vision/marks';
import type { Size } from '../picture-tools.ts';
import { countInside, coversPicture, paintRuns, unpackCounts } from './coco-runs.ts';

/** What a segmenter may answer; more is refused before it is decoded. */
export const MASK_LIMITS = {
  /** Masks that are looked at. */
  masks: 512,
  /** Runs of all masks together. */
  runs: 1_000_000,
} as const;

/** Masks of this share of the picture are specks; larger ones than the other the picture itself. */
const SHARE = { least: 1 / 5000, most: 0.95 };
/** A mask of which smaller ones leave less than this is those smaller ones. */
const LEAST_LEFT = 0.1;
/** Label of pixels in no mask, as `Segmentation` has it. */
const NO_REGION = 0xffff;

/** An answer that does not hold to the contract. The message quotes nothing of it. */
export class MasksError extends Error {
  override readonly name = 'MasksError';
}

interface Mask {
  readonly counts: readonly number[];
  readonly pixels: number;
  readonly score: number;
}

/**
 * Reads a segmenter's answer (docs/guides/segmenter.md) as regions to be numbered: the `most` best masks by their score,
 * the smaller one on top where they overlap (set-of-mark, arXiv 2310.11441, section 2.3). Only numbers are taken from it.
 *
 * @param size of the picture that was sent.
 * @throws MasksError
 */
export function readMasks(answer: unknown, size: Size, most: number): Segmentation {
  const listed = readField(answer, 'masks');
  if (!Array.isArray(listed)) throw new MasksError('its answer has no list "masks"');
  if (listed.length > MASK_LIMITS.masks) throw new MasksError(`it gave more than ${MASK_LIMITS.masks} masks`);
  let runs = 0;
  const masks = listed.map((value: unknown) => {
    const mask = readMask(value, size, MASK_LIMITS.runs - runs);
    runs += mask.counts.length;
    return mask;
  });
  const pixels = size.widthPx * size.heightPx;
  const fitting = masks.filter((mask) => {
    return mask.pixels >= pixels * SHARE.least && mask.pixels <= pixels * SHARE.most;
  });
  const best = fitting.toSorted((a, b) => b.score - a.score).slice(0, most);
  return layOver(best, size);
}

function readMask(value: unknown, { widthPx, heightPx }: Size, mostRuns: number): Mask {
  const runs = readField(value, 'segmentation');
  const [height, width, ...more] = readList(readField(runs, 'size'));
  if (height !== heightPx || width !== widthPx || more.length > 0) {
    throw new MasksError('a mask has not the size [height, width] of the picture');
  }
  const given = readField(runs, 'counts');
  const counts = typeof given === 'string' ? unpackCounts(given, mostRuns) : readList(given);
  if (counts === undefined || counts.length > mostRuns) {
    throw new MasksError(`its run lengths cannot be read, or are more than ${MASK_LIMITS.runs}`);
  }
  if (!areNumbers(counts) || !coversPicture(counts, widthPx * heightPx)) {
    throw new MasksError('the run lengths of a mask do not make up the picture');
  }
  const score = readField(value, 'predicted_iou');
  return { counts, pixels: countInside(counts), score: typeof score === 'number' && score <= 1 ? score : 0 };
}

/** The largest first, so that the smaller ones lie over it; what is left of it hardly at all is no region. */
function layOver(masks: readonly Mask[], { widthPx, heightPx }: Size): Segmentation {
  const labels = new Uint16Array(widthPx * heightPx).fill(NO_REGION);
  const bySize = masks.toSorted((a, b) => b.pixels - a.pixels);
  bySize.forEach(({ counts }, label) => {
    paintRuns(labels, { widthPx, heightPx }, counts, label);
  });
  const left = new Uint32Array(bySize.length);
  for (const label of labels) if (label < left.length) left[label] = (left[label] ?? 0) + 1;
  let count = 0;
  const renamed = bySize.map(({ pixels }, label) => {
    if ((left[label] ?? 0) < pixels * LEAST_LEFT) return NO_REGION;
    count += 1;
    return count - 1;
  });
  return { widthPx, heightPx, labels: labels.map((label) => renamed[label] ?? NO_REGION), count };
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function areNumbers(values: readonly unknown[]): values is readonly number[] {
  return values.every((value) => typeof value === 'number');
}
