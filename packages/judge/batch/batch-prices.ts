import type { ModelPrice } from '../models/vision-model.ts';

/**
 * What a batch costs of the price of single calls: half of it, at OpenAI (https://help.openai.com/en/articles/9197833)
 * and at Google (https://ai.google.dev/gemini-api/docs/batch-api), read on 2026-11-22.
 */
const SHARE = 0.5;

/** Prices of a model as they are for batches. */
export function listBatchPrices(prices: readonly ModelPrice[]): readonly ModelPrice[] {
  return prices.map(({ inputUsd, outputUsd, cachedInputUsd, cacheWriteUsd, ...rest }) => ({
    ...rest,
    inputUsd: SHARE * inputUsd,
    outputUsd: SHARE * outputUsd,
    // Google has no second discount on tokens of the cache; where OpenAI has one, this is an upper bound.
    ...(cachedInputUsd !== undefined && { cachedInputUsd: Math.min(cachedInputUsd, SHARE * inputUsd) }),
    ...(cacheWriteUsd !== undefined && { cacheWriteUsd: SHARE * cacheWriteUsd }),
  }));
}
