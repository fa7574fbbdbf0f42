import type { Timeline } from '../timeline.ts';

/** How the numbers of a time column become instants of its axis: number × scale + offset. */
export interface NumericTime {
  readonly axis: Timeline['axis'];
  readonly scale: number;
  readonly offset: number;
  /** Neither its name nor its size says that it is time. */
  readonly supposed: boolean;
}

const TIME_NAME =
  /^(?:t|ts|ds|x)$|time|date|epoch|unix|stamp|elapsed|second|minute|hour|zeit|datum|temps|fecha|hora|tiempo/i;
const LATEST_S = 4.2e9;
const EARLIEST_S = 1e8;
/** Ms of one unit: seconds, ms, µs, ns since 1970. The ranges, 1973 to 2103, do not meet. */
const EPOCH_UNITS_MS = [1000, 1, 1e-3, 1e-6];
/** Days since 1899-12-30 (Excel's 1900 system): 1950 to 2100. */
const EXCEL_DAYS = { from: 18_264, to: 73_051, of1970: 25_569 };
const DAY_MS = 86_400_000;
const UNITS_S: readonly (readonly [RegExp, number])[] = [
  [/\bns\b|nano/i, 1e-9],
  [/[uµμ]s\b|micro/i, 1e-6],
  [/\bms(?:ec)?\b|milli/i, 1e-3],
  [/\bmin\b|minute/i, 60],
  [/\bh(?:r|rs)?\b|hour|stunde/i, 3600],
  [/\bd\b|\bdays?\b|\btage?\b/i, 86_400],
];

/**
 * What kind of time ascending numbers are: seconds, ms, µs or ns since 1970 and Excel's days by their size, anything
 * else with a name of time in the unit that the name states (seconds by default). `undefined` when they are no time.
 * @param numbers a sample, in the order of rows
 */
export function recogniseNumericTime(
  name: string,
  numbers: readonly number[],
  { first, unnamed }: { readonly first: boolean; readonly unnamed: boolean },
): NumericTime | undefined {
  if (numbers.length < 2 || !isAscending(numbers)) return undefined;
  const named = TIME_NAME.test(name);
  const epoch = findEpoch(numbers);
  // Nothing else that is measured rises from 10^11 on: a first column of this size needs no name.
  const isFine = epoch !== undefined && epoch.scale <= 1;
  if (!named && !(first && (unnamed || isFine))) return undefined;
  if (epoch !== undefined) return epoch;
  const [least = 0, most = 0] = [numbers[0], numbers.at(-1)];
  if (named && least >= EXCEL_DAYS.from && most <= EXCEL_DAYS.to && !/elapsed|sec/i.test(name)) {
    return { axis: 'TIMESTAMP', scale: DAY_MS, offset: -EXCEL_DAYS.of1970 * DAY_MS, supposed: false };
  }
  if (named) {
    const unit = UNITS_S.find(([pattern]) => pattern.test(name))?.[1] ?? 1;
    return { axis: 'SECONDS', scale: unit, offset: 0, supposed: false };
  }
  if (!isEven(numbers)) return undefined;
  const counts = numbers.every((value, i) => value === least + i);
  return { axis: counts ? 'ROW' : 'SECONDS', scale: 1, offset: 0, supposed: !counts };
}

/** Epoch time by its size alone. */
export function findEpoch(numbers: readonly number[]): NumericTime | undefined {
  const [least = 0, most = 0] = [numbers[0], numbers.at(-1)];
  const scale = EPOCH_UNITS_MS.find(
    (unitMs) => least * unitMs >= EARLIEST_S * 1000 && most * unitMs <= LATEST_S * 1000,
  );
  return scale === undefined ? undefined : { axis: 'TIMESTAMP', scale, offset: 0, supposed: false };
}

/** Disorder in a few places is a fault of the file, not another kind of column. */
function isAscending(numbers: readonly number[]): boolean {
  let falls = 0;
  for (let i = 1; i < numbers.length; i++) if ((numbers[i] ?? 0) < (numbers[i - 1] ?? 0)) falls += 1;
  return falls <= numbers.length * 0.02 && (numbers.at(-1) ?? 0) > (numbers[0] ?? 0);
}

function isEven(numbers: readonly number[]): boolean {
  const step = ((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)) / (numbers.length - 1);
  return numbers.every((value, i) => Math.abs(value - (numbers[0] ?? 0) - i * step) <= step * 0.01);
}
