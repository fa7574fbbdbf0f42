/** Depths of a picture, +Infinity where nothing is seen. */
export interface DepthPicture {
  readonly depths: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Side of a block whose mean stands for its pixels, px. */
const BLOCK = 16;
/** Pixels that must be seen for a block to count. */
const LEAST_SEEN = 64;
/** Blocks around that a surface is fitted to, as a part of the picture's longer side. */
const WINDOW_SHARE = 1 / 6;
const PASSES = 3;
const TERMS = 6;

/**
 * Heights above the surface around, towards the eye, in the depths' unit: depth against a quadratic surface fitted to the
 * blocks within a sixth of the picture, by least squares that trust blocks far off it less each time. Shallow dents and bumps
 * smaller than the window stand out; NaN where nothing is seen.
 */
export function computeResidual(picture: DepthPicture): Float32Array {
  const blocks = averageBlocks(picture);
  const radius = Math.max(2, Math.round((Math.max(picture.width, picture.height) * WINDOW_SHARE) / BLOCK));
  const fits = fitBlocks(blocks, radius);
  return subtractSurface(picture, blocks, fits);
}

interface Blocks {
  readonly columns: number;
  readonly rows: number;
  /** Of the seen pixels: mean column and row, in blocks from the first block's centre, and mean depth; NaN for too few. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly depth: Float64Array;
}

function averageBlocks({ depths, width, height }: DepthPicture): Blocks {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  const create = () => new Float64Array(columns * rows).fill(Number.NaN);
  const blocks = { columns, rows, x: create(), y: create(), depth: create() };
  for (let block = 0; block < columns * rows; block++) {
    const left = (block % columns) * BLOCK;
    const top = Math.floor(block / columns) * BLOCK;
    let [seen, sumX, sumY, sum] = [0, 0, 0, 0];
    for (let y = top; y < top + BLOCK; y++) {
      for (let x = left; x < left + BLOCK; x++) {
        const depth = depths[y * width + x] ?? 0;
        if (depth === Number.POSITIVE_INFINITY) continue;
        seen += 1;
        sumX += x;
        sumY += y;
        sum += depth;
      }
    }
    if (seen < LEAST_SEEN) continue;
    blocks.x[block] = (sumX / seen + 0.5) / BLOCK - 0.5;
    blocks.y[block] = (sumY / seen + 0.5) / BLOCK - 0.5;
    blocks.depth[block] = sum / seen;
  }
  return blocks;
}

/** Six factors per block for 1, x, y, x², xy, y² from its centre, in blocks; NaN without enough neighbours. */
function fitBlocks({ columns, rows, x, y, depth }: Blocks, radius: number): Float64Array {
  const fits = new Float64Array(depth.length * TERMS).fill(Number.NaN);
  const samples = new Float64Array((2 * radius + 1) ** 2 * 3);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (Number.isNaN(depth[at])) continue;
      let count = 0;
      for (let r = Math.max(0, row - radius); r <= Math.min(rows - 1, row + radius); r++) {
        for (let c = Math.max(0, column - radius); c <= Math.min(columns - 1, column + radius); c++) {
          const block = r * columns + c;
          const mean = depth[block] ?? Number.NaN;
          if (Number.isNaN(mean)) continue;
          samples[count * 3] = ((x[block] ?? 0) - column) / radius;
          samples[count * 3 + 1] = ((y[block] ?? 0) - row) / radius;
          samples[count * 3 + 2] = mean;
          count += 1;
        }
      }
      const fit = fitQuadratic(samples, count);
      if (fit !== undefined) fits.set(fit, at * TERMS);
    }
  }
  for (let at = 0; at < fits.length; at += TERMS) {
    for (const term of [1, 2]) fits[at + term] = (fits[at + term] ?? 0) / radius;
    for (const term of [3, 4, 5]) fits[at + term] = (fits[at + term] ?? 0) / radius ** 2;
  }
  return fits;
}

function fitQuadratic(samples: Float64Array, count: number): Float64Array | undefined {
  if (count < 2 * TERMS) return undefined;
  const weights = new Float64Array(count).fill(1);
  let fit: Float64Array | undefined;
  for (let pass = 0; pass < PASSES; pass++) {
    const system = new Float64Array(TERMS * (TERMS + 1));
    for (let i = 0; i < count; i++) {
      const x = samples[i * 3] ?? 0;
      const y = samples[i * 3 + 1] ?? 0;
      const terms = [1, x, y, x * x, x * y, y * y, samples[i * 3 + 2] ?? 0];
      const weight = weights[i] ?? 0;
      for (let a = 0; a < TERMS; a++) {
        const factor = weight * (terms[a] ?? 0);
        for (let b = a; b <= TERMS; b++) {
          const place = a * (TERMS + 1) + b;
          system[place] = (system[place] ?? 0) + factor * (terms[b] ?? 0);
        }
      }
    }
    fit = solve(system);
    if (fit === undefined) return undefined;
    reweigh(samples, weights, fit);
  }
  return fit;
}

/** Cauchy weights: half at the mean distance from the fit, little far off it. */
function reweigh(samples: Float64Array, weights: Float64Array, fit: Float64Array): void {
  const errors = weights.map((_, i) => {
    const x = samples[i * 3] ?? 0;
    const y = samples[i * 3 + 1] ?? 0;
    return Math.abs((samples[i * 3 + 2] ?? 0) - evaluate(fit, 0, x, y));
  });
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length + 1e-6;
  for (const [i, error] of errors.entries()) weights[i] = 1 / (1 + (error / mean) ** 2);
}

function evaluate(fits: Float64Array, at: number, x: number, y: number): number {
  const term = (index: number) => fits[at + index] ?? 0;
  return term(0) + x * (term(1) + x * term(3) + y * term(4)) + y * (term(2) + y * term(5));
}

/** Solves the symmetric system whose upper half and right side are given, by Cholesky's method. */
function solve(system: Float64Array): Float64Array | undefined {
  const width = TERMS + 1;
  const get = (row: number, column: number) => system[row * width + column] ?? 0;
  for (let row = 0; row < TERMS; row++) {
    let pivot = get(row, row);
    for (let k = 0; k < row; k++) pivot -= get(k, row) ** 2;
    if (!(pivot > 1e-9)) return undefined;
    const root = Math.sqrt(pivot);
    system[row * width + row] = root;
    for (let column = row + 1; column < width; column++) {
      let value = get(row, column);
      for (let k = 0; k < row; k++) value -= get(k, row) * get(k, column);
      system[row * width + column] = value / root;
    }
  }
  const solution = new Float64Array(TERMS);
  for (let row = TERMS - 1; row >= 0; row--) {
    let value = get(row, TERMS);
    for (let k = row + 1; k < TERMS; k++) value -= get(row, k) * (solution[k] ?? 0);
    solution[row] = value / get(row, row);
  }
  return solution;
}

/** Each pixel against its four nearest blocks' surfaces, weighted by nearness. */
function subtractSurface(
  { depths, width, height }: DepthPicture,
  { columns, rows }: Blocks,
  fits: Float64Array,
): Float32Array {
  const residual = new Float32Array(width * height).fill(Number.NaN);
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5) / BLOCK - 0.5;
    const top = Math.floor(y);
    for (let column = 0, at = row * width; column < width; column++, at++) {
      const depth = depths[at] ?? 0;
      if (depth === Number.POSITIVE_INFINITY) continue;
      const x = (column + 0.5) / BLOCK - 0.5;
      const left = Math.floor(x);
      let sum = 0;
      let total = 0;
      for (let by = Math.max(0, top); by <= Math.min(rows - 1, top + 1); by++) {
        for (let bx = Math.max(0, left); bx <= Math.min(columns - 1, left + 1); bx++) {
          const fit = (by * columns + bx) * TERMS;
          if (Number.isNaN(fits[fit])) continue;
          const weight = (1 - Math.abs(x - bx)) * (1 - Math.abs(y - by)) + 1e-9;
          sum += weight * evaluate(fits, fit, x - bx, y - by);
          total += weight;
        }
      }
      // Too little around to compare with: level.
      residual[at] = total > 0 ? sum / total - depth : 0;
    }
  }
  return residual;
}
