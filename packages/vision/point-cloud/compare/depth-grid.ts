import type { PointCloudKernels } from '../render/kernels.ts';
import { MARGIN, type Surface } from '../render/surface.ts';

/** A surface seen in a frame, at every `step` pixels: depths behind the frame's plane in pixel sides, +Infinity for nothing. */
export interface DepthGrid {
  readonly columns: number;
  readonly rows: number;
  readonly step: number;
  readonly depths: Float32Array;
}

/** Reads a surface out of the kernels' memory. */
export function readDepthGrid({ floats }: PointCloudKernels, surface: Surface, step: number): DepthGrid {
  const { frame, width, height, bias } = surface;
  const picture = floats(surface.depths, width * height);
  const columns = Math.floor(frame.widthPx / step);
  const rows = Math.floor(frame.heightPx / step);
  const depths = new Float32Array(columns * rows);
  const first = MARGIN + (step >> 1);
  for (let row = 0; row < rows; row++) {
    const line = (first + row * step) * width + first;
    for (let column = 0; column < columns; column++) {
      depths[row * columns + column] = (picture[line + column * step] as number) - bias;
    }
  }
  return { columns, rows, step, depths };
}

/** Least and greatest depth seen within `reach` cells of each, and whether something or nothing is seen there. */
export interface Surroundings {
  readonly low: Float32Array;
  /** +Infinity where any cell shows nothing. */
  readonly high: Float32Array;
}

/** The surroundings of each cell; beyond the grid's edge there is nothing. */
export function findSurroundings({ columns, rows, depths }: DepthGrid, reach: number): Surroundings {
  return {
    low: spread(spread(depths, columns, rows, 1, reach, Math.min), rows, columns, columns, reach, Math.min),
    high: spread(spread(depths, columns, rows, 1, reach, Math.max), rows, columns, columns, reach, Math.max),
  };
}

/** The least or greatest along lines: of `length` values `stride` apart, `lines` of them. */
function spread(
  values: Float32Array,
  length: number,
  lines: number,
  stride: number,
  reach: number,
  pick: (a: number, b: number) => number,
): Float32Array {
  const out = new Float32Array(values.length);
  const between = stride === 1 ? length : 1;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let best = values[line * between + i * stride] as number;
      for (let j = Math.max(0, i - reach); j <= Math.min(length - 1, i + reach); j++) {
        best = pick(best, values[line * between + j * stride] as number);
      }
      out[line * between + i * stride] = best;
    }
  }
  return out;
}
