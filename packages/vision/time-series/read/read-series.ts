import type { Limits } from '../../limits.ts';
import type { TimeSeriesMediaType } from '../media-types.ts';
import type { Series } from '../series.ts';

/** Reads a file of a known type; each reader is loaded by its first file. Throws `RejectedError` for any fault of it. */
export async function readSeries(
  bytes: Uint8Array,
  mediaType: TimeSeriesMediaType,
  limits: Limits,
): Promise<Series> {
  switch (mediaType) {
    case 'text/csv':
    case 'text/tab-separated-values':
      return (await import('./read-table.ts')).readTable(bytes, limits);
    case 'application/json':
      return (await import('./read-json.ts')).readJson(bytes, limits);
    case 'application/jsonl':
      return (await import('./read-json.ts')).readJsonLines(bytes, limits);
    case 'application/x-npy':
      return (await import('./read-npy.ts')).readNpy(bytes, limits);
    case 'application/x-npz':
      return (await import('./read-npz.ts')).readNpz(bytes, limits);
    case 'application/vnd.apache.parquet':
      return (await import('./read-parquet.ts')).readParquet(bytes, limits);
    case 'audio/wav':
      return (await import('./read-wav.ts')).readWav(bytes, limits);
  }
}
