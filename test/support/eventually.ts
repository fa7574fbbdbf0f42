import { setTimeout as sleep } from 'node:timers/promises';
import { testFaults } from './environment.ts';

/** A worker that a fault lets hang is replaced after its timeout. */
const LONGEST_MS = testFaults === undefined ? 20_000 : 60_000;
const WAIT_MS = 100;

/** Lists are read from indexes, which follow the table after a moment: asks again until the claim holds. */
export async function eventually<T>(claim: () => Promise<T>): Promise<T> {
  const until = Date.now() + LONGEST_MS;
  for (;;) {
    try {
      return await claim();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await sleep(WAIT_MS);
  }
}
