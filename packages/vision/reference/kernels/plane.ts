/** One channel of a picture, row by row; the centre of the top left pixel is (0, 0). */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A plane of zeros, `width` × `height` pixels. */
export function createPlane(width: number, height: number): Plane {
  return { width, height, data: new Float32Array(width * height) };
}

/** The value at a place between pixels, by bilinear interpolation; outside the plane the nearest border counts. */
export function samplePlane(plane: Plane, x: number, y: number): number {
  const { width, height, data } = plane;
  const cx = x < 0 ? 0 : Math.min(x, width - 1);
  const cy = y < 0 ? 0 : Math.min(y, height - 1);
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const i = y0 * width + x0;
  const right = x0 + 1 < width ? 1 : 0;
  const down = y0 + 1 < height ? width : 0;
  const top = (data[i] as number) * (1 - fx) + (data[i + right] as number) * fx;
  const bottom = (data[i + down] as number) * (1 - fx) + (data[i + down + right] as number) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** Half the size, each pixel the mean of a 2 × 2 block; an odd last row or column is dropped. */
export function halvePlane(plane: Plane): Plane {
  const width = Math.max(1, plane.width >> 1);
  const height = Math.max(1, plane.height >> 1);
  const out = createPlane(width, height);
  const { data } = plane;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = 2 * y * plane.width + 2 * x;
      out.data[y * width + x] =
        ((data[i] as number) +
          (data[i + 1] as number) +
          (data[i + plane.width] as number) +
          (data[i + plane.width + 1] as number)) /
        4;
    }
  }
  return out;
}

/** The value that `fraction` (0..1) of the values do not exceed; the input stays as it is. */
export function readQuantile(values: ArrayLike<number>, fraction: number): number {
  if (values.length === 0) return 0;
  const sorted = Float32Array.from(values).sort();
  const place = Math.min(sorted.length - 1, Math.max(0, Math.round(fraction * (sorted.length - 1))));
  return sorted[place] as number;
}
