import { findNamedColumns, guessColumns, parseNumbers, type XyzColumns } from './find-columns.ts';

/** What the first lines of a table of points say. */
export interface XyzHead {
  readonly columns: XyzColumns;
  /** Number of points by a first line of its own, as in PTS. */
  readonly count?: number;
  /** Whether the file itself, by a count or by names, says that it holds points. */
  readonly isStated: boolean;
  /** Offset of the first row. */
  readonly bodyStart: number;
  /** Numbers have a comma where others have a point. */
  readonly hasDecimalCommas: boolean;
}

const HEAD_BYTES = 65_536;
const SAMPLE_ROWS = 64;
const WITH_COMMA = /^[+-]?\d+(?:,\d+)?(?:e[+-]?\d+)?$/i;

/** Reads the first lines of text; `undefined` when they are not rows of three numbers or more. */
export function readXyzHead(bytes: Uint8Array): XyzHead | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  if (head.includes(0)) return undefined;
  const written = head.toString('latin1');
  const hasDecimalCommas = usesDecimalCommas(written);
  const text = hasDecimalCommas ? written.replaceAll(',', '.') : written;
  let named: XyzColumns | undefined;
  let count: number | undefined;
  let at = text.startsWith('ï»¿') ? 3 : 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, end);
    const numbers = parseNumbers(line);
    if (numbers !== undefined && numbers.length >= 3) break;
    const isFirst = named === undefined && count === undefined;
    if (isFirst && /^\s*\d{1,12}\s*$/.test(line)) count = Number(line);
    else if (line.trim() !== '') {
      named ??= findNamedColumns(line);
      // Words that are neither names nor a comment belong to some other kind of text.
      if (named === undefined && !/^\s*(?:#|\/\/)/.test(line)) return undefined;
    }
    at = end;
  }
  const rows = readSample(text, at, bytes.length <= HEAD_BYTES);
  const columns = named ?? guessColumns(rows, count !== undefined);
  if (columns === undefined || rows.length === 0) return undefined;
  return {
    columns,
    ...(count !== undefined && { count }),
    isStated: named !== undefined || count !== undefined,
    bodyStart: at,
    hasDecimalCommas,
  };
}

/** Whether the commas of the first rows stand between digits, and something else between numbers. */
function usesDecimalCommas(text: string): boolean {
  const lines = text.split('\n').slice(0, -1);
  const rows = lines.filter((line) => line.includes(',') && /^\s*[-+.\d]/.test(line)).slice(0, SAMPLE_ROWS);
  const isRow = (line: string) => {
    const words = line.trim().split(/[\s;]+/);
    return words.length >= 3 && words.every((word) => word === '' || WITH_COMMA.test(word));
  };
  return rows.length > 0 && rows.every(isRow);
}

/** The first rows; the last line of a cut head may be half a line. */
function readSample(text: string, start: number, isWhole: boolean): number[][] {
  const lines = text.slice(start).split('\n');
  if (!isWhole || lines.length > SAMPLE_ROWS) lines.pop();
  return lines.slice(0, SAMPLE_ROWS).flatMap((line) => {
    const numbers = parseNumbers(line);
    return numbers === undefined ? [] : [numbers];
  });
}
