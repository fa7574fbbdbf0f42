import { createHeap } from './heap.ts';

/** Time that moves only when everybody waits: an hour passes in seconds. */
export interface VirtualTime {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs until `untilMs`. */
  readonly run: (untilMs: number) => Promise<void>;
}

export function createVirtualTime(startMs = 0): VirtualTime {
  const waiting = createHeap<() => void>();
  let now = startMs;

  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => waiting.push(now + Math.max(0, ms), wake)),
    run: async (untilMs) => {
      for (;;) {
        // Everything that can go on without time passing goes on first.
        await new Promise(setImmediate);
        const next = waiting.least();
        if (next === undefined || next > untilMs) break;
        now = next;
        while (waiting.least() === now) waiting.pop()?.();
      }
      now = untilMs;
    },
  };
}

/** A seeded generator of numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
