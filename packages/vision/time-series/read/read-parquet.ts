import { type FileMetaData, parquetMetadata, type RowGroup, type SchemaElement } from 'hyparquet';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import { assertWithinLimits, rejectCorrupt, rejectNothing } from '../reject.ts';
import type { Series } from '../series.ts';
import { type ColumnTarget, readColumnChunk, type UnpackBudget } from './parquet/read-column.ts';
import { type RawColumn, readColumns } from './read-columns.ts';
import { rejectLarge } from './unzip.ts';

interface Leaf {
  readonly element: SchemaElement;
  readonly target: ColumnTarget;
}

const NANOSECOND_MS = 1e-6;
/** Time, value and two more: a table whose rows name their channel has few numbers. */
const MOST_NUMBERS_OF_LONG = 4;

/**
 * The flat columns of a Parquet file (Apache Parquet format 2): numbers, truth values, dates, timestamps, decimals, and
 * texts that are times. Nested and repeated columns are left out.
 * @throws RejectedError CORRUPT_SERIES, UNSUPPORTED_VARIANT, NO_VALUES, TOO_LARGE_UNPACKED, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readParquet(bytes: Uint8Array, limits: Limits): Series {
  if (String.fromCharCode(bytes[3] ?? 0) === 'E') {
    throw new RejectedError('UNSUPPORTED_VARIANT', 'The Parquet file is encrypted. Send it decrypted.');
  }
  try {
    const metadata = readMetadata(bytes);
    const rows = Number(metadata.num_rows);
    const groups = metadata.row_groups;
    const stated = groups.reduce((sum, { num_rows: groupRows }) => sum + Number(groupRows), 0);
    if (stated !== rows || !(rows >= 0))
      throw rejectCorrupt('The Parquet file contradicts itself about its rows.');
    if (rows === 0) throw rejectNothing('The file has no rows.');
    const elements = listFlat(metadata.schema);
    const numeric = elements.filter(({ type }) => type !== 'BYTE_ARRAY');
    assertWithinLimits(rows, numeric.length, { ...limits, maxChannels: limits.maxChannels + 8 });
    // Texts are worth their memory only when nothing else tells the time, or where they are names: of what a row measures.
    const isDatedTable = numeric.some(isDated);
    const mayBeLong = numeric.length <= MOST_NUMBERS_OF_LONG;
    const wanted = elements.filter(
      (element) =>
        isReadable(element, groups) &&
        (element.type !== 'BYTE_ARRAY' || !isDatedTable || (mayBeLong && isShort(element, groups, rows))),
    );
    const budget: UnpackBudget = {
      left: limits.maxUnpackedBytes,
      onSpent: () => {
        throw rejectLarge(limits.maxUnpackedBytes, limits.maxUnpackedBytes);
      },
    };
    checkStatedSizes(groups, wanted, rows, limits);
    const leaves = wanted.map((element) => readLeaf(bytes, groups, element, rows, budget));
    return readColumns(leaves.map(nameColumn), limits);
  } catch (error) {
    if (error instanceof RejectedError) throw error;
    throw rejectCorrupt('The Parquet file is damaged.', error);
  }
}

function readMetadata(bytes: Uint8Array): FileMetaData {
  // The library takes an ArrayBuffer; the footer is at its end, so only that is copied.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footer = bytes.length < 12 ? Number.NaN : view.getUint32(bytes.length - 8, true);
  if (!(footer + 12 <= bytes.length)) throw rejectCorrupt('The Parquet file has no footer: it is cut off.');
  return parquetMetadata(new Uint8Array(bytes.subarray(bytes.length - 8 - footer)).buffer);
}

/** Leaves right below the root that are not repeated. The root comes first and counts its children. */
function listFlat(schema: readonly SchemaElement[]): SchemaElement[] {
  const flat: SchemaElement[] = [];
  for (let at = 1; at < schema.length; ) {
    const element = schema[at];
    if (element === undefined) break;
    if (isNumber(element) || (element.type === 'BYTE_ARRAY' && element.repetition_type !== 'REPEATED'))
      flat.push(element);
    // Pass over everything below.
    let open = element.num_children ?? 0;
    for (at += 1; open > 0 && at < schema.length; at++) open += (schema[at]?.num_children ?? 0) - 1;
  }
  return flat;
}

/** Fixed bytes are numbers only when they are decimals or half precision. */
function isNumber({
  type,
  repetition_type: repetition,
  logical_type: logical,
  converted_type: converted,
}: SchemaElement): boolean {
  if (type === undefined || type === 'BYTE_ARRAY' || repetition === 'REPEATED') return false;
  if (type !== 'FIXED_LEN_BYTE_ARRAY') return true;
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL' || logical?.type === 'FLOAT16';
}

/** Texts stored as differences are not read; they are seldom times. */
function isReadable({ name, type }: SchemaElement, groups: readonly RowGroup[]): boolean {
  if (type !== 'BYTE_ARRAY') return true;
  const metas = groups.flatMap(({ columns }) => columns.map(({ meta_data: meta }) => meta));
  const own = metas.filter((meta) => meta?.path_in_schema[0] === name);
  return !own.some((meta) => meta?.encodings.some((encoding) => encoding.startsWith('DELTA')));
}

/** Texts that take no more than two numbers each. */
function isShort({ name }: SchemaElement, groups: readonly RowGroup[], rows: number): boolean {
  const metas = groups.flatMap(({ columns }) => columns.map(({ meta_data: meta }) => meta));
  const own = metas.filter((meta) => meta?.path_in_schema[0] === name);
  return own.reduce((sum, meta) => sum + Number(meta?.total_uncompressed_size ?? 0n), 0) <= 16 * rows;
}

function checkStatedSizes(
  groups: readonly RowGroup[],
  wanted: readonly SchemaElement[],
  rows: number,
  limits: Limits,
): void {
  let total = rows * 8 * wanted.length;
  for (const { columns } of groups) {
    for (const { meta_data: meta } of columns) total += Number(meta?.total_uncompressed_size ?? 0n);
  }
  if (total > limits.maxUnpackedBytes) throw rejectLarge(total, limits.maxUnpackedBytes);
}

function readLeaf(
  bytes: Uint8Array,
  groups: readonly RowGroup[],
  element: SchemaElement,
  rows: number,
  budget: UnpackBudget,
): Leaf {
  const target: ColumnTarget =
    element.type === 'BYTE_ARRAY'
      ? new Array<string | null>(rows).fill(null)
      : new Float64Array(rows).fill(Number.NaN);
  let from = 0;
  for (const { columns, num_rows: groupRows } of groups) {
    const meta = columns.find(
      ({ meta_data: candidate }) => candidate?.path_in_schema[0] === element.name,
    )?.meta_data;
    if (meta === undefined || meta.type !== element.type)
      throw rejectCorrupt('A column of the Parquet file is missing.');
    readColumnChunk(bytes, { element, meta, rows: Number(groupRows), target, from, budget });
    from += Number(groupRows);
  }
  return { element, target };
}

function nameColumn({ element, target }: Leaf): RawColumn {
  const { name } = element;
  if (!(target instanceof Float64Array)) return { name, cells: target };
  const scale = findScale(element);
  if (scale !== 1) for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) * scale;
  if (!isDated(element)) return { name, cells: target };
  const local = element.logical_type?.type === 'TIMESTAMP' && !element.logical_type.isAdjustedToUTC;
  return { name, cells: target, instants: local ? 'LOCAL' : 'UTC' };
}

function isDated({ type, logical_type: logical, converted_type: converted }: SchemaElement): boolean {
  return (
    type === 'INT96' ||
    logical?.type === 'TIMESTAMP' ||
    logical?.type === 'DATE' ||
    converted === 'DATE' ||
    converted?.startsWith('TIMESTAMP') === true
  );
}

/** Stored integers to epoch ms, or to the decimal number meant. */
function findScale({ logical_type: logical, converted_type: converted, scale = 0 }: SchemaElement): number {
  if (logical?.type === 'TIMESTAMP') return { MILLIS: 1, MICROS: 1e-3, NANOS: NANOSECOND_MS }[logical.unit];
  if (logical?.type === 'DATE' || converted === 'DATE') return 86_400_000;
  if (converted === 'TIMESTAMP_MICROS') return 1e-3;
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return 1 / 10 ** scale;
  return 1;
}
