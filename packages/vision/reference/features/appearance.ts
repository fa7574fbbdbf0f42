import { DIMS, type FeatureGrid, GROUPS, ORIENTATIONS } from './extract.ts';

/** Numbers that `summariseAppearance` gives a cell: lightness, a, b (CIELAB) and how much edge there is. */
export const APPEARANCE_DIMS = 4;

/** What a person could name of each cell, `APPEARANCE_DIMS` numbers a cell, from descriptors not yet whitened. */
export function summariseAppearance(features: FeatureGrid): Float32Array {
  const count = features.columns * features.rows;
  const out = new Float32Array(count * APPEARANCE_DIMS);
  for (let i = 0; i < count; i++) {
    const from = i * DIMS;
    for (let channel = 0; channel < 3; channel++) {
      out[i * APPEARANCE_DIMS + channel] = features.data[from + GROUPS.colour + channel] as number;
    }
    let edges = 0;
    for (let k = 0; k < ORIENTATIONS; k++) edges += features.data[from + GROUPS.fineEdges + k] as number;
    out[i * APPEARANCE_DIMS + 3] = edges;
  }
  return out;
}
