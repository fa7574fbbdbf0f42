import { type Pyramid, registerPlanes } from './register.ts';

/** References looked at; registering every pair of many would cost more than it tells. */
const LOOKED_AT = 3;

/** How much a view that cannot be registered may be raised at most. */
const RAISE_MOST = 4;

/**
 * How well references register with one another: for each of the first three its best correlation with another one,
 * and of these the least. Undefined for fewer than two references.
 */
export function measureMutualQuality(references: readonly Pyramid[]): number | undefined {
  const some = references.slice(0, LOOKED_AT);
  if (some.length < 2) return undefined;
  const best = some.map(() => -1);
  for (let i = 0; i < some.length; i++) {
    for (let j = i + 1; j < some.length; j++) {
      const { quality } = registerPlanes(some[i] as Pyramid, some[j] as Pyramid);
      best[i] = Math.max(best[i] as number, quality);
      best[j] = Math.max(best[j] as number, quality);
    }
  }
  return Math.min(...best);
}

/**
 * How much more a difference means in a view that registers with no reference while the references register with one
 * another: the ratio of the two correlations, 1..4; 1 when the references do not (`least` is what counts as
 * registered) or when there is only one.
 */
export function weighMisfit(mutual: number | undefined, quality: number, least: number): number {
  if (mutual === undefined || mutual < least) return 1;
  return Math.min(RAISE_MOST, Math.max(1, mutual / Math.max(quality, 0.01)));
}
