import { findRegions } from './find-regions.ts';

/** Anomaly map of one picture and its truth, row by row. */
export interface MaskedMap {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Greater means more anomalous; finite. */
  readonly map: Float32Array;
  /** Not 0 where anomalous. */
  readonly mask: Uint8Array;
}

export interface PixelMetrics {
  /** AUROC over all pixels; `null` when they are of one class. */
  readonly pixelAuroc: number | null;
  /** AUPRO up to the limit, divided by it, 0 to 1; `null` without a region or a normal pixel. */
  readonly aupro: number | null;
}

/**
 * Pixel AUROC, and the area under the per-region-overlap curve up to a false-positive rate (Bergmann et al. 2021,
 * "The MVTec Anomaly Detection Dataset", IJCV 129): at each threshold the share found of every connected region (8
 * neighbours), averaged over regions, against the share of normal pixels found. Every threshold is used; ties count as
 * one point, and the last stretch is cut at the limit by interpolation.
 *
 * @param limit false-positive rate at which AUPRO ends, above 0, up to 1
 * @throws RangeError when a map or mask has not width × height values, or a value is not finite
 */
export function computePixelMetrics(pictures: readonly MaskedMap[], limit = 0.3): PixelMetrics {
  const sizes: number[] = [];
  const regions = pictures.map((picture) => labelRegions(picture, sizes));
  const count = pictures.reduce((sum, { map }) => sum + map.length, 0);
  const weights = new Float64Array(count);
  const keys = new BigUint64Array(count);
  const words = new Uint32Array(keys.buffer);
  let [pixel, normals] = [0, 0];
  pictures.forEach(({ map }, picture) => {
    const labels = regions[picture] as Int32Array;
    for (let i = 0; i < map.length; i++, pixel++) {
      const region = labels[i] as number;
      if (region < 0) normals++;
      else weights[pixel] = 1 / (sizes.length * (sizes[region] as number));
      words[2 * pixel] = pixel;
      words[2 * pixel + 1] = orderFloat(map[i] as number);
    }
  });
  if (normals === 0 || sizes.length === 0) return { pixelAuroc: null, aupro: null };
  keys.sort();
  return integrate(words, weights, count, normals, limit);
}

function integrate(words: Uint32Array, weights: Float64Array, count: number, normals: number, limit: number) {
  const anomalies = count - normals;
  let [found, overlap, alarms, auroc, aupro] = [0, 0, 0, 0, 0];
  for (let i = count - 1; i >= 0; ) {
    const value = words[2 * i + 1];
    let [more, gained, hits] = [0, 0, 0];
    for (; i >= 0 && words[2 * i + 1] === value; i--) {
      const weight = weights[words[2 * i] as number] as number;
      if (weight === 0) more++;
      else {
        gained += weight;
        hits++;
      }
    }
    auroc += more * (found + hits / 2);
    const [from, to] = [alarms / normals, (alarms + more) / normals];
    if (from < limit && to > from) {
      const share = Math.min(1, (limit - from) / (to - from));
      aupro += (to - from) * share * (overlap + (gained * share) / 2);
    }
    found += hits;
    overlap += gained;
    alarms += more;
  }
  return { pixelAuroc: auroc / (anomalies * normals), aupro: aupro / limit };
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** Bits of a float32 such that their order as whole numbers is the order of the values. */
function orderFloat(value: number): number {
  if (!Number.isFinite(value))
    throw new RangeError(`An anomaly map holds ${value}; its values must be finite.`);
  single[0] = value + 0;
  const word = bits[0] as number;
  return word & 0x80000000 ? ~word >>> 0 : (word | 0x80000000) >>> 0;
}

/** Numbers the regions of a picture's mask; @throws RangeError when sizes do not fit. */
function labelRegions({ widthPx, heightPx, map, mask }: MaskedMap, sizes: number[]): Int32Array {
  if (map.length !== widthPx * heightPx || mask.length !== map.length) {
    throw new RangeError(
      `A picture of ${widthPx} × ${heightPx} px came with ${map.length} map and ${mask.length} mask values.`,
    );
  }
  return findRegions(mask, widthPx, sizes);
}
