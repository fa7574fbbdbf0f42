import { checkNumber, DomainError } from '../platform/index.ts';
import type { LabelledScore } from './labelled-scores.ts';

/** A band around a threshold, and what it does on the labelled scores it was chosen from. */
export interface BandChoice {
  /** Half-width, 0 to 0.5. */
  readonly uncertainBand: number;
  /** Share of all that falls into it, 0 to 1. */
  readonly uncertainShare: number;
  /** Share of the decisions outside of it that is wrong, 0 to 1. */
  readonly wrongShare: number;
}

const WIDEST = 0.5;
/** Bands are whole steps, the next above the distance that has to be inside. */
const STEP = 1e-6;

/**
 * The narrowest UNCERTAIN band around `threshold` outside of which at most the share `target` of the decisions is wrong.
 * @throws DomainError INVALID for a target outside 0 to 1, or one that no band meets
 */
export function pickBand(scores: readonly LabelledScore[], threshold: number, target: number): BandChoice {
  const path = ['input', 'uncertainTarget'];
  checkNumber(target, path, 0, 1);
  const nearest = scores
    .map(({ score, anomalous }) => ({
      distance: Math.abs(score - threshold),
      isWrong: anomalous !== score >= threshold,
    }))
    .toSorted((a, b) => a.distance - b.distance);
  let [decided, wrong] = [nearest.length, nearest.filter(({ isWrong }) => isWrong).length];
  let uncertainBand = 0;
  for (const { distance, isWrong } of nearest) {
    // Those at the same distance fall into the band together.
    if (distance >= uncertainBand && wrong <= target * decided) break;
    uncertainBand = (Math.floor(distance / STEP) + 1) * STEP;
    decided -= 1;
    wrong -= Number(isWrong);
  }
  if (uncertainBand <= WIDEST && decided > 0 && wrong <= target * decided) {
    return {
      uncertainBand,
      uncertainShare: (nearest.length - decided) / nearest.length,
      wrongShare: wrong / decided,
    };
  }
  const message = `No band of up to ${WIDEST} around ${threshold} leaves so few decisions wrong.`;
  throw new DomainError('INVALID', message, path);
}
