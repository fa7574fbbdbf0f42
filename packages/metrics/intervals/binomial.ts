import { drawUint32, type RandomState } from './random.ts';

/** Means below are drawn by inversion, above by rejection, which needs them to be at least 10. */
const INVERTED_MEAN = 10;

/** What Stirling's formula leaves of log k!, for k up to 9. */
const STIRLING_TAILS = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.0207906721037651, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
] as const;

/**
 * How many of `trials` succeed that each do with `chance`, 0 to 1. Small means by inversion, others by transformed rejection
 * (algorithm BTRS; Hörmann 1993, Journal of Statistical Computation and Simulation 46), in a time that does not grow with `trials`.
 */
export function drawBinomial(trials: number, chance: number, state: RandomState): number {
  if (trials === 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - drawBinomial(trials, 1 - chance, state);
  return trials * chance < INVERTED_MEAN ? invert(trials, chance, state) : reject(trials, chance, state);
}

/** Goes up from 0, taking each count's probability off a uniform number. */
function invert(trials: number, chance: number, state: RandomState): number {
  const odds = chance / (1 - chance);
  let left = drawUniform(state);
  let probability = Math.exp(trials * Math.log1p(-chance));
  let count = 0;
  while (left > probability && count < trials) {
    left -= probability;
    count++;
    probability *= ((trials - count + 1) / count) * odds;
  }
  return count;
}

function reject(trials: number, chance: number, state: RandomState): number {
  const deviation = Math.sqrt(trials * chance * (1 - chance));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const center = trials * chance + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  for (;;) {
    const u = drawUniform(state) - 0.5;
    const v = drawUniform(state);
    const edge = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / edge + b) * u + center);
    if (edge >= 0.07 && v <= squeeze) return count;
    if (count < 0 || count > trials) continue;
    const height = (v * (2.83 + 5.1 / b) * deviation) / (a / (edge * edge) + b);
    if (Math.log(height) <= compareToMode(trials, chance, count)) return count;
  }
}

/** Logarithm of a count's probability over that of the likeliest. */
function compareToMode(trials: number, chance: number, count: number): number {
  const mode = Math.floor((trials + 1) * chance);
  const odds = chance / (1 - chance);
  return (
    (mode + 0.5) * Math.log((mode + 1) / (odds * (trials - mode + 1))) +
    (trials + 1) * Math.log((trials - mode + 1) / (trials - count + 1)) +
    (count + 0.5) * Math.log((odds * (trials - count + 1)) / (count + 1)) +
    takeTail(mode) +
    takeTail(trials - mode) -
    takeTail(count) -
    takeTail(trials - count)
  );
}

function takeTail(k: number): number {
  const known = STIRLING_TAILS[k];
  if (known !== undefined) return known;
  const square = (k + 1) ** 2;
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}

/** Above 0 and below 1. */
function drawUniform(state: RandomState): number {
  return (drawUint32(state) + 0.5) / 2 ** 32;
}
