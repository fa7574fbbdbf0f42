import type { Vector } from '../geometry.ts';

/** What a file of points or faces says, in its own units. */
export interface PointCloud {
  /** Number of points, or of vertices when there are `triangles`. */
  readonly count: number;
  /**
   * Coordinates less `offset`: `count` values, then NaN up to a multiple of 4. A point that was not measured has NaN.
   */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  /** Taken off in float64, so that metres of a map keep their millimetres. */
  readonly offset: Vector;
  /** 0x00BBGGRR per point, padded like the coordinates. */
  readonly colours?: Uint32Array | undefined;
  /** Strength of the echo or reflection, any scale, padded with NaN. */
  readonly intensities?: Float32Array | undefined;
  /** Three vertex numbers per face, all below `count`. */
  readonly triangles?: Uint32Array | undefined;
  /** Name of the unit, when the format fixes it. */
  readonly unit?: string | undefined;
  readonly notes: readonly string[];
}

/** Columns of a cloud while it is read. */
export interface CloudColumns {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
}

/** Length of an array that holds `count` values in groups of 4. */
export function padCount(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** An array for `count` values, its padding NaN. */
export function createColumn(count: number): Float32Array {
  const column = new Float32Array(padCount(count));
  column.fill(Number.NaN, count);
  return column;
}

export function createColumns(count: number): CloudColumns {
  return { x: createColumn(count), y: createColumn(count), z: createColumn(count) };
}

/** A colour in the order in which pictures keep it. */
export function packColour(red: number, green: number, blue: number): number {
  return (blue << 16) | (green << 8) | red;
}
