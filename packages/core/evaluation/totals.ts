import type { ChunkTotals, ItemResult } from './entity.ts';

/** What a chunk's results come to. */
export function countTotals(results: readonly ItemResult[]): Required<ChunkTotals> {
  return {
    items: results.length,
    failed: results.filter(({ outcome }) => outcome === 'ERROR').length,
    costMicroUsd: results.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0),
    costUnknown: results.filter(isCostUnknown).length,
  };
}

/** An answer whose price, or tokens, nobody stated; of an item that ended in an error there may be no cost. */
export function isCostUnknown({ outcome, costMicroUsd }: ItemResult): boolean {
  return outcome !== 'ERROR' && costMicroUsd === undefined;
}
