import { measureDistance, summarisePicture } from './summarise-picture.ts';

/**
 * The references from the one most like the query on, by their summaries.
 *
 * @param summarise for summaries that are known already
 * @returns positions in `references`; equally near ones in their order.
 * @throws what sharp throws for bytes that are no picture
 */
export async function rankReferences(
  query: Uint8Array,
  references: readonly Uint8Array[],
  summarise: (picture: Uint8Array) => Promise<Float64Array> = summarisePicture,
): Promise<readonly number[]> {
  const target = await summarise(query);
  const distances: number[] = [];
  for (const reference of references) distances.push(measureDistance(target, await summarise(reference)));
  return distances
    .map((distance, position) => ({ distance, position }))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ position }) => position);
}
