/** Measurements over time. */
export type TimeSeriesMediaType =
  | 'text/csv'
  | 'text/tab-separated-values'
  | 'application/json'
  | 'application/jsonl'
  | 'application/x-npy'
  | 'application/x-npz'
  | 'application/vnd.apache.parquet'
  | 'audio/wav';

const TABLES = [
  'text/plain',
  'text/x-csv',
  'application/csv',
  'application/x-csv',
  'application/vnd.ms-excel',
];
const LINES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonlines',
  'application/x-jsonlines',
];

/** Other names under which senders declare these types. */
export const TIME_SERIES_DECLARED_AS: Readonly<Record<TimeSeriesMediaType, readonly string[]>> = {
  'text/csv': [...TABLES, 'text/tab-separated-values', 'text/tsv'],
  'text/tab-separated-values': [...TABLES, 'text/csv', 'text/tsv'],
  'application/json': ['text/json', 'text/plain', 'application/jsonl', ...LINES],
  'application/jsonl': [...LINES, 'application/json', 'text/json', 'text/plain'],
  'application/x-npy': ['application/npy', 'application/x-numpy'],
  'application/x-npz': [
    'application/npz',
    'application/zip',
    'application/x-zip-compressed',
    'application/x-numpy',
  ],
  'application/vnd.apache.parquet': ['application/parquet', 'application/x-parquet'],
  'audio/wav': ['audio/wave', 'audio/x-wav', 'audio/vnd.wave', 'audio/x-pn-wav'],
};
