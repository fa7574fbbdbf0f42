export type Decision = 'NORMAL' | 'ANOMALOUS' | 'UNCERTAIN';
export type ThresholdSource = 'DEFAULT' | 'MANUAL';

/** Threshold of a profile that names none. */
export const DEFAULT_THRESHOLD = 0.5;

export interface Limits {
  /** Score from which a sample is ANOMALOUS, 0 to 1. */
  readonly threshold?: number | undefined;
  /** Half-width of the UNCERTAIN band around the threshold, 0 to 0.5. */
  readonly uncertainBand?: number | undefined;
}

export interface Decided {
  readonly decision: Decision;
  readonly threshold: number;
  readonly thresholdSource: ThresholdSource;
}

/**
 * Decides from a score: ANOMALOUS from the threshold on, NORMAL below it, UNCERTAIN where
 * `threshold − band ≤ score < threshold + band`. Without a score (`null`) it is UNCERTAIN, so that a refused or
 * unreadable answer reaches a person instead of passing as normal.
 *
 * @throws RangeError when score, threshold or band lies outside its range.
 */
export function decide(score: number | null, limits: Limits): Decided {
  const threshold = requireWithin('threshold', limits.threshold ?? DEFAULT_THRESHOLD, 1);
  const band = requireWithin('uncertainBand', limits.uncertainBand ?? 0, 0.5);
  const thresholdSource = limits.threshold === undefined ? 'DEFAULT' : 'MANUAL';
  if (score === null) return { decision: 'UNCERTAIN', threshold, thresholdSource };
  requireWithin('score', score, 1);
  return { decision: place(score, threshold, band), threshold, thresholdSource };
}

function place(score: number, threshold: number, band: number): Decision {
  if (score >= round(threshold - band) && score < round(threshold + band)) return 'UNCERTAIN';
  return score >= threshold ? 'ANOMALOUS' : 'NORMAL';
}

/** Without the noise of sums: 0.55 + 0.05 is 0.6, and models write round scores. */
function round(sum: number): number {
  return Math.round(sum * 1e9) / 1e9;
}

function requireWithin(name: string, value: number, max: number): number {
  if (value >= 0 && value <= max) return value;
  throw new RangeError(`${name} is ${value}; it must lie between 0 and ${max}.`);
}
