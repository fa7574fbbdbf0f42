import type { Limits } from '../../limits.ts';
import { createColumn, type PointCloud } from '../cloud.ts';
import { packColours } from '../pack-colours.ts';
import { assertPointCount, rejectCloud } from '../reject.ts';
import { readLines } from './read-lines.ts';
import { readXyzHead } from './read-xyz-head.ts';
import { replaceByte } from './replace-byte.ts';

/** Of all rows, those that may lack a coordinate before the file is taken for damaged. */
const BAD_SHARE = 0.01;
/** The shortest row: three digits, two separators, a line's end. */
const LEAST_ROW_BYTES = 6;
const COMMA = 0x2c;
const POINT = 0x2e;

/**
 * The points of a text of columns: XYZ, TXT, ASC, CSV and PTS, with or without names of the columns.
 * @throws RejectedError CORRUPT_CLOUD, TOO_MANY_POINTS
 */
export function parseXyz(source: Uint8Array, limits: Pick<Limits, 'maxPoints'>): PointCloud {
  const head = readXyzHead(source);
  if (head === undefined) throw rejectCloud('XYZ', 'its lines are not rows of three numbers or more');
  const { columns, bodyStart, count } = head;
  const bytes = head.hasDecimalCommas ? replaceByte(source, COMMA, POINT) : source;
  const maxRows = count ?? countLines(bytes, bodyStart);
  assertPointCount(maxRows, limits);
  if (count !== undefined && count * LEAST_ROW_BYTES - 1 > bytes.length - bodyStart) {
    throw rejectCloud('PTS', 'it ends before its points do', { statedPoints: count });
  }
  const shown = [...columns.position, ...(columns.colour ?? [])];
  if (columns.intensity !== undefined) shown.push(columns.intensity);
  const table = new Map(shown.map((column) => [column, createColumn(maxRows)]));
  const offsets = new Map<number, number>();
  const read = readLines(
    'XYZ',
    bytes,
    { start: bodyStart, columns: Math.max(...shown) + 1, maxRows },
    ({ values, pitch, first, rows }) => {
      for (const [column, target] of table) {
        const base = column * pitch;
        if (first === 0 && (columns.position as readonly number[]).includes(column)) {
          offsets.set(column, values.subarray(base, base + rows).find(Number.isFinite) ?? 0);
        }
        const offset = offsets.get(column) ?? 0;
        for (let row = 0; row < rows; row++) target[first + row] = (values[base + row] ?? 0) - offset;
      }
    },
  );
  if (count !== undefined && read.rows < count) {
    throw rejectCloud('PTS', 'it ends before its points do', { statedPoints: count, points: read.rows });
  }
  if (read.shortRows > read.rows * BAD_SHARE) {
    throw rejectCloud('XYZ', 'lines of it have too few numbers', { lines: read.shortRows, of: read.rows });
  }
  const pick = (column: number) => fitColumn(table.get(column) ?? createColumn(0), read.rows);
  const [x, y, z] = columns.position;
  const { colour, intensity } = columns;
  return {
    count: read.rows,
    x: pick(x),
    y: pick(y),
    z: pick(z),
    offset: [offsets.get(x) ?? 0, offsets.get(y) ?? 0, offsets.get(z) ?? 0],
    colours: colour && packColours([pick(colour[0]), pick(colour[1]), pick(colour[2])], 'float32', read.rows),
    intensities: intensity === undefined ? undefined : pick(intensity),
    notes: read.shortRows > 0 ? [`${read.shortRows} lines with too few numbers were left out.`] : [],
  };
}

/** A column made for more rows than came, its end NaN as everywhere. */
function fitColumn(column: Float32Array, rows: number): Float32Array {
  const padded = column.subarray(0, Math.ceil(rows / 4) * 4);
  padded.fill(Number.NaN, rows);
  return padded;
}

function countLines(bytes: Uint8Array, start: number): number {
  let lines = 1;
  for (let at = bytes.indexOf(0x0a, start); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return Math.min(lines, Math.ceil((bytes.length - start + 1) / LEAST_ROW_BYTES));
}
