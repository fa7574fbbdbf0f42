import type { AnsweredBox } from '../answers/read-details.ts';
import type { ScoredRegion } from '../models/vision-model.ts';
import type { PlacedMark } from './make-pictures.ts';

/** Where a region comes from: measured by the embedded detector, named by a mark's number, or a box the model drew. */
export type RegionSource = 'DETECTOR' | 'MARK' | 'MODEL_BOX';

/** A rectangle in pixels of one of the query's views. */
export interface FoundRegion {
  readonly view: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly source: RegionSource;
  /** Strength, 0 to 1; null when its source gives none. */
  readonly score: number | null;
  /** What the model calls it; empty when it says nothing. */
  readonly label: string;
  /** Which pixels of the rectangle it is, row by row: lengths of runs outside and inside in turn, outside first. */
  readonly mask?: readonly number[];
}

export function describeMeasured(regions: readonly ScoredRegion[]): FoundRegion[] {
  return regions.map((region) => ({ ...region, source: 'DETECTOR', label: '' }));
}

/** Masks longer than this many runs are left out: the rectangle stands for them. */
const MOST_RUNS = 2000;

/** The marks whose numbers the model named, as regions with their masks; numbers that are not drawn are left out. */
export function findMarks(numbers: readonly number[], marks: readonly PlacedMark[]): FoundRegion[] {
  return numbers.flatMap((number) => {
    const mark = marks.find((candidate) => candidate.number === number);
    if (mark === undefined) return [];
    const { view, rectangle, mask } = mark;
    const region = { view, ...rectangle, source: 'MARK' as const, score: null, label: String(number) };
    return [mask.length <= MOST_RUNS ? { ...region, mask } : region];
  });
}

/** Boxes as the model drew them: hints, since models place them badly (mean IoU of 10 to 25 % in published runs). */
export function placeBoxes(
  boxes: readonly AnsweredBox[],
  view: { readonly widthPx: number; readonly heightPx: number },
): FoundRegion[] {
  return boxes.map(({ left, top, right, bottom, label }) => {
    const x = Math.floor(left * view.widthPx);
    const y = Math.floor(top * view.heightPx);
    return {
      view: 0,
      x,
      y,
      width: Math.max(1, Math.ceil(right * view.widthPx) - x),
      height: Math.max(1, Math.ceil(bottom * view.heightPx) - y),
      source: 'MODEL_BOX',
      score: null,
      label,
    };
  });
}
