import { GROUPS } from './extract.ts';

/** Deviation (CIELAB units of L, a and b) that smooth shading, glare and casts give a colour at both scales alike. */
const LIGHT = [8, 4, 4] as const;

/**
 * Adds to a covariance, in place, what uneven light does: it moves a channel by the same amount at the fine and the
 * coarse scale. A defect's colour differs from its surroundings, so it moves them differently. Works for plain and
 * invariant descriptors, which begin with the same groups.
 */
export function addLight(metric: Float64Array, dims: number): void {
  LIGHT.forEach((deviation, channel) => {
    const pair = [GROUPS.colour + channel, GROUPS.colour + 3 + channel];
    for (const i of pair) {
      for (const j of pair) metric[i * dims + j] = (metric[i * dims + j] as number) + deviation * deviation;
    }
  });
}
