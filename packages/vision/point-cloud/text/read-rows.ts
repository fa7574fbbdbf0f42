import { moduleBase64 } from '../../wasm/generated/number-rows.ts';
import { type Kernels, loadKernels } from '../../wasm/index.ts';

interface NumberRowKernels {
  readonly scanRows: (
    at: number,
    end: number,
    columns: number,
    most: number,
    values: number,
    report: number,
  ) => number;
}

/** Some consecutive rows: value r of column c is `values[c * pitch + r]`. */
export interface RowBatch {
  readonly values: Float64Array;
  readonly pitch: number;
  /** Number of the first row, from 0, and how many there are. */
  readonly first: number;
  readonly rows: number;
}

/** What was read, and what wasn't as it should be. */
export interface RowsRead {
  readonly rows: number;
  /** Rows with fewer values than columns. */
  readonly shortRows: number;
  /** Offset just after the last row read. */
  readonly end: number;
}

const TEXT_BYTES = 1 << 20;
const BATCH_ROWS = 8192;
const NEWLINE = 0x0a;

/**
 * Reads rows of `columns` numbers (1..64) from `start` on and hands them over in batches, at most `maxRows` of them.
 * Empty lines and lines that begin with `#` or `/` don't count.
 * @throws RangeError for a line longer than 1 MiB
 */
export function readRows(
  text: Uint8Array,
  { start, columns, maxRows }: { readonly start: number; readonly columns: number; readonly maxRows: number },
  take: (batch: RowBatch) => void,
): RowsRead {
  const kernels = loadKernels<NumberRowKernels>(moduleBase64);
  const source = kernels.reserve(TEXT_BYTES + 1);
  const report = kernels.reserve(8);
  const pitch = Math.min(BATCH_ROWS, maxRows);
  const target = kernels.reserve(pitch * columns * 8);
  let rows = 0;
  let shortRows = 0;
  let at = start;
  while (at < text.length && rows < maxRows) {
    const length = copyLines(kernels, text, at, source);
    let scanned = source;
    while (scanned < source + length && rows < maxRows) {
      const most = Math.min(pitch, maxRows - rows);
      scanned = kernels.run.scanRows(scanned, source + length, columns, most, target, report);
      const [found = 0, short = 0] = kernels.words(report, 2);
      shortRows += short;
      if (found > 0) {
        const values = new Float64Array(kernels.words(0, 2).buffer, target, most * columns);
        take({ values, pitch: most, first: rows, rows: found });
      }
      rows += found;
    }
    at = Math.min(text.length, at + scanned - source);
  }
  return { rows, shortRows, end: at };
}

/** Copies as many whole lines as fit; the last line of a file need not end. */
function copyLines(
  kernels: Kernels<NumberRowKernels>,
  text: Uint8Array,
  at: number,
  address: number,
): number {
  let end = Math.min(text.length, at + TEXT_BYTES);
  if (end < text.length) {
    end = text.lastIndexOf(NEWLINE, end - 1) + 1;
    if (end <= at) throw new RangeError(`The line at byte ${at} is longer than ${TEXT_BYTES} bytes.`);
  }
  const memory = kernels.bytes(address, TEXT_BYTES + 1);
  memory.set(text.subarray(at, end));
  if (text[end - 1] === NEWLINE) return end - at;
  memory[end - at] = NEWLINE;
  return end - at + 1;
}
