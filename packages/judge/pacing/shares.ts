/**
 * How many calls each tenant has ahead of it in the calendar, as counts per bin of time: `{tenant: {bin: calls}}`. The
 * calendar is first come, first served; tenants that may hold equally many places in it are served equally often
 * (Little's law), and what one does not take another gets.
 */
export type Shares = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The calendar is filled this far ahead, in ms, when several tenants or many calls wait. */
export const HORIZON_MS = 20_000;
/** Calls that nobody waits for, those of evaluations, are given places this far ahead only: a person's call comes soon after. */
export const BACKGROUND_HORIZON_MS = 2500;
const BINS = 10;
/** Enough that a tenant's next message has come before its last place has passed. */
const LEAST_PLACES = 4;

/** Without the places that have passed, and the tenants that have none left. */
export function dropPast(shares: Shares, now: number, horizonMs = HORIZON_MS): Shares {
  const first = findBin(now, horizonMs);
  const kept = Object.entries(shares).map(
    ([tenant, bins]) =>
      [tenant, Object.fromEntries(Object.entries(bins).filter(([bin]) => Number(bin) >= first))] as const,
  );
  return Object.fromEntries(kept.filter(([, bins]) => Object.keys(bins).length > 0));
}

export function addPlace(
  shares: Shares,
  tenant: string,
  at: number,
  calls: number,
  horizonMs = HORIZON_MS,
): Shares {
  const bin = String(findBin(at, horizonMs));
  const bins = shares[tenant] ?? {};
  return { ...shares, [tenant]: { ...bins, [bin]: (bins[bin] ?? 0) + calls } };
}

/** How many places a tenant may hold when `perMinute` calls are let through. */
export function computeShare(
  shares: Shares,
  tenant: string,
  perMinute: number,
  horizonMs = HORIZON_MS,
): number {
  const tenants = new Set([...Object.keys(shares), tenant]).size;
  return Math.max(LEAST_PLACES, Math.floor((perMinute * horizonMs) / 60_000 / tenants));
}

export function countPlaces(shares: Shares, tenant: string): number {
  return Object.values(shares[tenant] ?? {}).reduce((sum, calls) => sum + calls, 0);
}

function findBin(at: number, horizonMs: number): number {
  return Math.floor((at * BINS) / horizonMs);
}
