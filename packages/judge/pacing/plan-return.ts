import type { Grant } from './pace.ts';
import { HORIZON_MS } from './shares.ts';

/** What a worker does with a message whose calls may not begin at once. */
export type Plan =
  /** Wait here, so long, and call. */
  | { readonly kind: 'WAIT'; readonly ms: number }
  /** Give the message back for so many whole seconds; with a slot, it is kept for it. */
  | { readonly kind: 'RETURN'; readonly seconds: number; readonly slotAt?: number };

/** A wait this short costs less in place than a message's way through its queue. */
const LONGEST_WAIT_MS = 1500;
const LONGEST_RETURN_SECONDS = 30 * 60;
/** A message then hides for some 40 % of its age: of the waiting ones there are always some to take a free place. */
const GROWTH = 1.4;

/**
 * A slot is met to the millisecond: the message comes back up to a second early, since queues count whole seconds, and
 * the rest is waited for in place. Without a slot a message comes back later each time, so that a long backlog does not
 * keep the workers busy.
 *
 * @param tries how often the message was received, from 1.
 * @param random 0 to 1.
 */
export function planReturn(grant: Grant, now: number, tries: number, random: number): Plan {
  const ms = Math.max(0, grant.at - now);
  if (grant.kind === 'SLOT') {
    return ms <= LONGEST_WAIT_MS
      ? { kind: 'WAIT', ms }
      : { kind: 'RETURN', seconds: Math.floor(ms / 1000), slotAt: grant.at };
  }
  const spread =
    grant.reason === 'OUTAGE' ? HORIZON_MS / 4 : HORIZON_MS * GROWTH ** (Math.min(tries, 20) - 1);
  const seconds = Math.ceil((ms / 2 + spread * random) / 1000);
  return { kind: 'RETURN', seconds: Math.min(LONGEST_RETURN_SECONDS, Math.max(1, seconds)) };
}
