import { vi } from 'vitest';

const LONGEST_MS = 5000;

/** Lists are read from indexes, which follow the table after a moment: asks again until the claim holds. */
export function eventually<T>(claim: () => Promise<T>): Promise<T> {
  return vi.waitFor(claim, { timeout: LONGEST_MS, interval: 100 });
}
