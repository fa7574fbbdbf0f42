import { type AlignedReference, compareAligned } from './compare/aligned.ts';
import { compareAlone } from './compare/alone.ts';
import { compareWithBank } from './compare/bank.ts';
import type { Comparison } from './compare/comparison.ts';
import { describeFindings, nameChange } from './describe.ts';
import { type Comparing, type Detection, scoreStrength } from './detection.ts';
import { type Plane, readQuantile } from './kernels/plane.ts';
import { boxPeaks, type CellBox, type Region } from './regions.ts';
import { measureMutualQuality, weighMisfit } from './register/mutual.ts';
import { buildPyramid, type Pyramid, type Registration, registerPlanes } from './register/register.ts';
import { readSimilarity } from './register/similarity.ts';
import { type DecodedImage, readWorkingImage, type WorkingImage } from './working-image.ts';

/** Correlation from which a reference counts as registered. */
const REGISTERED = 0.5;

/** Registered references that are compared with; the best ones of more. */
const ALIGNED_MOST = 4;

/** Weakest place still reported as a region, half the default threshold. */
const REGION_FLOOR = 0.5;
const REGIONS_MOST = 5;

/**
 * Finds what in a query view differs from normal reference views, without training: registration and local
 * comparison when the query can be registered to a reference, a memory bank of patches when it cannot, and the
 * picture's own statistics when there is no reference. The same input gives the same output.
 *
 * Views are encoded pictures (whatever sharp reads) or decoded RGB. Throws what sharp throws for bytes that are no
 * picture, RangeError for a decoded image of the wrong length, and the signal's reason once it is aborted.
 */
export async function detectAnomalies(
  query: DecodedImage | Uint8Array,
  references: readonly (DecodedImage | Uint8Array)[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Detection> {
  const { signal } = options;
  const picture = await readWorkingImage(query);
  if (references.length === 0) {
    signal?.throwIfAborted();
    return conclude(picture, compareAlone(picture), 'ALONE');
  }
  const pyramid = buildPyramid(picture.l);
  const registered: (Registration & { picture: WorkingImage; pyramid: Pyramid })[] = [];
  for (const bytes of references) {
    const reference = await readWorkingImage(bytes);
    signal?.throwIfAborted();
    const other = buildPyramid(reference.l);
    const hint = registered.findLast(({ quality }) => quality >= REGISTERED)?.map;
    registered.push({ ...registerPlanes(pyramid, other, hint), picture: reference, pyramid: other });
  }
  const ranked = registered.toSorted((one, other) => other.quality - one.quality);
  const best = ranked[0] as Registration;
  const aligned: AlignedReference[] = ranked
    .filter(({ quality }) => quality >= REGISTERED)
    .slice(0, ALIGNED_MOST);
  if (aligned.length > 0) return conclude(picture, compareAligned(picture, aligned), 'ALIGNED', best);
  signal?.throwIfAborted();
  const mutual = measureMutualQuality(registered.map((reference) => reference.pyramid));
  const misfit = weighMisfit(mutual, best.quality, REGISTERED);
  const { strength, change } = compareWithBank(
    picture,
    registered.map((reference) => reference.picture),
  );
  const raised = { ...strength, data: strength.data.map((value) => value * misfit) };
  return conclude(picture, { strength: raised, change }, 'BANK', best, misfit);
}

function conclude(
  picture: WorkingImage,
  { strength, change }: Comparison,
  comparing: Comparing,
  registration?: Registration,
  misfit = 1,
): Detection {
  const map = subtractMedian(strength);
  const boxes = boxPeaks(map, REGION_FLOOR, REGIONS_MOST);
  const regions = boxes.map((box) => placeRegion(box, map, picture));
  const score = scoreStrength(map.data.reduce((most, value) => Math.max(most, value), 0));
  const { viewWidthPx: widthPx, viewHeightPx: heightPx } = picture;
  const reasoning = describeFindings({
    comparing,
    widthPx,
    heightPx,
    score,
    regions,
    changes: boxes.map((box) => nameChange(change, map.width, box, map.data)),
    ...(registration && {
      registration: { ...readSimilarity(registration.map), quality: registration.quality, misfit },
    }),
  });
  return {
    score,
    map,
    widthPx,
    heightPx,
    regions,
    reasoning,
    comparing,
    ...(registration && { registrationQuality: registration.quality }),
  };
}

/** What goes beyond the middle of the map: a difference that is everywhere is light or focus, no defect. */
function subtractMedian({ width, height, data }: Plane): Plane {
  const middle = readQuantile(data, 0.5);
  return { width, height, data: data.map((value) => Math.max(0, value - middle)) };
}

function placeRegion(box: CellBox, map: Plane, { viewWidthPx, viewHeightPx }: WorkingImage): Region {
  const x = Math.round((box.left * viewWidthPx) / map.width);
  const y = Math.round((box.top * viewHeightPx) / map.height);
  return {
    x,
    y,
    width: Math.round(((box.right + 1) * viewWidthPx) / map.width) - x,
    height: Math.round(((box.bottom + 1) * viewHeightPx) / map.height) - y,
    score: scoreStrength(map.data[box.peak] as number),
  };
}
