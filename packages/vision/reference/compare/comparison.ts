import type { LabPlanes } from '../features/extract.ts';
import { type Grid, poolPlane } from '../kernels/blur.ts';
import type { Plane } from '../kernels/plane.ts';
import { STRIDE } from '../working-image.ts';

/** What one way of comparing found, one value a cell of the map. */
export interface Comparison {
  /** How far each cell is from what the references allow, in units of what they allow; 0 for no difference. */
  readonly strength: Plane;
  /** Query minus expected appearance (see `summariseAppearance`), four numbers a cell. */
  readonly change: Float32Array;
}

/** The cells of the anomaly map of a picture of this size, in half size pixels. */
export function layCells(picture: LabPlanes): Grid {
  return {
    origin: 0,
    stride: STRIDE / 2,
    columns: picture.l.width / STRIDE,
    rows: picture.l.height / STRIDE,
  };
}

/** A map of cells smoothed by one cell, so that a lone cell does not decide. */
export function smoothCells(values: Float32Array, columns: number, rows: number): Plane {
  return poolPlane({ width: columns, height: rows, data: values }, 1, {
    origin: 0,
    stride: 1,
    columns,
    rows,
  });
}

/** Difference of two appearances, number by number. */
export function subtractAppearance(seen: Float32Array, expected: Float32Array): Float32Array {
  return seen.map((value, i) => value - (expected[i] as number));
}
