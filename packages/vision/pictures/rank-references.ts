import { measureDistance, summarisePicture } from './summarise-picture.ts';

/**
 * The references from the one most like the query on, by their summaries.
 *
 * @returns positions in `references`; equally near ones in their order.
 * @throws what sharp throws for bytes that are no picture
 */
export async function rankReferences(
  query: Uint8Array,
  references: readonly Uint8Array[],
): Promise<readonly number[]> {
  const target = await summarisePicture(query);
  const distances: number[] = [];
  for (const reference of references)
    distances.push(measureDistance(target, await summarisePicture(reference)));
  return distances
    .map((distance, position) => ({ distance, position }))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ position }) => position);
}
