/**
 * Which pixels of a rectangle belong to a region, row by row: lengths of runs outside and inside in turn, the first one
 * outside (it can be 0).
 */
export type RunLengths = readonly number[];

/** Packs `inside(x, y)` over a rectangle at (0, 0). */
export function packRuns(
  widthPx: number,
  heightPx: number,
  inside: (x: number, y: number) => boolean,
): RunLengths {
  const runs: number[] = [];
  let current = false;
  let length = 0;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      if (inside(x, y) !== current) {
        runs.push(length);
        length = 0;
        current = !current;
      }
      length += 1;
    }
  }
  runs.push(length);
  return runs;
}

/** One byte a pixel of the rectangle, 1 inside; what the runs do not reach is outside. */
export function unpackRuns(runs: RunLengths, pixels: number): Uint8Array {
  const mask = new Uint8Array(pixels);
  let at = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1) mask.fill(1, at, at + length);
    at += length;
  });
  return mask;
}
