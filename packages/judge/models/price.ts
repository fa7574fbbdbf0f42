import type { ModelPrice, TokenUsage } from './vision-model.ts';

/**
 * Cost of one call in micro-USD (not rounded); null when no price holds for it. Tokens of the cache count in full where
 * their price is not stated, so the cost is then an upper bound. Thinking is written, pictures are read: both are in the
 * sums already and are not counted twice.
 *
 * @param atMs when the call was made, epoch ms.
 */
export function priceCall(
  prices: readonly ModelPrice[],
  usage: TokenUsage | undefined,
  atMs: number,
): number | null {
  if (usage === undefined) return null;
  const price = prices.find((candidate) => holds(candidate, usage, atMs));
  if (price === undefined) return null;
  // USD per million tokens is micro-USD per token.
  const { cachedTokens = 0, cacheWriteTokens = 0 } = usage;
  const plain = Math.max(0, usage.inputTokens - cachedTokens - cacheWriteTokens);
  return (
    plain * price.inputUsd +
    cachedTokens * (price.cachedInputUsd ?? price.inputUsd) +
    cacheWriteTokens * (price.cacheWriteUsd ?? price.inputUsd) +
    usage.outputTokens * price.outputUsd
  );
}

function holds(price: ModelPrice, usage: TokenUsage, atMs: number): boolean {
  const isInTime = price.until === undefined || atMs < Date.parse(`${price.until}T24:00:00Z`);
  return isInTime && usage.inputTokens <= (price.maxInputTokens ?? Number.POSITIVE_INFINITY);
}
