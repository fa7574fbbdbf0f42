const DAY_MS = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Which of the first two numbers of `03/04/2014` is the day. */
export type DateOrder = 'DAY_FIRST' | 'MONTH_FIRST';

export interface ParsedInstant {
  /** Epoch ms; of a time without a date, ms since midnight. */
  readonly ms: number;
  readonly hasDate: boolean;
  readonly hasClock: boolean;
  /** It states its offset from UTC. */
  readonly zoned: boolean;
}

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?`;
const ZONE = String.raw` ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)`;
const REST = `(?:[T ,]+${CLOCK}(?:${ZONE})?)?$`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${REST}`);
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${REST}`);
const DAY_NAMED = new RegExp(String.raw`^(\d{1,2})[- ]([A-Za-z]{3,9})[- ,]+(\d{4})${REST}`);
const MONTH_NAMED = new RegExp(String.raw`^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})${REST}`);
const CLOCK_ONLY = new RegExp(`^${CLOCK}$`);

/**
 * Reads dates (ISO 8601 and its relatives, day or month first, month named) with or without a time of day, and times
 * alone. Without an offset the clock is read as if it were UTC. `undefined` for anything else, impossible days included.
 */
export function parseInstant(text: string, order: DateOrder = 'MONTH_FIRST'): ParsedInstant | undefined {
  const trimmed = text.trim();
  const time = CLOCK_ONLY.exec(trimmed);
  if (time !== null) {
    const ms = readClock(time.slice(1));
    return ms === undefined ? undefined : { ms, hasDate: false, hasClock: true, zoned: false };
  }
  const found = matchDate(trimmed, order);
  if (found === undefined) return undefined;
  const [year, month, day, rest] = found;
  const date = findDay(year, month, day);
  const clock = rest[0] === undefined ? 0 : readClock(rest);
  if (date === undefined || clock === undefined) return undefined;
  const zone = rest[5];
  return {
    ms: date + clock - readZone(zone),
    hasDate: true,
    hasClock: rest[0] !== undefined,
    zoned: zone !== undefined,
  };
}

/** Whether `03/04/2014` needs an order to be understood, and which one the text itself proves. */
export function findOrder(texts: readonly string[]): DateOrder | undefined {
  for (const text of texts) {
    const match = YEAR_LAST.exec(text.trim());
    if (match === null) continue;
    if (Number(match[1]) > 12) return 'DAY_FIRST';
    if (Number(match[3]) > 12) return 'MONTH_FIRST';
  }
  return undefined;
}

/** Dates with dots are written day first everywhere. */
export function hasDots(text: string): boolean {
  return YEAR_LAST.exec(text.trim())?.[2] === '.';
}

/** Epoch ms of midnight UTC; `undefined` for a day that the calendar lacks. */
export function findDay(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDate() === day ? date.getTime() : undefined;
}

type Found = readonly [number, number, number, readonly (string | undefined)[]];

function matchDate(text: string, order: DateOrder): Found | undefined {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    return [Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4]), yearFirst.slice(5)];
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast !== null) {
    const [first, second] = [Number(yearLast[1]), Number(yearLast[3])];
    const short = Number(yearLast[4]);
    // POSIX strptime %y: 69 to 99 are of the last century.
    const year = short > 99 ? short : short + (short < 69 ? 2000 : 1900);
    const dayFirst = order === 'DAY_FIRST' || yearLast[2] === '.';
    return dayFirst ? [year, second, first, yearLast.slice(5)] : [year, first, second, yearLast.slice(5)];
  }
  const dayNamed = DAY_NAMED.exec(text);
  if (dayNamed !== null) {
    return [Number(dayNamed[3]), findMonth(dayNamed[2]), Number(dayNamed[1]), dayNamed.slice(4)];
  }
  const monthNamed = MONTH_NAMED.exec(text);
  if (monthNamed === null) return undefined;
  return [Number(monthNamed[3]), findMonth(monthNamed[1]), Number(monthNamed[2]), monthNamed.slice(4)];
}

function findMonth(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1;
}

/** Ms since midnight of hours, minutes, seconds, fraction, half of day. */
function readClock([hours, minutes, seconds, fraction, half]: readonly (string | undefined)[]):
  | number
  | undefined {
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  const minute = Number(minutes);
  const second = Number(seconds ?? 0);
  // 24:00 ends a day (ISO 8601); :60 is a leap second.
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  const ms = ((hour * 60 + minute) * 60 + second) * 1000 + Number(`0.${fraction ?? 0}`) * 1000;
  return ms <= DAY_MS + 1000 ? ms : undefined;
}

function readZone(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
