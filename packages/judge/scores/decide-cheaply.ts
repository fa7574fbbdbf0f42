import type { Decision } from './decide.ts';

/** Between these scores of a cascade's cheap model the strong one is asked: `low ≤ score < high`. */
export interface CascadeBand {
  readonly low: number;
  readonly high: number;
}

/**
 * What the cheap model of a cascade decides alone: NORMAL below the band, ANOMALOUS from its upper end on, since the
 * profile's threshold is for the scores of the strong model. Undefined inside of the band and without a score (`null`).
 */
export function decideCheaply(
  score: number | null,
  { low, high }: CascadeBand,
): Exclude<Decision, 'UNCERTAIN'> | undefined {
  if (score === null || (score >= low && score < high)) return undefined;
  return score < low ? 'NORMAL' : 'ANOMALOUS';
}
