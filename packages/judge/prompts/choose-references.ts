import type { ReferenceChoice } from './settings.ts';

/**
 * Which references take part, as positions in the profile's list, in their order there, so that the same ones always
 * make the same prompt and a provider's cache of it holds.
 *
 * @param ranked positions from the one most like the query on, for NEAREST; ones it leaves out come last.
 * @param count how many; all when there are fewer.
 */
export function chooseReferences(
  total: number,
  {
    choice,
    count,
    seed = 0,
  }: { readonly choice: ReferenceChoice; readonly count: number; readonly seed?: number },
  ranked: readonly number[] = [],
): number[] {
  const all = Array.from({ length: total }, (_, position) => position);
  const order =
    choice === 'RANDOM' ? shuffle(all, seed) : choice === 'NEAREST' ? [...new Set([...ranked, ...all])] : all;
  return order.slice(0, count).toSorted((a, b) => a - b);
}

/** Fisher–Yates with xorshift32: the same seed gives the same order everywhere. */
function shuffle(items: readonly number[], seed: number): number[] {
  const order = [...items];
  // The seed is spread (a step of splitmix32), since xorshift begins weakly from small ones and not at all from 0.
  let state = Math.imul((seed >>> 0) + 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  for (let last = order.length - 1; last > 0; last -= 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const at = (state >>> 0) % (last + 1);
    const [one, other] = [order[last], order[at]];
    if (one !== undefined && other !== undefined) [order[last], order[at]] = [other, one];
  }
  return order;
}
