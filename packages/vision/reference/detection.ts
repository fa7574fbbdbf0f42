import type { Plane } from './kernels/plane.ts';
import type { Region } from './regions.ts';

/** How a query was compared: registered to references, with a bank of their patches, or only with itself. */
export type Comparing = 'ALIGNED' | 'BANK' | 'ALONE';

/** What the embedded detector found in one view. */
export interface Detection {
  /**
   * 0..1, 0.5 the default threshold. It is s / (1 + s) of the strongest place s of the map, so it never saturates:
   * of two views compared with the same references the one with the stronger place has the higher score.
   */
  readonly score: number;
  /**
   * The anomaly map, one value a cell, spread evenly over the whole query view: 0 for no more difference than
   * half of the view shows, 1 at the default threshold, no upper end.
   */
  readonly map: Plane;
  /** Size of the query view (upright) in pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Up to five places, strongest first, none touching another, in pixels of the query view. */
  readonly regions: readonly Region[];
  /** Where and how the view differs, in plain English. */
  readonly reasoning: string;
  readonly comparing: Comparing;
  /** Correlation (−1..1) with the best registered reference; absent without references. */
  readonly registrationQuality?: number;
}

/** The score of a strength: s / (1 + s). */
export function scoreStrength(strength: number): number {
  return strength / (1 + strength);
}
