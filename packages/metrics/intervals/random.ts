/** State of the generator sfc32 (Doty-Humphrey, PractRand): four words, the last a counter. */
export type RandomState = Uint32Array;

/** A state from a seed and a stream number: the same pair gives the same draws everywhere. */
export function seedRandom(seed: number, stream = 0): RandomState {
  const state = Uint32Array.of(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, stream >>> 0, 1);
  // Twelve rounds mix the seed through, as the author advises.
  for (let i = 0; i < 12; i++) drawUint32(state);
  return state;
}

/** 0 to 2³² − 1. */
export function drawUint32(state: RandomState): number {
  // By index: taking the state apart by a pattern costs several times the rest.
  const b = state[1] as number;
  const c = state[2] as number;
  const counter = state[3] as number;
  const result = ((state[0] as number) + b + counter) >>> 0;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + result;
  state[3] = counter + 1;
  return result;
}

/**
 * Draws as many members of `groups` as it has, with replacement, and counts them by group. The bias of taking 32 bits
 * by multiplication is below length / 2³².
 */
export function countDraws(groups: Int32Array, counts: Int32Array, state: RandomState): void {
  const scale = groups.length / 2 ** 32;
  let [a = 0, b = 0, c = 0, counter = 0] = state;
  for (let i = 0; i < groups.length; i++) {
    const drawn = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    const group = groups[((drawn >>> 0) * scale) | 0] as number;
    counts[group] = (counts[group] as number) + 1;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
}
