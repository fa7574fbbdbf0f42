import type { PaceState } from '../pace.ts';
import type { PaceStore } from '../pacer.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Round trips of the table, in ms. */
const TABLE_MS = { least: 3, most: 9 };

/** One row with a revision, as a table with round trips: compare and set fails when somebody was faster. */
export function createTable(
  time: VirtualTime,
  random: () => number,
): PaceStore & { counts: { reads: number; writes: number } } {
  const trip = () => TABLE_MS.least + (TABLE_MS.most - TABLE_MS.least) * random();
  const counts = { reads: 0, writes: 0 };
  let row: { rev: number; state: PaceState } | undefined;

  async function read() {
    counts.reads += 1;
    await time.sleep(trip() / 2);
    const seen = row;
    await time.sleep(trip() / 2);
    return seen;
  }

  return {
    counts,
    read: async () => (await read())?.state,
    update: async (_, step) => {
      for (;;) {
        const seen = await read();
        const { state, result } = step(seen?.state);
        if (state === seen?.state || state === undefined) return result;
        counts.writes += 1;
        await time.sleep(trip() / 2);
        const isMine = row?.rev === seen?.rev;
        if (isMine) row = { rev: (seen?.rev ?? 0) + 1, state };
        await time.sleep(trip() / 2);
        if (isMine) return result;
        await time.sleep(trip() * 4 * random());
      }
    },
  };
}
