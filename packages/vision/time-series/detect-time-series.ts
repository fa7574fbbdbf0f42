import type { TimeSeriesMediaType } from './media-types.ts';
import { sniffDialect } from './read/sniff.ts';

/** Bytes below this that no text has; tab, line ends and form feed are allowed. */
const CONTROL = 32;
const TEXT_CONTROLS = new Set([9, 10, 12, 13, 27]);

/**
 * Media type of a series from its first bytes. Signatures: RIFF WAVE, NumPy's `\x93NUMPY`, Parquet's `PAR1`, a ZIP
 * whose first file is an `.npy`; text that begins as JSON does; lines of text that have numbers in equal columns.
 */
export function detectTimeSeries(head: Uint8Array): TimeSeriesMediaType | undefined {
  const latin = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end));
  if (['RIFF', 'RIFX', 'RF64'].includes(latin(0, 4)) && latin(8, 12) === 'WAVE') return 'audio/wav';
  if (latin(0, 6) === '\x93NUMPY') return 'application/x-npy';
  if (latin(0, 4) === 'PAR1' || latin(0, 4) === 'PARE') return 'application/vnd.apache.parquet';
  if (latin(0, 4) === 'PK\x03\x04') return detectArchive(head);
  return detectText(head);
}

function detectArchive(head: Uint8Array): TimeSeriesMediaType | undefined {
  const nameBytes = (head[26] ?? 0) + (head[27] ?? 0) * 256;
  const name = String.fromCharCode(...head.subarray(30, 30 + Math.min(nameBytes, 1000)));
  return name.endsWith('.npy') ? 'application/x-npz' : undefined;
}

function detectText(head: Uint8Array): TimeSeriesMediaType | undefined {
  const text = decodeHead(head);
  if (text === undefined) return undefined;
  const trimmed = text.trimStart();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return detectJson(trimmed);
  const lines = text.split(/\r\n|\n|\r/);
  // The last line may be cut: it only counts when there is no other.
  if (lines.length > 1) lines.pop();
  const dialect = sniffDialect(lines);
  if (dialect === undefined) return undefined;
  return dialect.delimiter === '\t' ? 'text/tab-separated-values' : 'text/csv';
}

/** `undefined` when there are bytes that no text has. */
function decodeHead(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head);
  if (head.some((byte) => byte < CONTROL && !TEXT_CONTROLS.has(byte))) return undefined;
  return new TextDecoder('utf-8').decode(head);
}

const NUMBER = /^-?(?:\d|NaN|Infinity|null)/;

/** Objects or arrays, one a line; otherwise one value, perhaps over many lines. */
function detectJson(text: string): TimeSeriesMediaType | undefined {
  const [first = '', second = ''] = text.split(/\r?\n/, 2);
  if (/^[[{]/.test(second.trimStart()) && isJson(first)) return 'application/jsonl';
  const rest = text.slice(1).trimStart();
  if (text.startsWith('{'))
    return rest.startsWith('"') || rest.startsWith('}') ? 'application/json' : undefined;
  return /^[[{\]"]/.test(rest) || NUMBER.test(rest) ? 'application/json' : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
