import { layCells } from '../reference/compare/comparison.ts';
import { DIMS, extractFeatures, NOISE_FLOOR } from '../reference/features/extract.ts';
import { readWorkingImage } from '../reference/working-image.ts';

/**
 * A picture in 48 numbers: mean, then deviation, of every dimension of the embedded detector's descriptors. They see
 * light, colour, texture and the directions of edges, not where they are.
 *
 * @throws what sharp throws for bytes that are no picture
 */
export async function summarisePicture(bytes: Uint8Array): Promise<Float64Array> {
  const picture = await readWorkingImage(bytes);
  const { data } = extractFeatures(picture, layCells(picture));
  const cells = data.length / DIMS;
  const summary = new Float64Array(2 * DIMS);
  for (let dim = 0; dim < DIMS; dim++) {
    let sum = 0;
    let squares = 0;
    for (let at = dim; at < data.length; at += DIMS) {
      const value = data[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    const mean = sum / cells;
    summary[dim] = mean;
    summary[DIMS + dim] = Math.sqrt(Math.max(0, squares / cells - mean * mean));
  }
  return summary;
}

/** How unlike two summarised pictures are, in units of the descriptors' noise, squared; 0 for the same picture. */
export function measureDistance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return Array.from(one).reduce((sum, value, at) => {
    const difference = (value - (other[at] ?? 0)) / (NOISE_FLOOR[at % DIMS] ?? 1);
    return sum + difference * difference;
  }, 0);
}
