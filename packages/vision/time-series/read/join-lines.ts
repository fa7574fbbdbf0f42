/** A line of a table, made of several where a quoted cell holds line ends. */
export interface TableLine {
  readonly text: string;
  /** How many lines of the file it is. */
  readonly lines: number;
}

/** A quote at the beginning of a cell. */
const OPENING = /(?:^|[,;\t|])\s*"/;
/** A quote that is not closed after so many lines is a mark of inches, or a fault. */
const MOST_LINES = 10;

/** Joins lines at the line ends within quoted cells (RFC 4180), each of which becomes a space. */
export function joinLines(lines: readonly string[]): TableLine[] {
  const joined: TableLine[] = [];
  for (let at = 0; at < lines.length; ) {
    const count = countLines(lines.slice(at, at + MOST_LINES));
    joined.push({ text: lines.slice(at, at + count).join(' '), lines: count });
    at += count;
  }
  return joined;
}

/** How many of the lines belong together from the first on. */
function countLines(lines: readonly string[]): number {
  const [first = ''] = lines;
  if (!OPENING.test(first)) return 1;
  let quotes = 0;
  for (const [index, line] of lines.entries()) {
    quotes += line.split('"').length - 1;
    if (quotes % 2 === 0) return index + 1;
  }
  return 1;
}
