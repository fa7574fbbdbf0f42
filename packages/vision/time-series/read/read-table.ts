import type { Limits } from '../../limits.ts';
import { finishSeries } from '../finish-series.ts';
import { openLongTable } from '../long/long-table.ts';
import { assertWithinLimits, rejectCorrupt, rejectNothing } from '../reject.ts';
import type { Series } from '../series.ts';
import { decodeText } from './decode-text.ts';
import { type ColumnPlan, inferColumns } from './infer-columns.ts';
import { joinLines } from './join-lines.ts';
import { assembleSeries, planTasks } from './place-columns.ts';
import { scanQuoted } from './scan-quoted.ts';
import { type ColumnTask, scanTable, type TableScan } from './scan-table.ts';
import { type Dialect, sniffDialect } from './sniff.ts';

/** What is looked at to find out the layout. */
const SAMPLE_BYTES = 65_536;
const SAMPLE_LINES = 200;
const NEWLINE = 10;
const QUOTE = 34;
/** More rows than this of another shape, and the file is no table. */
const MOST_RAGGED = 0.5;

/**
 * A table in text: any delimiter, decimal point or comma, quotes, header, units, preamble.
 * @throws RejectedError CORRUPT_SERIES, NO_VALUES, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readTable(source: Uint8Array, limits: Limits): Series {
  const bytes = decodeText(source);
  const head = bytes.subarray(0, SAMPLE_BYTES);
  const lines = Buffer.from(head.buffer, head.byteOffset, head.length).toString('utf8').split('\n');
  // The last one is cut, unless the file ends there.
  if (head.length < bytes.length || lines.at(-1) === '') lines.pop();
  const texts = lines.slice(0, SAMPLE_LINES).map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const joined = joinLines(texts);
  const sniffed = sniffDialect(joined.map(({ text }) => text));
  if (sniffed === undefined) throw rejectNothing('The text is not a table of numbers.');
  const skipLines = joined.slice(0, sniffed.skipLines).reduce((sum, { lines: count }) => sum + count, 0);
  const dialect = { ...sniffed, skipLines };
  const plan = inferColumns(dialect.names, dialect.rows, dialect.decimal);
  if (plan.channels.length === 0) throw rejectNothing('The table has no column of numbers beside its time.');
  assertWithinLimits(0, plan.channels.length, limits);
  const long = openLongTable(dialect, plan);
  const scanned = scanRows(bytes, dialect, plan, long?.tasks ?? planTasks(dialect, plan), limits);
  if (scanned.rows === 0) throw rejectNothing('The table has no rows.');
  if (scanned.ragged > scanned.rows * MOST_RAGGED) {
    throw rejectCorrupt('Most rows do not have as many cells as the first ones.', undefined, {
      rows: scanned.rows,
      ragged: scanned.ragged,
    });
  }
  const raw = long?.unfold(scanned.columns, limits) ?? assembleSeries(scanned.columns, dialect, plan);
  if (scanned.ragged === 0) return finishSeries(raw);
  const ragged = `${scanned.ragged} rows have more or fewer cells than the others; what is missing is a gap.`;
  return finishSeries({ ...raw, notes: [...raw.notes, ragged] });
}

function scanRows(
  bytes: Uint8Array,
  dialect: Dialect,
  plan: ColumnPlan,
  tasks: readonly ColumnTask[],
  limits: Limits,
): TableScan {
  const start = findLine(bytes, dialect.skipLines);
  const used = Math.max(1, tasks.filter(({ kind }) => kind !== 'SKIP').length);
  const mostRows = Math.min(limits.maxRows, Math.floor(limits.maxValues / plan.channels.length));
  const onTooMany = (): never => {
    assertWithinLimits(mostRows + 1, plan.channels.length, limits);
    throw new RangeError('More rows than the limit, and yet within it.');
  };
  const perRow = Math.max(2, measureRow(dialect));
  // A row takes at least two bytes, so a short file cannot ask for much.
  const expectedRows = Math.min(mostRows, Math.ceil(((bytes.length - start) / perRow) * 1.03) + used);
  const { delimiter, decimal } = dialect;
  const options = { start, delimiter, decimal, expectedRows, mostRows, onTooMany };
  return bytes.indexOf(QUOTE, start) >= 0
    ? scanQuoted(bytes, tasks, options)
    : scanTable(bytes, tasks, options);
}

/** Bytes of a row on average, of those looked at, with a delimiter or line end for each cell. */
function measureRow({ rows }: Dialect): number {
  const cells = rows.reduce((sum, row) => sum + row.reduce((length, cell) => length + cell.length + 1, 0), 0);
  return cells / Math.max(1, rows.length);
}

function findLine(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines; line++) at = bytes.indexOf(NEWLINE, at) + 1;
  return at;
}
