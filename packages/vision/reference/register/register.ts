import { normaliseContrast } from '../features/contrast.ts';
import { blurPlane } from '../kernels/blur.ts';
import type { Spectrum } from '../kernels/fourier.ts';
import { halvePlane, type Plane, samplePlane } from '../kernels/plane.ts';
import { correlatePhases, findTurns, readSpectrum } from './phase-correlation.ts';
import { refineSimilarity } from './refine.ts';
import {
  applySimilarity,
  IDENTITY,
  makeSimilarity,
  type Similarity,
  scaleSimilarity,
  warpPlane,
} from './similarity.ts';

/** How a reference lies under a query. */
export interface Registration {
  /** From query to reference pixels, both at the size handed in. */
  readonly map: Similarity;
  /** Correlation (−1..1) of the contrast-normalised luminances where they overlap, times the root of the overlap. */
  readonly quality: number;
}

/** A picture prepared for registration: contrast-normalised luminance, full size first, each next one half as large. */
export interface Pyramid {
  readonly levels: readonly Plane[];
}

const GRID = 128;
const COARSE_LIMIT = 80;
const TURN_CANDIDATES = 4;
/** Likeness of an upright start at the coarse level that is worth refining alone … */
const PROMISING = 0.5;
/** … and the quality with which it is taken without looking further. */
const CERTAIN = 0.75;
/** Movement, px, below which a coarse level leaves the rest to the finer one. */
const COARSELY_SETTLED = 0.1;

/** Prepares a luminance plane (0..100, at most some 640 pixels on a side) for `registerPlanes`. */
export function buildPyramid(luminance: Plane): Pyramid {
  const levels = [blurPlane(normaliseContrast(luminance, 16, 4), 1)];
  for (;;) {
    const last = levels[levels.length - 1] as Plane;
    if (Math.max(last.width, last.height) <= COARSE_LIMIT / 2) return { levels };
    levels.push(halvePlane(last));
  }
}

/**
 * Finds the rotation (any), scale (0.8..1.25) and shift under which the reference looks most like the query:
 * log-polar and plain phase correlation for candidates, Gauss–Newton from coarse to fine for the best two. `hint`: a map that may fit,
 * that of another reference.
 */
export function registerPlanes(query: Pyramid, reference: Pyramid, hint?: Similarity): Registration {
  const level = query.levels.findIndex(({ width, height }) => Math.max(width, height) <= COARSE_LIMIT);
  const small = query.levels[level] as Plane;
  const smallReference = reference.levels[level] as Plane;
  const spectrum = readSpectrum(small, GRID);
  const rank = (turns: readonly Turn[]) =>
    proposeStarts(small, spectrum, smallReference, turns)
      .map((map) => ({ map, quality: measureLikeness(small, smallReference, map) }))
      .sort((one, other) => other.quality - one.quality);
  const near = hint === undefined ? [] : [scaleSimilarity(hint, 0.5 ** level)];
  const upright = [
    ...near.map((map) => ({ map, quality: measureLikeness(small, smallReference, map) })),
    ...rank([UPRIGHT]),
  ].sort((one, other) => other.quality - one.quality);
  const [likely] = upright;
  // Most references lie as the query does, or all in the same way; then no turn need be looked for.
  if (likely !== undefined && likely.quality >= PROMISING) {
    const found = refineFrom([likely.map], level, query, reference);
    if (found.quality >= CERTAIN) return found;
  }
  const turned = rank([
    { ...UPRIGHT, angle: Math.PI },
    ...findTurns(spectrum, readSpectrum(smallReference, GRID), TURN_CANDIDATES).flatMap(
      ({ angle, scale }) => [
        { angle, scale },
        { angle: angle + Math.PI, scale },
      ],
    ),
  ]);
  const starts = [...upright, ...turned].sort((one, other) => other.quality - one.quality).slice(0, 2);
  return refineFrom(
    starts.map(({ map }) => map),
    level,
    query,
    reference,
  );
}

/** Refines each start at the coarse levels, and the one that fits best there at the finest. */
function refineFrom(
  starts: readonly Similarity[],
  level: number,
  query: Pyramid,
  reference: Pyramid,
): Registration {
  const coarse = query.levels[level + 1] === undefined ? level : level + 1;
  const maps = starts.map((start) => {
    let map = coarse > level ? scaleSimilarity(start, 0.5) : start;
    for (let at = coarse; at > 0; at--) {
      const [from, to] = [query.levels[at] as Plane, reference.levels[at] as Plane];
      map = scaleSimilarity(refineSimilarity(from, to, map, at > level ? 8 : 10, COARSELY_SETTLED), 2);
    }
    return map;
  });
  const [from, to] = [query.levels[0] as Plane, reference.levels[0] as Plane];
  const [best] = maps
    .map((map) => ({ map, quality: maps.length > 1 ? measureLikeness(from, to, map) : 0 }))
    .sort((one, other) => other.quality - one.quality);
  const map = refineSimilarity(from, to, best?.map ?? IDENTITY, 10);
  return { map, quality: measureLikeness(from, to, map) };
}

interface Turn {
  readonly angle: number;
  readonly scale: number;
}

const UPRIGHT: Turn = { angle: 0, scale: 1 };

function proposeStarts(
  query: Plane,
  spectrum: Spectrum,
  reference: Plane,
  turns: readonly Turn[],
): Similarity[] {
  const from = { x: (query.width - 1) / 2, y: (query.height - 1) / 2 };
  const to = { x: (reference.width - 1) / 2, y: (reference.height - 1) / 2 };
  return turns.flatMap(({ angle, scale }) => {
    const map = makeSimilarity(angle, scale, from, to);
    const turned = warpPlane(reference, map, query);
    return correlatePhases(readSpectrum(turned, GRID), spectrum, 2).map(({ x, y }) => {
      const moved = applySimilarity(map, x, y);
      return { ...map, x0: moved.x, y0: moved.y };
    });
  });
}

/** Correlation coefficient of the query and the mapped reference where they overlap, times √(share of overlap). */
function measureLikeness(query: Plane, reference: Plane, map: Similarity): number {
  let count = 0;
  let [sumQ, sumR, sumQQ, sumRR, sumQR] = [0, 0, 0, 0, 0];
  for (let y = 0; y < query.height; y++) {
    for (let x = 0; x < query.width; x++) {
      const u = map.a * x - map.b * y + map.x0;
      const v = map.b * x + map.a * y + map.y0;
      if (u < 0 || v < 0 || u > reference.width - 1 || v > reference.height - 1) continue;
      const q = query.data[y * query.width + x] as number;
      const r = samplePlane(reference, u, v);
      count++;
      sumQ += q;
      sumR += r;
      sumQQ += q * q;
      sumRR += r * r;
      sumQR += q * r;
    }
  }
  if (count < 64) return -1;
  const varianceQ = sumQQ - (sumQ * sumQ) / count;
  const varianceR = sumRR - (sumR * sumR) / count;
  const spread = Math.sqrt(Math.max(0, varianceQ) * Math.max(0, varianceR));
  if (spread < 1e-9) return 0;
  return ((sumQR - (sumQ * sumR) / count) / spread) * Math.sqrt(count / query.data.length);
}
