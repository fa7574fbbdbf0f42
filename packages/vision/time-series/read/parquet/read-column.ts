import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { type Decoded, decodeDeltas, decodePlain, decodeStreams } from './decode-values.ts';
import { type PageHeader, readPageHeader } from './page-header.ts';
import { expandHybrid } from './run-lengths.ts';

const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const DELTA_BINARY_PACKED = 5;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;

/** How many bytes may still be unpacked; shared by all columns of a file. */
export interface UnpackBudget {
  left: number;
  readonly onSpent: () => never;
}

/** Where a column's rows go: NaN and `null` where there is none. */
export type ColumnTarget = Float64Array | (string | null)[];

/**
 * Reads the pages of a column chunk that is neither nested nor repeated into rows `from` and on of `target`.
 * @throws RangeError, or what a decompressor throws, when the pages are not what their headers say
 */
export function readColumnChunk(
  bytes: Uint8Array,
  {
    element,
    meta,
    rows,
    target,
    from,
    budget,
  }: {
    readonly element: SchemaElement;
    readonly meta: ColumnMetaData;
    readonly rows: number;
    readonly target: ColumnTarget;
    readonly from: number;
    readonly budget: UnpackBudget;
  },
): void {
  // A dictionary's offset of 0 means that there is none.
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const chunk = bytes.subarray(start, start + Number(meta.total_compressed_size));
  let dictionary: Decoded | undefined;
  let filled = 0;
  for (let at = 0; filled < rows; ) {
    const header = readPageHeader(chunk, at);
    const content = chunk.subarray(header.end, header.end + header.packedBytes);
    if (header.packedBytes < 0 || content.length < header.packedBytes)
      throw new RangeError('A page is cut off.');
    at = header.end + header.packedBytes;
    if (header.type === 'OTHER') continue;
    if (header.values < 0 || header.values > Math.max(rows, Number(meta.num_values)))
      throw new RangeError('A page states too many values.');
    budget.left -= Math.max(0, header.unpackedBytes);
    if (budget.left < 0) budget.onSpent();
    if (header.type === 'DICTIONARY') {
      dictionary = decodePlain(unpackPage(content, header, meta.codec), element, header.values);
      continue;
    }
    const page = { ...openPage(content, header, meta.codec, element), header, dictionary, element };
    filled += placeValues(page, target, from + filled, rows - filled);
  }
}

interface OpenPage {
  /** 1 for each row that has a value; missing when all have. */
  readonly present?: Uint32Array;
  readonly values: Uint8Array;
}

/** A page before version 2 is packed as a whole, its levels behind their length; after it, the levels stand before. */
function openPage(
  content: Uint8Array,
  header: PageHeader,
  codec: ColumnMetaData['codec'],
  { repetition_type: repetition }: SchemaElement,
): OpenPage {
  const optional = repetition === 'OPTIONAL';
  if (header.type === 'DATA_V2') {
    const { definitionBytes, repetitionBytes, values: count } = header;
    const levels = content.subarray(repetitionBytes, repetitionBytes + definitionBytes);
    const packed = content.subarray(repetitionBytes + definitionBytes);
    const unpackedBytes = header.unpackedBytes - repetitionBytes - definitionBytes;
    const values = header.isPacked ? unpackPage(packed, { unpackedBytes }, codec) : packed;
    return optional ? { present: expandHybrid(levels, 1, count), values } : { values };
  }
  const page = unpackPage(content, header, codec);
  if (!optional) return { values: page };
  if (page.length < 4) throw new RangeError('A page is too short for its levels.');
  const length = new DataView(page.buffer, page.byteOffset).getUint32(0, true);
  const present = expandHybrid(page.subarray(4, 4 + length), 1, header.values);
  return { present, values: page.subarray(4 + length) };
}

function placeValues(
  {
    present,
    values,
    header,
    dictionary,
    element,
  }: OpenPage & {
    readonly header: PageHeader;
    readonly dictionary: Decoded | undefined;
    readonly element: SchemaElement;
  },
  target: ColumnTarget,
  from: number,
  room: number,
): number {
  const count = present === undefined ? header.values : present.reduce((sum, bit) => sum + bit, 0);
  const decoded = decodeValues(values, header.encoding, count, { dictionary, element });
  const rows = Math.min(room, header.values);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    if (present !== undefined && present[row] === 0) continue;
    const value = decoded[next++];
    if (target instanceof Float64Array) target[from + row] = typeof value === 'number' ? value : Number.NaN;
    else target[from + row] = typeof value === 'string' ? value : null;
  }
  return rows;
}

function decodeValues(
  bytes: Uint8Array,
  encoding: number,
  count: number,
  { dictionary, element }: { readonly dictionary: Decoded | undefined; readonly element: SchemaElement },
): Decoded {
  switch (encoding) {
    case PLAIN:
      return decodePlain(bytes, element, count);
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY: {
      if (dictionary === undefined) throw new RangeError('A page refers to a dictionary that is not there.');
      const indexes =
        count === 0 ? new Uint32Array(0) : expandHybrid(bytes.subarray(1), bytes[0] ?? 0, count);
      if (dictionary instanceof Float64Array)
        return Float64Array.from(indexes, (index) => dictionary[index] ?? Number.NaN);
      return Array.from(indexes, (index) => dictionary[index] ?? '');
    }
    case RLE:
      if (element.type === 'BOOLEAN') return Float64Array.from(expandHybrid(bytes.subarray(4), 1, count));
      break;
    case DELTA_BINARY_PACKED:
      return decodeDeltas(bytes, count);
    case BYTE_STREAM_SPLIT:
      return decodeStreams(bytes, element, count);
  }
  throw new RangeError(`The encoding ${encoding} of a page is not read.`);
}

/** Never more than the stated bytes, whatever is packed. */
function unpackPage(
  packed: Uint8Array,
  { unpackedBytes }: { readonly unpackedBytes: number },
  codec: ColumnMetaData['codec'],
): Uint8Array {
  if (codec === 'UNCOMPRESSED') return packed;
  if (unpackedBytes < 0) throw new RangeError('A page states a negative size.');
  if (unpackedBytes === 0) return new Uint8Array(0);
  const options = { maxOutputLength: unpackedBytes };
  if (codec === 'GZIP') return gunzipSync(packed, options);
  if (codec === 'BROTLI') return brotliDecompressSync(packed, options);
  if (codec === 'ZSTD') return zstdDecompressSync(packed, options);
  const unpack = compressors[codec];
  if (unpack === undefined) throw new RangeError(`The compression ${codec} is not read.`);
  return unpack(packed, unpackedBytes);
}
