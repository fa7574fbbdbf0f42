/** How many calls began in each bin of time, over the last minute. */
export type Recent = Readonly<Record<string, number>>;

const BIN_MS = 5000;
const BINS_PER_MINUTE = 60_000 / BIN_MS;

/** Counts calls at a time that may lie ahead; a refused one is taken off again by -1. */
export function addRecent(recent: Recent, at: number, calls: number, now: number): Recent {
  const first = Math.floor(now / BIN_MS) - BINS_PER_MINUTE;
  const kept = Object.entries(recent).filter(([bin]) => Number(bin) >= first);
  const bin = String(Math.floor(at / BIN_MS));
  return { ...Object.fromEntries(kept), [bin]: (recent[bin] ?? 0) + calls };
}

/** Calls per minute, over the last minute before `now` or as much of it as calls have been made in. */
export function countRecent(recent: Recent, now: number): number {
  const last = Math.floor(now / BIN_MS);
  // Of the oldest bin only the part that the minute reaches into.
  const part = 1 - (now % BIN_MS) / BIN_MS;
  const past = Object.entries(recent).map(([bin, calls]) => ({ age: last - Number(bin), calls }));
  const counted = past.filter(({ age }) => age >= 0 && age <= BINS_PER_MINUTE);
  const sum = counted.reduce(
    (total, { age, calls }) => total + calls * (age === BINS_PER_MINUTE ? part : 1),
    0,
  );
  const oldest = Math.max(0, ...counted.map(({ age }) => age));
  const spanMs = Math.min(60_000, oldest * BIN_MS + (now % BIN_MS));
  return (sum * 60_000) / Math.max(2 * BIN_MS, spanMs);
}
