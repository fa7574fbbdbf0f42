/** Depths as the kernels hold them, as 32-bit words; rows of `width`. */
export interface HolePicture {
  /** With its holes; the closed ones are filled. */
  readonly carved: Uint32Array;
  /** Before its holes were carved out. */
  readonly whole: Uint32Array;
  /** Squared distance of each pixel to the nearest point; 0 is a point. */
  readonly squares: Float32Array;
  readonly width: number;
}

/** The word of a pixel that shows nothing, +Infinity. */
const NOTHING = 0x7f800000;
/** How far around a hole its surface is looked at, in mean distances of points. */
const SURROUNDINGS = 3;
/** Fewer points around a hole don't tell how far apart they are. */
const LEAST_POINTS = 12;

/**
 * Closes the holes that are no wider than gaps between random points as far apart as those around the hole. Where points lie further
 * apart than on average their gaps are larger, and a hole as large is a hole where they lie close. Only holes with surface all
 * around are looked at, so outlines stay as they are.
 * @param spacing mean distance of all points, px
 * @param closing most radius of a gap, in distances of the points around it
 * @param most largest radius at which `whole` is known, px
 */
export function closeHoles(
  { carved, whole, squares, width }: HolePicture,
  spacing: number,
  closing: number,
  most: number,
): void {
  const height = carved.length / width;
  const visited = new Uint8Array(carved.length);
  const stack = new Int32Array(carved.length);
  for (let start = 0; start < carved.length; start++) {
    if (carved[start] !== NOTHING || visited[start] === 1) continue;
    let [left, right, top, bottom] = [width, 0, height, 0];
    let furthest = 0;
    let isInside = true;
    let size = 1;
    stack[0] = start;
    visited[start] = 1;
    // The stack keeps what was taken from it: in the end it is the hole.
    for (let taken = 0; taken < size; taken++) {
      const at = stack[taken] ?? 0;
      const x = at % width;
      const y = (at - x) / width;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
      furthest = Math.max(furthest, squares[at] ?? 0);
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) {
        isInside = false;
        continue;
      }
      for (const next of [at - 1, at + 1, at - width, at + width]) {
        if (carved[next] !== NOTHING || visited[next] === 1) continue;
        visited[next] = 1;
        stack[size++] = next;
      }
    }
    if (!isInside) continue;
    const radius = Math.sqrt(furthest);
    if (radius > most) continue;
    const around = Math.ceil(Math.max(radius, SURROUNDINGS * spacing));
    let [points, covered] = [0, 0];
    for (let y = Math.max(0, top - around); y <= Math.min(height - 1, bottom + around); y++) {
      for (let x = Math.max(0, left - around); x <= Math.min(width - 1, right + around); x++) {
        const at = y * width + x;
        if (carved[at] === NOTHING) continue;
        covered += 1;
        if (squares[at] === 0) points += 1;
      }
    }
    if (points < LEAST_POINTS || radius > closing * Math.sqrt(covered / points)) continue;
    for (const at of stack.subarray(0, size)) carved[at] = whole[at] ?? NOTHING;
  }
}
