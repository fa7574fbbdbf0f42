import { RejectedError } from '../rejected-error.ts';

/** Stored samples of a slice, and how they become the values that the file is about: stored × slope + intercept. */
export interface Samples {
  readonly stored:
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Int32Array
    | Float32Array
    | Float64Array;
  readonly slope: number;
  readonly intercept: number;
  /** Stored value that stands for "nothing was measured here". */
  readonly padding?: number | undefined;
}

/** Values looked at for a window. */
const MOST_LOOKED_AT = 1 << 18;
/** Left out at each end, so that a few bright specks do not darken everything else. */
const LEFT_OUT = 0.005;

/**
 * The range that 99 % of the measured values fill.
 * @throws RejectedError EMPTY_VOLUME when there are none, or all are one value
 */
export function measureWindow(slices: readonly Samples[]): readonly [number, number] {
  const total = slices.reduce((sum, { stored }) => sum + stored.length, 0);
  const step = Math.max(1, Math.ceil(total / MOST_LOOKED_AT));
  const values: number[] = [];
  for (const { stored, slope, intercept, padding } of slices) {
    for (let at = 0; at < stored.length; at += step) {
      const sample = stored[at] ?? Number.NaN;
      const value = sample * slope + intercept;
      if (sample !== padding && Number.isFinite(value)) values.push(value);
    }
  }
  const sorted = Float64Array.from(values).sort();
  const pick = (part: number) => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
  const [low, high] = [pick(LEFT_OUT), pick(1 - LEFT_OUT)];
  if (low < high) return [low, high];
  // A small bright spot on an even ground: the spot is what matters.
  if (pick(0) < pick(1)) return [pick(0), pick(1)];
  throw rejectEmpty();
}

/** @throws RejectedError EMPTY_VOLUME when every slice holds one number alone, whatever window the file has for it */
export function assertVaried(slices: readonly Samples[]): void {
  const isEven = ({ stored }: Samples) => {
    for (let at = 1; at < stored.length; at++) if (!Object.is(stored[at], stored[0])) return false;
    return true;
  };
  if (slices.every(isEven)) throw rejectEmpty();
}

function rejectEmpty(): RejectedError {
  return new RejectedError(
    'EMPTY_VOLUME',
    'The slices hold no measured values, or one value everywhere. Export the volume again from its source.',
  );
}

/**
 * Grey levels 0..255 of a slice: the window's ends are black and white, values beyond are clipped, what was not measured
 * is black. `inverted` shows low values white (MONOCHROME1).
 */
export function applyWindow(
  { stored, slope, intercept, padding }: Samples,
  [low, high]: readonly [number, number],
  inverted: boolean,
): Uint8Array {
  const grey = new Uint8Array(stored.length);
  const width = high - low;
  for (let at = 0; at < stored.length; at++) {
    const sample = stored[at] ?? Number.NaN;
    const level = ((sample * slope + intercept - low) * 255) / width;
    // NaN fails the comparison and stays black.
    if (sample === padding || !(level > Number.NEGATIVE_INFINITY)) continue;
    const clipped = Math.round(Math.min(255, Math.max(0, level)));
    grey[at] = inverted ? 255 - clipped : clipped;
  }
  return grey;
}
