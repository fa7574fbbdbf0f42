import { closeHoles } from './close-holes.ts';
import type { PointCloudKernels } from './kernels.ts';

/** A picture of points' depths, to be made a surface. */
export interface PointPicture {
  readonly depths: number;
  readonly width: number;
  readonly height: number;
}

/** Coarsest cells: 2⁵ pixels. Pictures have sides of whole cells of the next level. */
const MAX_LEVEL = 5;
/** A level is covered when holes are at most this part of its cells (random points, 3 to a cell, leave 0.05) … */
const HOLE_SHARE = 0.06;
/** … or, for single pixels, whose far side is not looked for, at most this … */
const FINEST_HOLE_SHARE = 0.004;
/** … and the next coarser one, where each cell covers four, has fewer cells by more than this. */
const SHRINKING = 2.2;
/** Radius within which holes are closed, in mean distances of points: of n random points, 8e-4 n leave a larger gap. */
const CLOSING = 1.8;
/** Where points lie this far apart, px, holes are looked at one by one … */
const SPARSE_PX = 3;
/** … and closed up to this radius, in distances of the points around them: of n random points, 8e-6 n leave a larger gap … */
const CLOSING_ONE = 2.2;
/** … but never beyond as many times the radius within which all are closed. */
const WIDEST = 2;
/** The margin of the pictures is 32 px. */
const MAX_REACH = 30;
/** Points too far apart to be a surface become dots of this radius, px. */
const DOT_PX = 2.5;

/**
 * Makes a surface of points: hides those of its far side, closes the holes between neighbours without growing the
 * outline, and smooths where depth is continuous. Holes wider than the points' distance stay. `drawColours` may
 * draw a picture of the points that are left and return it; it is filled likewise. Returns the surface's grain: the
 * points' mean distance, px.
 */
export function fillSurface(
  kernels: PointCloudKernels,
  picture: PointPicture,
  drawColours: (seeds: number) => number | undefined,
): number {
  const { run, reserve, mark, release } = kernels;
  const { depths, width, height } = picture;
  const before = mark();
  const cells = width * height;
  const { spacing, isSurface } = hideFarSide(kernels, picture);
  const radius = isSurface ? Math.min(MAX_REACH, Math.max(1.5, spacing * CLOSING)) : DOT_PX;
  const isSparse = isSurface && spacing >= SPARSE_PX;
  const known = isSparse ? Math.min(MAX_REACH, WIDEST * radius) : radius;
  const reach = Math.ceil(radius);
  const [distances, spread, squares, filled] = [
    reserve(cells * 4),
    reserve(cells * 4),
    reserve(cells * 4),
    reserve(cells * 4),
  ];
  const spreadTo = (values: number, target: number) => {
    run.spreadColumns(depths, values, distances, spread, width, height, known + 1);
    run.spreadRows(distances, spread, squares, target, width, height, Math.ceil(known));
  };
  const colours = drawColours(depths);
  if (colours !== undefined) {
    spreadTo(colours, filled);
    kernels.words(colours, cells).set(kernels.words(filled, cells));
  }
  spreadTo(depths, filled);
  // Carved last: beyond the outline the nearest depths go on, and smoothing needs no special case there.
  const grain = isSurface ? spacing : 1;
  smoothSurface(kernels, { source: filled, target: depths, width, height }, grain);
  // Closing by a disc: what is further than the radius from everything further than the radius from a point stays.
  const kept = isSurface ? radius : 0;
  run.measureColumns(squares, distances, width, height, radius * radius, reach + 1);
  if (isSparse) kernels.words(filled, cells).set(kernels.words(depths, cells));
  run.carve(depths, distances, width, height, reach, Math.floor(kept * kept));
  if (isSparse) {
    const [carved, whole] = [kernels.words(depths, cells), kernels.words(filled, cells)];
    const picture = { carved, whole, squares: kernels.floats(squares, cells), width };
    closeHoles(picture, spacing, CLOSING_ONE, known);
  }
  release(before);
  return grain;
}

/** Removes hidden points; returns the mean distance of the points left, in px, and whether they make up a surface. */
function hideFarSide(
  kernels: PointCloudKernels,
  { depths, width, height }: PointPicture,
): { readonly spacing: number; readonly isSurface: boolean } {
  const { run, reserve } = kernels;
  let level = 0;
  let cells = depths;
  let count = countCells(kernels, cells, width, height);
  let isSurface = false;
  for (; level <= MAX_LEVEL; level++) {
    const [levelWidth, levelHeight] = [width >> level, height >> level];
    const coarser = reserve(levelWidth * levelHeight);
    run.halve(cells, coarser, levelWidth, levelHeight);
    const next = countCells(kernels, coarser, levelWidth >> 1, levelHeight >> 1);
    const allowed = level === 0 ? FINEST_HOLE_SHARE : HOLE_SHARE;
    isSurface = count.holes <= allowed * count.seen && count.seen > SHRINKING * next.seen;
    if (isSurface) break;
    cells = coarser;
    count = next;
  }
  if (isSurface && level > 0) {
    const [levelWidth, levelHeight] = [width >> level, height >> level];
    const [nearest, limits] = [reserve(levelWidth * levelHeight * 4), reserve(levelWidth * levelHeight * 4)];
    // Twice: some cells without the near side have neighbours without it.
    run.bridgeCells(cells, limits, levelWidth, levelHeight);
    run.bridgeCells(limits, nearest, levelWidth, levelHeight);
    run.limitCells(nearest, limits, levelWidth, levelHeight, 2 ** level);
    run.cull(depths, width, height, limits, level);
  }
  const left = isSurface && level > 0 ? countCells(kernels, depths, width, height) : count;
  return { spacing: Math.sqrt((count.seen * 4 ** level) / Math.max(1, left.seen)), isSurface };
}

function countCells(
  { run }: PointCloudKernels,
  cells: number,
  width: number,
  height: number,
): { readonly seen: number; readonly holes: number } {
  const both = run.countHoles(cells, width, height);
  return { seen: Number(both & 0xffffffffn), holes: Number(both >> 32n) };
}

/** One pass for each doubling of the distance between points, at least one; the result lies in `target`. */
function smoothSurface(
  { run, words }: PointCloudKernels,
  {
    source,
    target,
    width,
    height,
  }: { readonly source: number; readonly target: number; readonly width: number; readonly height: number },
  spacing: number,
): void {
  let [from, to] = [source, target];
  for (let step = 1; step === 1 || step <= spacing; step *= 2) {
    run.smooth(from, to, width, height, step, 3 * Math.max(step, spacing));
    [from, to] = [to, from];
  }
  if (from !== target) words(target, width * height).set(words(from, width * height));
}
