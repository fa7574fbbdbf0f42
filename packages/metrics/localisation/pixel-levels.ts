import { findRegions } from './find-regions.ts';
import type { MaskedMap } from './pixels.ts';

/** Values of maps are told apart in so many steps of v / (1 + v), which keeps their order. */
const LEVELS = 256;

/**
 * What pixel metrics need of one picture, whatever its size: by level, from 0, its normal and its anomalous pixels, and
 * their share of the regions that they lie in, added up. Levels without pixels are left out.
 */
export interface PixelLevels {
  readonly levels: readonly (readonly [level: number, normal: number, anomalous: number, overlap: number])[];
  /** Connected anomalous regions. */
  readonly regions: number;
}

/** Counts the pixels of a picture by level. Values of the map are not negative. */
export function countLevels({ widthPx, map, mask }: MaskedMap): PixelLevels {
  const sizes: number[] = [];
  const regions = findRegions(mask, widthPx, sizes);
  const counts = new Float64Array(3 * LEVELS);
  for (let i = 0; i < map.length; i++) {
    const at = 3 * findLevel(map[i] as number);
    const size = sizes[regions[i] as number];
    if (size === undefined) counts[at] = (counts[at] as number) + 1;
    else {
      counts[at + 1] = (counts[at + 1] as number) + 1;
      counts[at + 2] = (counts[at + 2] as number) + 1 / size;
    }
  }
  const levels = Array.from({ length: LEVELS }, (_, level) => level).flatMap((level) => {
    const [normal = 0, anomalous = 0, overlap = 0] = counts.subarray(3 * level, 3 * level + 3);
    return normal + anomalous > 0 ? [[level, normal, anomalous, roundShare(overlap)] as const] : [];
  });
  return { levels, regions: sizes.length };
}

/** Pixel metrics of many pictures by their levels, in any order; memory does not grow with them. */
export class PixelTally {
  items = 0;
  #regions = 0;
  readonly #counts = new Float64Array(3 * LEVELS);

  add({ levels, regions }: PixelLevels): void {
    this.items++;
    this.#regions += regions;
    const sums = this.#counts;
    for (const one of levels) {
      const at = 3 * one[0];
      sums[at] = (sums[at] as number) + one[1];
      sums[at + 1] = (sums[at + 1] as number) + one[2];
      sums[at + 2] = (sums[at + 2] as number) + one[3];
    }
  }

  /**
   * Pixel AUROC and AUPRO up to a false-positive rate, as `computePixelMetrics` defines them, with values of one level taken
   * as equal; `null` without a region or a normal pixel.
   */
  describe(limit = 0.3): { readonly pixelAuroc: number | null; readonly aupro: number | null } {
    const [normals, anomalies] = [this.#sum(0), this.#sum(1)];
    if (normals === 0 || this.#regions === 0) return { pixelAuroc: null, aupro: null };
    let [found, overlap, alarms, auroc, aupro] = [0, 0, 0, 0, 0];
    for (let level = LEVELS - 1; level >= 0; level--) {
      const [more = 0, hits = 0, share = 0] = this.#counts.subarray(3 * level, 3 * level + 3);
      const gained = share / this.#regions;
      auroc += more * (found + hits / 2);
      const [from, to] = [alarms / normals, (alarms + more) / normals];
      if (from < limit && to > from) {
        const part = Math.min(1, (limit - from) / (to - from));
        aupro += (to - from) * part * (overlap + (gained * part) / 2);
      }
      found += hits;
      overlap += gained;
      alarms += more;
    }
    return { pixelAuroc: auroc / (anomalies * normals), aupro: aupro / limit };
  }

  #sum(which: number): number {
    return this.#counts.reduce((sum, count, i) => (i % 3 === which ? sum + count : sum), 0);
  }
}

function findLevel(value: number): number {
  const share = Number.isFinite(value) ? Math.max(0, value) / (1 + Math.max(0, value)) : 1;
  return Math.min(LEVELS - 1, Math.floor(LEVELS * share));
}

/** Enough for the shares of pixels in regions of a million. */
function roundShare(share: number): number {
  return Math.round(share * 1e9) / 1e9;
}
