import type { TimeSeriesGeometry } from '../geometry.ts';
import { placeRegion } from '../time-series/find-place.ts';
import { scoreStrength } from './detection.ts';
import type { Region } from './regions.ts';

/** Strength from which a window is told as a region, as in pictures. */
const REGION_FLOOR = 0.5;

/** What the numbers of a series say: a picture of it need not be compared. */
export interface SeriesDetection {
  readonly score: number;
  readonly regions: readonly Region[];
  readonly reasoning: string;
}

/**
 * The verdict of the numbers behind a view of a series: its windows (`TimeSeriesGeometry.windows`) were measured at the conversion, so
 * that no pixel has to be. 0.5 where a window departs as far as the normal series ever do, and a quarter; 0 for a view that is
 * a part of a series judged as a whole.
 */
export function detectInSeries(geometry: TimeSeriesGeometry): SeriesDetection {
  const windows = geometry.windows ?? [];
  const [first] = windows;
  if (first === undefined) {
    return { score: 0, regions: [], reasoning: 'A part of the series, which is judged as a whole.' };
  }
  const regions = windows
    .filter(({ strength }) => strength >= REGION_FLOOR)
    .flatMap(({ span, channel, strength }) => {
      const range = geometry.panels.find((panel) => panel.channel === channel)?.range;
      if (range === undefined) return [];
      const score = scoreStrength(strength);
      return placeRegion(geometry, { span, channels: [{ channel, range }] }).map((area) => ({
        x: Math.round(area.x),
        y: Math.round(area.y),
        width: Math.max(1, Math.round(area.width)),
        height: Math.max(1, Math.round(area.height)),
        score,
      }));
    });
  return { score: scoreStrength(first.strength), regions, reasoning: tell(geometry, first) };
}

function tell(
  { axis }: TimeSeriesGeometry,
  { channel, span, strength, isCompared }: NonNullable<TimeSeriesGeometry['windows']>[number],
): string {
  const [from, to] = span.map((at) => tellInstant(at, axis));
  const where = `"${channel}" from ${from} to ${to}`;
  if (!isCompared) {
    return `There was no normal series to compare with, so the series was compared with itself; that is weak evidence. What departs most from the rest is ${where}; strength ${scoreStrength(strength).toFixed(2)}.`;
  }
  const verb = strength >= 1 ? 'departs further from what is usual than' : 'departs no further than';
  return `${where} ${verb} the normal series ever do; strength ${scoreStrength(strength).toFixed(2)}.`;
}

function tellInstant(at: number, axis: TimeSeriesGeometry['axis']): string {
  if (axis === 'TIMESTAMP') return new Date(Math.round(at)).toISOString().slice(0, 16).replace('T', ' ');
  return axis === 'SECONDS' ? `${Number(at.toPrecision(6))} s` : `row ${Math.round(at)}`;
}
