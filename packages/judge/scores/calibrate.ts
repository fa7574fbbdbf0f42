import { fitIsotonic, type IsotonicCurve, readIsotonic } from './isotonic.ts';
import { fitPlatt, type PlattCurve, squash } from './platt.ts';

export type CalibrationMethod = 'PLATT' | 'ISOTONIC';

/** How a raw score becomes a probability. */
export type CalibrationCurve = PlattCurve | IsotonicCurve;

const FOLDS = 5;

export function fitCurve(
  method: CalibrationMethod,
  scores: readonly number[],
  anomalous: readonly boolean[],
): CalibrationCurve {
  return method === 'PLATT' ? fitPlatt(scores, anomalous) : fitIsotonic(scores, anomalous);
}

/** The probability that a sample of this raw score is anomalous, 0 to 1. */
export function readCurve(curve: CalibrationCurve, score: number): number {
  return curve.kind === 'PLATT' ? squash(curve.slope * score + curve.intercept) : readIsotonic(curve, score);
}

/**
 * For each score the probability by a curve that was fitted without it: five folds, each with its share of both classes.
 * What a fit says of the cases it was made from is too good.
 *
 * @throws RangeError when the lengths differ
 */
export function crossCalibrate(
  method: CalibrationMethod,
  scores: readonly number[],
  anomalous: readonly boolean[],
): number[] {
  const dealt = [0, 0];
  const folds = anomalous.map((label) => {
    const own = label ? 1 : 0;
    const fold = (dealt[own] ?? 0) % FOLDS;
    dealt[own] = fold + 1;
    return fold;
  });
  const curves = Array.from({ length: FOLDS }, (_, fold) => {
    const isKept = (_value: unknown, i: number) => folds[i] !== fold;
    return fitCurve(method, scores.filter(isKept), anomalous.filter(isKept));
  });
  return scores.map((score, i) => {
    const curve = curves[folds[i] ?? 0];
    if (!curve) throw new RangeError(`${scores.length} scores came with ${anomalous.length} labels.`);
    return readCurve(curve, score);
  });
}
