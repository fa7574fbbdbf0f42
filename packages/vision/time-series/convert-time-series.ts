import type { ConversionSettings, Rendering } from '../types.ts';
import { drawSeries } from './draw-series.ts';
import type { TimeSeriesMediaType } from './media-types.ts';
import { readSeries } from './read/read-series.ts';

/** @throws RejectedError whatever is wrong with the file */
export async function convertTimeSeries(
  bytes: Uint8Array,
  mediaType: TimeSeriesMediaType,
  { longSidePx, limits, timeSeries }: ConversionSettings,
): Promise<Rendering> {
  const series = await readSeries(bytes, mediaType, limits);
  const { views, notes } = drawSeries(series, timeSeries, longSidePx);
  return { views, notes: [...series.notes, ...notes] };
}
