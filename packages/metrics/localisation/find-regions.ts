/**
 * Connected regions of a mask, 8 neighbours: the number of each pixel's region, −1 for normal pixels. The sizes of the
 * regions in px are appended to `sizes`, and numbers go on from there.
 */
export function findRegions(mask: ArrayLike<number>, widthPx: number, sizes: number[]): Int32Array {
  const heightPx = mask.length / widthPx;
  const labels = new Int32Array(mask.length).fill(-1);
  const stack: number[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || labels[start] !== -1) continue;
    const region = sizes.length;
    let size = 0;
    labels[start] = region;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size++;
      const [x, y] = [at % widthPx, Math.floor(at / widthPx)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(heightPx - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(widthPx - 1, x + 1); nx++) {
          const next = ny * widthPx + nx;
          if (!mask[next] || labels[next] !== -1) continue;
          labels[next] = region;
          stack.push(next);
        }
      }
    }
    sizes.push(size);
  }
  return labels;
}
