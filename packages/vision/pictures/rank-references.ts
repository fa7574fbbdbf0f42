import { layCells } from '../reference/compare/comparison.ts';
import { DIMS, extractFeatures, NOISE_FLOOR } from '../reference/features/extract.ts';
import { readWorkingImage } from '../reference/working-image.ts';

/**
 * The references from the one most like the query on, by the embedded detector's descriptors: mean and deviation of each
 * over the picture, compared in units of its noise. It sees light, colour, texture and the directions of edges, not where
 * they are.
 *
 * @returns positions in `references`; equally near ones in their order.
 * @throws what sharp throws for bytes that are no picture
 */
export async function rankReferences(
  query: Uint8Array,
  references: readonly Uint8Array[],
): Promise<readonly number[]> {
  const target = await summarise(query);
  const distances: number[] = [];
  for (const reference of references) distances.push(measureDistance(target, await summarise(reference)));
  return distances
    .map((distance, position) => ({ distance, position }))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ position }) => position);
}

/** Mean, then deviation, of every dimension. */
async function summarise(bytes: Uint8Array): Promise<Float64Array> {
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

function measureDistance(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, at) => {
    const difference = (value - (other[at] ?? 0)) / (NOISE_FLOOR[at % DIMS] ?? 1);
    return sum + difference * difference;
  }, 0);
}
