import type { BatchWork } from '@loupe/core/evaluation';

/** When the work on a chunk is looked at again. All times are in ms. */

const LEAST_LOOK_MS = 2000;
const LONGEST_LOOK_MS = 10 * 60_000;
/** A batch is looked at again after this share of the time it has taken so far. */
const SHARE = 0.25;
/** Whether a batch exists is asked after so long: a provider may take a moment to list it. */
const UNSURE_MS = 15_000;

const FIRST_CROWDED_MS = 60_000;
const LONGEST_CROWDED_MS = 30 * 60_000;

/** The next time at which something may be done; undefined when that is now. */
export function planLook({ packs, crowded }: BatchWork, now: number): number | undefined {
  const looks = packs.flatMap(({ state, submittedAt = now }) => {
    if (state === 'PACKED') return UNSURE_MS;
    if (state === 'ENDED') return [];
    return Math.min(LONGEST_LOOK_MS, Math.max(LEAST_LOOK_MS, SHARE * (now - submittedAt)));
  });
  const room = crowded && crowded.until > now ? [crowded.until - now] : [];
  const waits = [...looks, ...room];
  return waits.length === 0 ? undefined : Math.round(now + Math.min(...waits));
}

/** How long a provider without room is left alone, when it has had none so many times before. */
export function computeCrowdedMs(times: number): number {
  return Math.min(LONGEST_CROWDED_MS, FIRST_CROWDED_MS * 2 ** times);
}
