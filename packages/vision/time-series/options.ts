import type { Band } from './band.ts';

/** How a series becomes views. Every field has a default. */
export interface TimeSeriesOptions {
  /** Written above every plot, before what it shows; default the file's own title, if it has one. */
  readonly title?: string | undefined;
  /** Most zooms of the windows that stand out, 0..8, default 2. */
  readonly zooms?: number | undefined;
  /** Adds a spectrogram of each channel whose rows are evenly spaced; default no. */
  readonly spectrogram?: boolean | undefined;
  /** Normal ranges, drawn behind the channels of their names. */
  readonly bands?: readonly Band[] | undefined;
}

/** Options with the defaults filled in. */
export interface TimeSeriesSettings {
  readonly title?: string;
  readonly zooms: number;
  readonly spectrogram: boolean;
  readonly bands: readonly Band[];
}

const MOST_ZOOMS = 8;
const USUAL_ZOOMS = 2;

/** @throws RangeError for options outside their range */
export function resolveTimeSeriesOptions(options: TimeSeriesOptions = {}): TimeSeriesSettings {
  const { title, zooms = USUAL_ZOOMS, spectrogram = false, bands = [] } = options;
  if (!Number.isInteger(zooms) || zooms < 0 || zooms > MOST_ZOOMS) {
    throw new RangeError(`timeSeries.zooms must be a whole number from 0 to ${MOST_ZOOMS}, not ${zooms}.`);
  }
  for (const { channel, lower, upper } of bands) {
    if (lower.length === 0 || lower.length !== upper.length) {
      throw new RangeError(
        `The band of ${JSON.stringify(channel)} must have as many lower as upper values, at least one; it has ${lower.length} and ${upper.length}.`,
      );
    }
  }
  return { zooms, spectrogram, bands, ...(title === undefined ? {} : { title }) };
}
