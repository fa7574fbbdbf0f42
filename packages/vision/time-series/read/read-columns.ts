import type { Limits } from '../../limits.ts';
import { finishSeries } from '../finish-series.ts';
import { openLongTable } from '../long/long-table.ts';
import { assertWithinLimits, rejectNothing } from '../reject.ts';
import type { Series } from '../series.ts';
import { inferColumns } from './infer-columns.ts';
import { assembleSeries, planTasks, type TableHead } from './place-columns.ts';
import type { ColumnTask } from './scan-table.ts';

/** A column of a parsed file: numbers, texts, truth values, dates (`Date`, or ms as a number), null where there is none. */
export interface RawColumn {
  readonly name: string;
  readonly cells: ArrayLike<unknown>;
  /** The numbers are known to be epoch ms, of UTC or of a clock somewhere. */
  readonly instants?: 'UTC' | 'LOCAL';
}

const SAMPLE_ROWS = 500;

/**
 * A series from columns of equal length, their meaning found as in a table of text.
 * @throws RejectedError NO_VALUES, TOO_MANY_CHANNELS, TOO_MANY_POINTS
 */
export function readColumns(columns: readonly RawColumn[], limits: Limits, title?: string): Series {
  const rows = columns[0]?.cells.length ?? 0;
  if (rows === 0) throw rejectNothing('The file has no rows.');
  const head: TableHead = {
    names: columns.map(({ name }) => name),
    decimal: '.',
    rows: Array.from({ length: Math.min(rows, SAMPLE_ROWS) }, (_, row) =>
      columns.map(({ cells, instants }) => writeCell(cells[row], instants)),
    ),
  };
  const plan = inferColumns(head.names, head.rows, head.decimal);
  if (plan.channels.length === 0) throw rejectNothing('The file has no column of numbers beside its time.');
  assertWithinLimits(rows, plan.channels.length, limits);
  const long = openLongTable(head, plan);
  const tasks = long?.tasks ?? planTasks(head, plan);
  const numbers = columns.map(({ cells }, i) => readCells(cells, tasks[i]));
  const series = finishSeries(long?.unfold(numbers, limits) ?? assembleSeries(numbers, head, plan));
  return title === undefined ? series : { ...series, title };
}

function writeCell(cell: unknown, instants: RawColumn['instants']): string {
  if (instants !== undefined && typeof cell === 'number') {
    const text = writeCell(new Date(cell), undefined);
    return instants === 'UTC' ? text : text.replace('Z', '');
  }
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString();
  if (typeof cell === 'object') return 'object';
  return typeof cell === 'boolean' ? `${Number(cell)}` : `${String(cell).slice(0, 100)}`;
}

function readCells(cells: ArrayLike<unknown>, task: ColumnTask | undefined): Float64Array {
  if (task === undefined || task.kind === 'SKIP') return new Float64Array(0);
  if (cells instanceof Float64Array) return cells;
  const numbers = new Float64Array(cells.length);
  for (let i = 0; i < cells.length; i++) numbers[i] = readCell(cells[i], task);
  return numbers;
}

function readCell(cell: unknown, task: ColumnTask): number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  if (cell instanceof Date) return cell.getTime();
  return typeof cell === 'string' ? task.parse(cell) : Number.NaN;
}
