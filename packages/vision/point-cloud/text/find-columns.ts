/** Which columns of a table of points mean what. */
export interface XyzColumns {
  readonly position: readonly [number, number, number];
  readonly colour?: readonly [number, number, number];
  readonly intensity?: number;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const SEPARATORS = /[\s,;]+/;
const INTENSITIES = new Set([
  'intensity',
  'i',
  'reflectance',
  'reflectivity',
  'amplitude',
  'scalar_intensity',
]);
const TIMES = /^(?:time|timestamp|date|datetime|t|seconds?|ms|epoch|utc|gps_?time)$/;

/** The words of a line, without a comment mark, quotes, and units in brackets. */
function splitWords(line: string): string[] {
  return line
    .trim()
    .replace(/^(?:\/\/+|#+)\s*/, '')
    .replace(/[[(][^\])]*[\])]/g, ' ')
    .replace(/["']/g, '')
    .trim()
    .split(SEPARATORS)
    .filter((word) => word !== '');
}

/** The numbers of a line, or `undefined` when any word is none. */
export function parseNumbers(line: string): number[] | undefined {
  const words = line
    .trim()
    .split(SEPARATORS)
    .filter((word) => word !== '');
  return words.length > 0 && words.every((word) => NUMBER.test(word)) ? words.map(Number) : undefined;
}

/** Columns by their names: x, y and z in the first three places or behind a number of the point, no time anywhere. */
export function findNamedColumns(line: string): XyzColumns | undefined {
  const names = splitWords(line).map((word) => word.toLowerCase());
  const find = (...wanted: string[]) => names.findIndex((name) => wanted.includes(name));
  const position = [find('x'), find('y'), find('z')] as const;
  const isInOrder = position[0] >= 0 && position[1] === position[0] + 1 && position[2] === position[0] + 2;
  if (!isInOrder || position[0] > 1 || names.some((name) => TIMES.test(name))) return undefined;
  const colour = [find('r', 'red'), find('g', 'green'), find('b', 'blue')] as const;
  const intensity = names.findIndex((name) => INTENSITIES.has(name));
  return {
    position,
    ...(!colour.includes(-1) && { colour }),
    ...(intensity >= 0 && { intensity }),
  };
}

/**
 * Columns by what is in them: x y z first; then, of 4, an intensity; of 7 after a count (PTS), an intensity and a colour;
 * otherwise a colour when three whole numbers of 0..255 follow in every row. Normals are left out.
 */
export function guessColumns(rows: readonly (readonly number[])[], isPts: boolean): XyzColumns | undefined {
  const columns = Math.min(...rows.map((row) => row.length));
  if (!(columns >= 3 && columns < Number.POSITIVE_INFINITY)) return undefined;
  const position = [0, 1, 2] as const;
  const areBytes = (first: number) =>
    columns >= first + 3 &&
    rows.every((row) =>
      row.slice(first, first + 3).every((value) => Number.isInteger(value) && value >= 0 && value <= 255),
    );
  if (isPts && columns >= 7 && areBytes(4)) return { position, intensity: 3, colour: [4, 5, 6] };
  if (areBytes(3)) return { position, colour: [3, 4, 5] };
  return columns === 4 ? { position, intensity: 3 } : { position };
}
