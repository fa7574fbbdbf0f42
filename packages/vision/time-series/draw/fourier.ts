/** Twiddle factors and bit-reversed places of a transform. */
export interface FourierPlan {
  readonly size: number;
  readonly reversed: Uint32Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** @param size a power of two, 2 or more */
export function planFourier(size: number): FourierPlan {
  const bits = Math.round(Math.log2(size));
  const reversed = new Uint32Array(size);
  for (let i = 0; i < size; i++) reversed[i] = ((reversed[i >> 1] as number) >> 1) | ((i & 1) << (bits - 1));
  const angles = Float64Array.from({ length: size / 2 }, (_, i) => (2 * Math.PI * i) / size);
  return { size, reversed, cosines: angles.map(Math.cos), sines: angles.map((angle) => -Math.sin(angle)) };
}

/** Discrete Fourier transform of `size` complex numbers in place (Cooley and Tukey 1965, radix 2). */
export function transform(
  { size, reversed, cosines, sines }: FourierPlan,
  real: Float64Array,
  imaginary: Float64Array,
): void {
  for (let i = 0; i < size; i++) {
    const j = reversed[i] as number;
    if (j <= i) continue;
    const [re, im] = [real[i] as number, imaginary[i] as number];
    real[i] = real[j] as number;
    imaginary[i] = imaginary[j] as number;
    real[j] = re;
    imaginary[j] = im;
  }
  for (let half = 1; half < size; half <<= 1) {
    const step = size / (2 * half);
    for (let block = 0; block < size; block += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = block + k;
        const b = a + half;
        const cosine = cosines[k * step] as number;
        const sine = sines[k * step] as number;
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
