import type { Segmentation } from './segmentation.ts';

/** The most inner place of a region, px, and its distance to the region's border. */
export interface InnerPlace {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Distances in thirds of a pixel (Borgefors 1986, "Distance transformations in digital images": chamfer 3-4). */
const STRAIGHT = 3;
const DIAGONAL = 4;
/** Larger than any distance, and room for one more step. */
const MOST = 65_000;

/**
 * For each region the place farthest from its border, the picture's edge included; of several the one nearest to the
 * region's middle. Regions without pixels have none.
 */
export function findInnerPlaces(segmentation: Segmentation): readonly (InnerPlace | undefined)[] {
  const { widthPx, labels, count } = segmentation;
  const far = measureDistances(segmentation);
  const sums = new Float64Array(3 * count);
  const most = new Uint16Array(count);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] ?? count;
    if (label >= count) continue;
    sums[3 * label] = (sums[3 * label] ?? 0) + 1;
    sums[3 * label + 1] = (sums[3 * label + 1] ?? 0) + (pixel % widthPx);
    sums[3 * label + 2] = (sums[3 * label + 2] ?? 0) + Math.floor(pixel / widthPx);
    if ((far[pixel] ?? 0) > (most[label] ?? 0)) most[label] = far[pixel] ?? 0;
  }
  const places: (InnerPlace | undefined)[] = new Array(count).fill(undefined);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] ?? count;
    if (label >= count || (far[pixel] ?? 0) < (most[label] ?? 0)) continue;
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    const size = sums[3 * label] ?? 1;
    const off = (x - (sums[3 * label + 1] ?? 0) / size) ** 2 + (y - (sums[3 * label + 2] ?? 0) / size) ** 2;
    if (off >= (nearest[label] ?? 0)) continue;
    nearest[label] = off;
    places[label] = { x: x + 0.5, y: y + 0.5, radius: (far[pixel] ?? 0) / STRAIGHT };
  }
  return places;
}

/** Thirds of a pixel from each pixel to the nearest one of another region, or beyond the picture. */
function measureDistances({ widthPx, heightPx, labels }: Segmentation): Uint16Array {
  const far = new Uint16Array(labels.length);
  const sweep = (first: number, step: 1 | -1) => {
    for (let done = 0, pixel = first; done < labels.length; done++, pixel += step) {
      const x = pixel % widthPx;
      const y = (pixel - x) / widthPx;
      if (x === 0 || y === 0 || x === widthPx - 1 || y === heightPx - 1) {
        far[pixel] = STRAIGHT;
        continue;
      }
      const label = labels[pixel];
      const before = pixel - step * widthPx;
      let distance = step === 1 ? MOST : (far[pixel] ?? MOST);
      const beside = labels[pixel - step] === label ? (far[pixel - step] ?? 0) : 0;
      const above = labels[before] === label ? (far[before] ?? 0) : 0;
      const left = labels[before - step] === label ? (far[before - step] ?? 0) : 0;
      const right = labels[before + step] === label ? (far[before + step] ?? 0) : 0;
      distance = Math.min(distance, beside + STRAIGHT, above + STRAIGHT, left + DIAGONAL, right + DIAGONAL);
      far[pixel] = distance;
    }
  };
  sweep(0, 1);
  sweep(labels.length - 1, -1);
  return far;
}
