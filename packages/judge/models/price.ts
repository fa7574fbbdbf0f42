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
  // An answer that was kept costs nothing at any price.
  if (usage.inputTokens === 0 && usage.outputTokens === 0) return 0;
  const price = findPrice(prices, usage.inputTokens, atMs);
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

/** The price that holds for a call of so many tokens read; undefined when none is known. */
export function findPrice(
  prices: readonly ModelPrice[],
  inputTokens: number,
  atMs: number,
): ModelPrice | undefined {
  return prices.find(
    ({ until, maxInputTokens = Number.POSITIVE_INFINITY }) =>
      inputTokens <= maxInputTokens && (until === undefined || atMs < Date.parse(`${until}T24:00:00Z`)),
  );
}
