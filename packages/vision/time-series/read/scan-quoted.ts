import { CsvError, parse } from 'csv-parse/sync';
import { rejectCorrupt } from '../reject.ts';
import type { ColumnTask, scanTable, TableScan } from './scan-table.ts';

/**
 * Reads rows in which cells are quoted (RFC 4180), line ends inside them allowed. Ten times slower than `scanTable`.
 * @throws RejectedError CORRUPT_SERIES when a quote is not closed
 */
export function scanQuoted(
  bytes: Uint8Array,
  tasks: readonly ColumnTask[],
  { start, delimiter, expectedRows, mostRows, onTooMany }: Parameters<typeof scanTable>[2],
): TableScan {
  const columns = tasks.map(({ kind }) => ({ values: new Float64Array(kind === 'SKIP' ? 0 : expectedRows) }));
  let rows = 0;
  let ragged = 0;
  const keep = (cells: readonly string[]): null => {
    if (rows >= mostRows) onTooMany();
    if (cells.length !== tasks.length) ragged += 1;
    tasks.forEach(({ kind, parse: read }, i) => {
      const column = columns[i];
      if (kind === 'SKIP' || column === undefined) return;
      if (rows >= column.values.length) {
        const larger = new Float64Array(Math.min(mostRows, Math.ceil(column.values.length * 1.5) + 16));
        larger.set(column.values);
        column.values = larger;
      }
      column.values[rows] = read(cells[i] ?? '');
    });
    rows += 1;
    return null;
  };
  try {
    parse(bytes.subarray(start), {
      delimiter,
      on_record: keep,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      comment: '#',
      comment_no_infix: true,
      max_record_size: 1_000_000,
    });
  } catch (error) {
    if (error instanceof CsvError) throw rejectCorrupt('The quotes of the table do not match.', error);
    throw error;
  }
  return {
    rows,
    columns: columns.map(({ values }) => values.subarray(0, values.length === 0 ? 0 : rows)),
    ragged,
  };
}
