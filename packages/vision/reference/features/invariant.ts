import { DIMS, type FeatureGrid, GROUPS, NOISE_FLOOR, ORIENTATIONS } from './extract.ts';

const HARMONICS = ORIENTATIONS / 2 + 1;

/** Length of an invariant descriptor: its numbers, and zeros up to a multiple of 4, which the kernels need. */
export const INVARIANT_DIMS = 4 * Math.ceil((GROUPS.fineEdges + 2 * HARMONICS) / 4);

/**
 * The same descriptors, blind to how the patch is turned or mirrored: turning a patch by 45° moves its eight
 * direction shares round by one and mirroring reverses them, which changes the phases of their Fourier series but
 * not the magnitudes. This stands for a memory bank with every patch turned and mirrored, at a sixteenth of its size.
 */
export function makeInvariant(features: FeatureGrid): FeatureGrid {
  const count = features.columns * features.rows;
  const data = new Float32Array(count * INVARIANT_DIMS);
  for (let i = 0; i < count; i++) {
    const from = i * DIMS;
    const to = i * INVARIANT_DIMS;
    for (let k = 0; k < GROUPS.fineEdges; k++) data[to + k] = features.data[from + k] as number;
    for (let group = 0; group < 2; group++) {
      const start = from + GROUPS.fineEdges + group * ORIENTATIONS;
      for (let harmonic = 0; harmonic < HARMONICS; harmonic++) {
        data[to + GROUPS.fineEdges + group * HARMONICS + harmonic] = measureHarmonic(
          features.data,
          start,
          harmonic,
        );
      }
    }
  }
  return { columns: features.columns, rows: features.rows, dims: INVARIANT_DIMS, data };
}

const COSINES = Float64Array.from({ length: ORIENTATIONS }, (_, i) =>
  Math.cos((2 * Math.PI * i) / ORIENTATIONS),
);
const SINES = Float64Array.from({ length: ORIENTATIONS }, (_, i) =>
  Math.sin((2 * Math.PI * i) / ORIENTATIONS),
);

function measureHarmonic(data: Float32Array, start: number, harmonic: number): number {
  let re = 0;
  let im = 0;
  for (let j = 0; j < ORIENTATIONS; j++) {
    const at = (harmonic * j) % ORIENTATIONS;
    re += (data[start + j] as number) * (COSINES[at] as number);
    im += (data[start + j] as number) * (SINES[at] as number);
  }
  return Math.sqrt((re * re + im * im) / ORIENTATIONS);
}

/** `NOISE_FLOOR` for invariant descriptors. */
export const INVARIANT_NOISE_FLOOR: readonly number[] = Array.from({ length: INVARIANT_DIMS }, (_, dim) => {
  if (dim < GROUPS.fineEdges) return NOISE_FLOOR[dim] as number;
  if (dim >= GROUPS.fineEdges + 2 * HARMONICS) return 1;
  const edges = dim < GROUPS.fineEdges + HARMONICS ? GROUPS.fineEdges : GROUPS.coarseEdges;
  return NOISE_FLOOR[edges] as number;
});
