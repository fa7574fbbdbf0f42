import sharp from 'sharp';
import { joinSmallRegions } from './join-small-regions.ts';
import { convertToLab } from './lab.ts';
import type { Segmentation } from './segmentation.ts';

/** Rows of interleaved 8-bit sRGB. */
export interface RgbPicture {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How a picture is cut into superpixels. Every field has a default. */
export interface SuperpixelOptions {
  /** How many are aimed at, 2..1000, default 60. As many as the picture suggests come out, a fifth more or fewer. */
  readonly regions?: number | undefined;
  /** 1..100, default 15: how much a step across a region weighs, in L*a*b* units. Larger is rounder. */
  readonly compactness?: number | undefined;
}

const ITERATIONS = 5;
/** Takes away what a camera adds; edges of things stay. */
const BLUR_SIGMA = 1.5;

/**
 * Simple linear iterative clustering (Achanta et al. 2012, "SLIC Superpixels Compared to State-of-the-Art Superpixel
 * Methods"): k-means in colour and place, each centre looking only around itself. Every region is one piece.
 * @throws RangeError for options outside their range
 */
export async function segmentSuperpixels(
  { data, widthPx, heightPx }: RgbPicture,
  options: SuperpixelOptions = {},
): Promise<Segmentation> {
  const { regions = 60, compactness = 15 } = options;
  if (!(Number.isInteger(regions) && regions >= 2 && regions <= 1000)) {
    throw new RangeError(`regions must be a whole number from 2 to 1000, not ${regions}.`);
  }
  if (!(compactness >= 1 && compactness <= 100)) {
    throw new RangeError(`compactness must be a number from 1 to 100, not ${compactness}.`);
  }
  const blurred = await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .blur(BLUR_SIGMA)
    .raw()
    .toBuffer();
  const size = { widthPx, heightPx };
  const side = Math.max(1, Math.sqrt((widthPx * heightPx) / regions));
  const labels = cluster(convertToLab(blurred), size, side, compactness);
  return joinSmallRegions(labels, size, Math.floor((side * side) / 4));
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Centres, five numbers each: L*, a*, b*, x, y. */
const CENTRE = 5;

function cluster(lab: Float32Array, size: Size, side: number, compactness: number): Uint16Array {
  const { widthPx, heightPx } = size;
  const columns = Math.max(1, Math.round(widthPx / side));
  const lines = Math.max(1, Math.round(heightPx / side));
  const cell = { width: widthPx / columns, height: heightPx / lines };
  const centres = placeCentres(lab, size, { columns, rows: lines });
  const labels = new Uint16Array(widthPx * heightPx);
  const distances = new Float32Array(widthPx * heightPx);
  const weight = (compactness / side) ** 2;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    // Centres settle as well on every second row; the last round looks at all.
    const isLast = iteration === ITERATIONS - 1;
    const rows = isLast ? { first: 0, step: 1 } : { first: iteration % 2, step: Math.min(2, heightPx) };
    distances.fill(Number.POSITIVE_INFINITY);
    for (let label = 0; label < centres.length / CENTRE; label++) {
      claimPixels(lab, size, { centres, label, cell, weight, rows }, labels, distances);
    }
    if (!isLast) moveCentres(lab, size, { labels, rows }, centres);
  }
  return labels;
}

/** The middles of a grid's cells. */
function placeCentres(
  lab: Float32Array,
  { widthPx, heightPx }: Size,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Float64Array {
  const centres = new Float64Array(columns * rows * CENTRE);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at += CENTRE) {
      const x = Math.floor(((column + 0.5) * widthPx) / columns);
      const y = Math.floor(((row + 0.5) * heightPx) / rows);
      const pixel = (y * widthPx + x) * 3;
      centres.set([lab[pixel] ?? 0, lab[pixel + 1] ?? 0, lab[pixel + 2] ?? 0, x, y], at);
    }
  }
  return centres;
}

/** Which rows of the picture a round looks at. */
interface Rows {
  readonly first: number;
  readonly step: number;
}

interface Claim {
  readonly centres: Float64Array;
  readonly label: number;
  readonly cell: { readonly width: number; readonly height: number };
  readonly weight: number;
  readonly rows: Rows;
}

/** Gives a centre every pixel around it that no other centre is nearer to. */
function claimPixels(
  lab: Float32Array,
  { widthPx, heightPx }: Size,
  { centres, label, cell, weight, rows }: Claim,
  labels: Uint16Array,
  distances: Float32Array,
): void {
  const from = label * CENTRE;
  const l = centres[from] ?? 0;
  const a = centres[from + 1] ?? 0;
  const b = centres[from + 2] ?? 0;
  const cx = centres[from + 3] ?? 0;
  const cy = centres[from + 4] ?? 0;
  // A cell to each side. A pixel that moving centres have left out of sight keeps its label.
  const left = Math.max(0, Math.floor(cx - cell.width));
  const right = Math.min(widthPx, Math.ceil(cx + cell.width));
  const bottom = Math.min(heightPx, Math.ceil(cy + cell.height));
  const top = Math.max(0, Math.floor(cy - cell.height));
  for (let y = top + ((top + rows.first) % rows.step); y < bottom; y += rows.step) {
    const dy = (y - cy) * (y - cy);
    for (let x = left, pixel = y * widthPx + left; x < right; x++, pixel++) {
      const place = weight * ((x - cx) * (x - cx) + dy);
      const nearest = distances[pixel] ?? 0;
      if (place >= nearest) continue;
      const at = pixel * 3;
      const dl = (lab[at] ?? 0) - l;
      const da = (lab[at + 1] ?? 0) - a;
      const db = (lab[at + 2] ?? 0) - b;
      const distance = dl * dl + da * da + db * db + place;
      if (distance < nearest) {
        distances[pixel] = distance;
        labels[pixel] = label;
      }
    }
  }
}

function moveCentres(
  lab: Float32Array,
  { widthPx, heightPx }: Size,
  { labels, rows }: { readonly labels: Uint16Array; readonly rows: Rows },
  centres: Float64Array,
): void {
  const counts = new Uint32Array(centres.length / CENTRE);
  const sums = new Float64Array(centres.length);
  for (let y = rows.first % rows.step; y < heightPx; y += rows.step) {
    for (let x = 0, pixel = y * widthPx; x < widthPx; x++, pixel++) {
      const label = labels[pixel] ?? 0;
      const to = label * CENTRE;
      const at = pixel * 3;
      counts[label] = (counts[label] ?? 0) + 1;
      sums[to] = (sums[to] ?? 0) + (lab[at] ?? 0);
      sums[to + 1] = (sums[to + 1] ?? 0) + (lab[at + 1] ?? 0);
      sums[to + 2] = (sums[to + 2] ?? 0) + (lab[at + 2] ?? 0);
      sums[to + 3] = (sums[to + 3] ?? 0) + x;
      sums[to + 4] = (sums[to + 4] ?? 0) + y;
    }
  }
  counts.forEach((count, label) => {
    if (count === 0) return;
    for (let part = label * CENTRE; part < (label + 1) * CENTRE; part++)
      centres[part] = (sums[part] ?? 0) / count;
  });
}
