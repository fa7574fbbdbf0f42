import type { ModelPrice, TokenUsage } from './vision-model.ts';

/**
 * Cost of one call in micro-USD (not rounded); null when no price holds for it. Cached tokens count in full, so it is
 * an upper bound where a provider discounts them.
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
  return usage.inputTokens * price.inputUsd + usage.outputTokens * price.outputUsd;
}

function holds(price: ModelPrice, usage: TokenUsage, atMs: number): boolean {
  const isInTime = price.until === undefined || atMs < Date.parse(`${price.until}T24:00:00Z`);
  return isInTime && usage.inputTokens <= (price.maxInputTokens ?? Number.POSITIVE_INFINITY);
}
