import type { Modality } from '../types.ts';
import { detectTimeSeries } from './detect-time-series.ts';
import { TIME_SERIES_DECLARED_AS, type TimeSeriesMediaType } from './media-types.ts';

/** Tables, arrays and sound as plots over time. The readers are loaded by the first conversion. */
export const timeSeriesModality: Modality = {
  name: 'TIME_SERIES',
  declaredAs: TIME_SERIES_DECLARED_AS,
  detect: detectTimeSeries,
  convert: async (bytes, mediaType, settings) => {
    const { convertTimeSeries } = await import('./convert-time-series.ts');
    return convertTimeSeries(bytes, mediaType as TimeSeriesMediaType, settings);
  },
};

export { type Band, makeBands } from './band.ts';
export { drawSeries } from './draw-series.ts';
export { findPlace, placeRegion, type SeriesPlace } from './find-place.ts';
export type { TimeSeriesOptions } from './options.ts';
export { readSeries } from './read/read-series.ts';
export type { Channel, Series } from './series.ts';
