import type { Grid } from '../kernels/blur.ts';
import { createPlane, type Plane } from '../kernels/plane.ts';

/** Gaussian taps for offsets −radius..radius, summing to 1; the radius is three sigmas. */
function makeGaussian(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const taps = new Float32Array(2 * radius + 1);
  let sum = 0;
  for (let i = -radius; i <= radius; i++) {
    const tap = Math.exp(-(i * i) / (2 * sigma * sigma));
    taps[i + radius] = tap;
    sum += tap;
  }
  return taps.map((tap) => tap / sum);
}

/** What `poolPlane` does, in plain TypeScript. */
export function poolPlainly(plane: Plane, sigma: number, grid: Grid): Plane {
  const { width, height, data } = plane;
  const taps = makeGaussian(sigma);
  const radius = (taps.length - 1) / 2;
  const across = new Float32Array(grid.columns * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let column = 0; column < grid.columns; column++) {
      const centre = grid.origin + column * grid.stride;
      let sum = 0;
      if (centre >= radius && centre + radius < width) {
        const start = row + centre - radius;
        for (let t = 0; t < taps.length; t++) sum += (taps[t] as number) * (data[start + t] as number);
      } else {
        for (let t = 0; t < taps.length; t++) {
          const x = Math.min(width - 1, Math.max(0, centre - radius + t));
          sum += (taps[t] as number) * (data[row + x] as number);
        }
      }
      across[y * grid.columns + column] = sum;
    }
  }
  const out = createPlane(grid.columns, grid.rows);
  for (let line = 0; line < grid.rows; line++) {
    const centre = grid.origin + line * grid.stride;
    const target = line * grid.columns;
    for (let t = 0; t < taps.length; t++) {
      const tap = taps[t] as number;
      const y = Math.min(height - 1, Math.max(0, centre - radius + t));
      const source = y * grid.columns;
      for (let column = 0; column < grid.columns; column++) {
        out.data[target + column] =
          (out.data[target + column] as number) + tap * (across[source + column] as number);
      }
    }
  }
  return out;
}

/** What `blurWide` does, in plain TypeScript. */
export function blurPlainly(plane: Plane, sigma: number): Plane {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  const data = Float32Array.from(plane.data);
  const across = new Float32Array(data.length);
  for (let pass = 0; pass < 3; pass++) {
    meanAlong(data, across, plane.height, plane.width, plane.width, 1, radius);
    meanAlong(across, data, plane.width, plane.height, 1, plane.width, radius);
  }
  return { width: plane.width, height: plane.height, data };
}

function meanAlong(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
): void {
  const scale = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    const base = line * lineStep;
    const last = length - 1;
    let sum = 0;
    for (let i = -radius; i <= radius; i++) {
      sum += from[base + Math.min(last, Math.max(0, i)) * step] as number;
    }
    for (let i = 0; i < length; i++) {
      to[base + i * step] = sum * scale;
      const enter = Math.min(last, i + radius + 1);
      const leave = Math.max(0, i - radius);
      sum += (from[base + enter * step] as number) - (from[base + leave * step] as number);
    }
  }
}
