import type { PointCloudGeometry } from '../geometry.ts';
import { namePlace } from './describe.ts';
import type { SeriesDetection } from './detect-in-series.ts';
import { scoreStrength } from './detection.ts';

const REGION_FLOOR = 0.5;

/**
 * The verdict of the depths behind a view of a cloud (`PointCloudGeometry.departures`): they were compared with those of a normal
 * cloud at the conversion, so that no pixel has to be. 0.5 where the surface differs by half more than scanning alone makes it differ.
 */
export function detectInCloud(
  { departures = [], unit, camera }: PointCloudGeometry,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): SeriesDetection {
  const [first] = departures;
  if (first === undefined) {
    return { score: 0, regions: [], reasoning: 'Depths do not differ from those of the normal object.' };
  }
  const regions = departures
    .filter(({ strength }) => strength >= REGION_FLOOR)
    .map(({ area, strength }) => ({ ...area, score: scoreStrength(strength) }));
  const score = scoreStrength(first.strength);
  const place = namePlace({ ...first.area, score }, widthPx, heightPx);
  const size = `${Number(Math.abs(first.behind).toPrecision(2))} ${unit ?? 'units'}`;
  const side = first.behind > 0 ? 'further from' : 'nearer to';
  const extent =
    first.strength >= 1
      ? 'more than scans of the normal object differ'
      : 'no more than scans of the normal object differ';
  return {
    score,
    regions,
    reasoning: `Seen from ${camera}, the surface at the ${place} (x ${first.area.x}–${first.area.x + first.area.width}, y ${first.area.y}–${first.area.y + first.area.height}) lies ${size} ${side} the camera than the normal object's, or only one of the two has any; ${extent}, strength ${score.toFixed(2)}.`,
  };
}
