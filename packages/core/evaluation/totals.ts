import type { ItemsUse } from '../usage/index.ts';
import type { ChunkTotals, ItemResult } from './entity.ts';

/** What a chunk's results come to. */
export function countTotals(results: readonly ItemResult[]): Required<ChunkTotals> {
  return {
    items: results.length,
    failed: results.filter(({ outcome }) => outcome === 'ERROR').length,
    costMicroUsd: sum(results, 'costMicroUsd'),
    costUnknown: results.filter(isCostUnknown).length,
  };
}

/** What the models used for items, as it is billed. */
export function sumUse(results: readonly ItemResult[]): ItemsUse {
  return {
    inputTokens: sum(results, 'inputTokens'),
    outputTokens: sum(results, 'outputTokens'),
    costMicroUsd: sum(results, 'costMicroUsd'),
    costUnknownCount: results.filter(isCostUnknown).length,
  };
}

/** An answer whose price, or tokens, nobody stated; of an item that ended in an error there may be no cost. */
export function isCostUnknown({ outcome, costMicroUsd }: ItemResult): boolean {
  return outcome !== 'ERROR' && costMicroUsd === undefined;
}

function sum(results: readonly ItemResult[], field: 'inputTokens' | 'outputTokens' | 'costMicroUsd'): number {
  return results.reduce((total, result) => total + (result[field] ?? 0), 0);
}
