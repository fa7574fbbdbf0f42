/** A square grid of complex numbers, `size` (a power of two) on a side, row by row. */
export interface Spectrum {
  readonly size: number;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

interface Plan {
  readonly reversed: Uint32Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

const plans = new Map<number, Plan>();

function planTransform(size: number): Plan {
  const known = plans.get(size);
  if (known) return known;
  const bits = Math.round(Math.log2(size));
  if (size < 2 || 1 << bits !== size) {
    throw new RangeError(`A Fourier grid needs a power of two on a side, not ${size}.`);
  }
  const reversed = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    reversed[i] = ((reversed[i >> 1] as number) >> 1) | ((i & 1) << (bits - 1));
  }
  const cosines = new Float64Array(size / 2);
  const sines = new Float64Array(size / 2);
  for (let i = 0; i < size / 2; i++) {
    cosines[i] = Math.cos((2 * Math.PI * i) / size);
    sines[i] = Math.sin((2 * Math.PI * i) / size);
  }
  const plan = { reversed, cosines, sines };
  plans.set(size, plan);
  return plan;
}

/** An all-zero spectrum of `size` × `size`. */
export function createSpectrum(size: number): Spectrum {
  return { size, real: new Float64Array(size * size), imaginary: new Float64Array(size * size) };
}

/**
 * Two-dimensional fast Fourier transform in place (Cooley and Tukey 1965, radix 2). The inverse divides by size².
 * Throws RangeError when the size is no power of two.
 */
export function transformSpectrum(spectrum: Spectrum, inverse = false): void {
  const { size, real, imaginary } = spectrum;
  const plan = planTransform(size);
  for (let y = 0; y < size; y++) transformLine(real, imaginary, y * size, size, plan, inverse);
  transpose(real, size);
  transpose(imaginary, size);
  for (let x = 0; x < size; x++) transformLine(real, imaginary, x * size, size, plan, inverse);
  transpose(real, size);
  transpose(imaginary, size);
  if (!inverse) return;
  const scale = 1 / (size * size);
  for (let i = 0; i < real.length; i++) {
    real[i] = (real[i] as number) * scale;
    imaginary[i] = (imaginary[i] as number) * scale;
  }
}

function transpose(values: Float64Array, size: number): void {
  for (let y = 0; y < size; y++) {
    for (let x = y + 1; x < size; x++) {
      const kept = values[y * size + x] as number;
      values[y * size + x] = values[x * size + y] as number;
      values[x * size + y] = kept;
    }
  }
}

function transformLine(
  real: Float64Array,
  imaginary: Float64Array,
  start: number,
  size: number,
  plan: Plan,
  inverse: boolean,
): void {
  for (let i = 0; i < size; i++) {
    const j = plan.reversed[i] as number;
    if (j <= i) continue;
    const re = real[start + i] as number;
    const im = imaginary[start + i] as number;
    real[start + i] = real[start + j] as number;
    imaginary[start + i] = imaginary[start + j] as number;
    real[start + j] = re;
    imaginary[start + j] = im;
  }
  for (let half = 1; half < size; half <<= 1) {
    const step = size / (2 * half);
    for (let block = 0; block < size; block += 2 * half) {
      for (let k = 0; k < half; k++) {
        const cosine = plan.cosines[k * step] as number;
        const sine = inverse ? (plan.sines[k * step] as number) : -(plan.sines[k * step] as number);
        const a = start + block + k;
        const b = a + half;
        const re = (real[b] as number) * cosine - (imaginary[b] as number) * sine;
        const im = (real[b] as number) * sine + (imaginary[b] as number) * cosine;
        real[b] = (real[a] as number) - re;
        imaginary[b] = (imaginary[a] as number) - im;
        real[a] = (real[a] as number) + re;
        imaginary[a] = (imaginary[a] as number) + im;
      }
    }
  }
}
