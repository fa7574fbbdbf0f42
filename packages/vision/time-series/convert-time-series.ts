import type { Limits } from '../limits.ts';
import { RejectedError } from '../rejected-error.ts';
import type { ConversionSettings, ReferenceSample, Rendering } from '../types.ts';
import { drawSeries } from './draw-series.ts';
import type { TimeSeriesMediaType } from './media-types.ts';
import { readSeries } from './read/read-series.ts';
import type { Series } from './series.ts';

/** @throws RejectedError whatever is wrong with the file */
export async function convertTimeSeries(
  bytes: Uint8Array,
  mediaType: TimeSeriesMediaType,
  { longSidePx, limits, timeSeries, references }: ConversionSettings,
): Promise<Rendering> {
  const series = await readSeries(bytes, mediaType, limits);
  const normal = await readReferences(references, limits);
  const { views, notes } = drawSeries(series, timeSeries, longSidePx, normal);
  return { views, notes: [...series.notes, ...notes] };
}

/** The references that are series; one that can no longer be read, since limits have changed, is passed over. */
async function readReferences(references: readonly ReferenceSample[], limits: Limits): Promise<Series[]> {
  const read: Series[] = [];
  for (const { views, source } of references) {
    if (source === undefined || views[0]?.geometry.kind !== 'TIME_SERIES') continue;
    try {
      read.push(await readSeries(source.bytes, source.mediaType as TimeSeriesMediaType, limits));
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
    }
  }
  return read;
}
