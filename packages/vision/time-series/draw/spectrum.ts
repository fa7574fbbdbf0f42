import type { Values } from '../series.ts';
import { planFourier, transform } from './fourier.ts';

/** Power over time and frequency. */
export interface PowerSpectrum {
  /** One for each of `columns` × `bins`: column by column, from frequency 0 up, in dB below the strongest (0 at most). */
  readonly levels: Float32Array;
  readonly columns: number;
  /** Frequencies 0 to half the sampling rate. */
  readonly bins: number;
}

const MOST_SIZE = 1024;
const LEAST_SIZE = 16;
/** Quieter than this is drawn as silence. */
export const FLOOR_DB = -80;

/** A transform of this many rows for each column: a power of two, so that a transform is about 1/32 of the series. */
function chooseSize(rows: number): number {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, rows / 32)));
  return Math.min(MOST_SIZE, Math.max(LEAST_SIZE, wanted));
}

/**
 * Short-time Fourier transforms of Hann windows, one centred on each column and none beyond the ends, where a sound that begins or is
 * cut off would look like a blow; means removed. Rows without a value count as the window's mean.
 */
export function measureSpectrum(values: Values, columns: number): PowerSpectrum {
  const size = chooseSize(values.length);
  const bins = size / 2 + 1;
  const plan = planFourier(size);
  const window = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size),
  );
  const levels = new Float32Array(columns * bins);
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  let strongest = 0;
  for (let column = 0; column < columns; column++) {
    const centred = Math.round(((column + 0.5) / columns) * values.length - size / 2);
    const start = Math.max(0, Math.min(values.length - size, centred));
    loadWindow(values, start, window, real);
    imaginary.fill(0);
    transform(plan, real, imaginary);
    for (let bin = 0; bin < bins; bin++) {
      const power = (real[bin] as number) ** 2 + (imaginary[bin] as number) ** 2;
      levels[column * bins + bin] = power;
      if (power > strongest) strongest = power;
    }
  }
  const least = strongest * 10 ** (FLOOR_DB / 10);
  for (let i = 0; i < levels.length; i++) {
    const power = levels[i] as number;
    levels[i] = strongest > 0 && power > least ? 10 * Math.log10(power / strongest) : FLOOR_DB;
  }
  return { levels, columns, bins };
}

function loadWindow(values: Values, start: number, window: Float64Array, target: Float64Array): void {
  // Weighted as the window weights, so that nothing is left at frequency 0.
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < window.length; i++) {
    const value = values[start + i];
    if (value === undefined || Number.isNaN(value)) continue;
    sum += value * (window[i] as number);
    weight += window[i] as number;
  }
  const mean = weight > 0 ? sum / weight : 0;
  for (let i = 0; i < window.length; i++) {
    const value = values[start + i];
    const known = value !== undefined && !Number.isNaN(value);
    target[i] = known ? (value - mean) * (window[i] as number) : 0;
  }
}
