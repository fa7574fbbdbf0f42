/**
 * What the kernel `splat` does, in plain TypeScript: the depth of the nearest point of each pixel, +Infinity elsewhere.
 * `camera`: 3 rows of 4 giving column, row and depth.
 */
export function splatPlainly(
  columns: readonly [Float32Array, Float32Array, Float32Array],
  camera: readonly number[],
  far: number,
  width: number,
  height: number,
): Float32Array {
  const [x, y, z] = columns;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0, l = 0] = camera;
  const depths = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  for (let point = 0; point < x.length; point++) {
    const px = x[point] ?? 0;
    const py = y[point] ?? 0;
    const pz = z[point] ?? 0;
    const column = Math.floor(a * px + b * py + c * pz + d);
    const row = Math.floor(e * px + f * py + g * pz + h);
    const depth = i * px + j * py + k * pz + l;
    if (column < 0 || column >= width || row < 0 || row >= height || !(depth > 0) || depth >= far) continue;
    const at = row * width + column;
    if (depth < (depths[at] ?? 0)) depths[at] = depth;
  }
  return depths;
}
