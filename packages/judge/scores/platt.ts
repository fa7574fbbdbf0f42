/** A logistic curve: the probability is 1 / (1 + exp(slope · score + intercept)). */
export interface PlattCurve {
  readonly kind: 'PLATT';
  readonly slope: number;
  readonly intercept: number;
}

const MAX_STEPS = 100;
const LEAST_CURVATURE = 1e-12;
const SMALL_GRADIENT = 1e-9;
const SMALLEST_STEP = 1e-10;

/**
 * Fits Platt's curve by Newton's method with backtracking (Lin, Lin and Weng 2007). Labels are smoothed as Platt (1999)
 * says, so that separable scores have a finite answer.
 *
 * @param scores anomaly scores, 0 to 1
 * @param anomalous as long as `scores`
 * @throws RangeError when the lengths differ
 */
export function fitPlatt(scores: readonly number[], anomalous: readonly boolean[]): PlattCurve {
  if (scores.length !== anomalous.length) {
    throw new RangeError(`${scores.length} scores came with ${anomalous.length} labels.`);
  }
  const positives = anomalous.filter(Boolean).length;
  const negatives = anomalous.length - positives;
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  const points = scores.map((score, i) => ({ score, target: anomalous[i] ? high : low }));
  let [slope, intercept] = [0, Math.log((negatives + 1) / (positives + 1))];
  let loss = sumLoss(points, slope, intercept);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { g1, g2, h11, h22, h12 } = differentiate(points, slope, intercept);
    if (Math.abs(g1) < SMALL_GRADIENT && Math.abs(g2) < SMALL_GRADIENT) break;
    const determinant = h11 * h22 - h12 * h12;
    const [dSlope, dIntercept] = [-(h22 * g1 - h12 * g2) / determinant, -(h11 * g2 - h12 * g1) / determinant];
    const descent = g1 * dSlope + g2 * dIntercept;
    let size = 1;
    for (; size >= SMALLEST_STEP; size /= 2) {
      const next = sumLoss(points, slope + size * dSlope, intercept + size * dIntercept);
      if (next >= loss + 1e-4 * size * descent) continue;
      [slope, intercept, loss] = [slope + size * dSlope, intercept + size * dIntercept, next];
      break;
    }
    // No step makes it better: as good as the numbers allow.
    if (size < SMALLEST_STEP) break;
  }
  return { kind: 'PLATT', slope, intercept };
}

interface Point {
  readonly score: number;
  readonly target: number;
}

function differentiate(points: readonly Point[], slope: number, intercept: number) {
  let [g1, g2, h11, h22, h12] = [0, 0, LEAST_CURVATURE, LEAST_CURVATURE, 0];
  for (const { score, target } of points) {
    const p = squash(slope * score + intercept);
    const weight = p * (1 - p);
    g1 += score * (target - p);
    g2 += target - p;
    h11 += score * score * weight;
    h22 += weight;
    h12 += score * weight;
  }
  return { g1, g2, h11, h22, h12 };
}

/** Cross-entropy, in the form that does not overflow. */
function sumLoss(points: readonly Point[], slope: number, intercept: number): number {
  return points.reduce((sum, { score, target }) => {
    const z = slope * score + intercept;
    return (
      sum + (z >= 0 ? target * z + Math.log1p(Math.exp(-z)) : (target - 1) * z + Math.log1p(Math.exp(z)))
    );
  }, 0);
}

/** 1 / (1 + exp(z)), exact at both ends. */
export function squash(z: number): number {
  return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}
