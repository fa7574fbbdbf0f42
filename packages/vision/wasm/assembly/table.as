// Rows of text in columns: numbers and instants, exactly. Readers of a cell return where it ended, its separator or newline, or
// 0 when it must be read as text.

import { divideMany, EXACT, power } from './shared/decimals';

const WHOLE_POWERS = memory.data<u64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000]);
const MONTH_DAYS = memory.data<u8>([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

const SKIP: u32 = 0;
const NUMBER: u32 = 1;
const MOST_DIGITS: i32 = 19;
// Loading vectors is quicker than building them from constants, which the compiler does anew for each cell.
const LANES = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], 16);
const TO_PAIRS = memory.data<u8>([10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1], 16);
const TO_FOURS = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const TO_EIGHTS = memory.data<u16>([10000, 1, 10000, 1, 10000, 1, 10000, 1], 16);

/** Eight bytes from `at`, digits as 0 to 9. */
// @ts-ignore: decorator
@inline
function loadEight(at: usize): u64 {
  return load<u64>(at) ^ 0x3030303030303030;
}

/** How many of the eight are digits before the first that is none. */
// @ts-ignore: decorator
@inline
function countDigits(eight: u64): i32 {
  // The top bit of each byte that is above 9.
  return <i32>(ctz(((eight + 0x7676767676767676) | eight) & 0x8080808080808080) >> 3);
}

/** The number that the first `count` of the eight write. */
// @ts-ignore: decorator
@inline
function readDigits(eight: u64, count: i32): u64 {
  // First digits move to the end, zeros come before them; then pairs, fours and eights are joined. A shift of 64 is one of 0.
  let bytes = select<u64>(0, eight << <u64>((8 - count) << 3), count == 0);
  bytes = (bytes * 10 + (bytes >> 8)) & 0x00ff00ff00ff00ff;
  bytes = (bytes * 100 + (bytes >> 16)) & 0x0000ffff0000ffff;
  return (bytes * 10000 + (bytes >> 32)) & 0xffffffff;
}

// @ts-ignore: decorator
@inline
function readNumber(from: usize, separator: u32, point: u32, target: usize): usize {
  let at = from;
  const sign: u32 = load<u8>(at);
  at += <usize>(<i32>(sign == 0x2d) | <i32>(sign == 0x2b));
  let eight = loadEight(at);
  let count = countDigits(eight);
  let digits = readDigits(eight, count);
  at += count;
  let digit: u32 = 0;
  if (count == 8) {
    for (digit = <u32>load<u8>(at) - 0x30; digit < 10; digit = <u32>load<u8>(++at) - 0x30) {
      digits = digits * 10 + digit;
      count++;
    }
  }
  let decimals: i32 = 0;
  if (load<u8>(at) == point && point != separator) {
    eight = loadEight(++at);
    decimals = countDigits(eight);
    digits = digits * load<u64>(WHOLE_POWERS + ((<usize>decimals) << 3)) + readDigits(eight, decimals);
    at += decimals;
    if (decimals == 8) {
      for (digit = <u32>load<u8>(at) - 0x30; digit < 10; digit = <u32>load<u8>(++at) - 0x30) {
        digits = digits * 10 + digit;
        decimals++;
      }
    }
    count += decimals;
  }
  if (count == 0 || count > MOST_DIGITS) return 0;
  let value: f64;
  let next: u32 = load<u8>(at);
  if ((next | 32) == 0x65) {
    const exponentSign: u32 = load<u8>(++at);
    if (exponentSign == 0x2d || exponentSign == 0x2b) at++;
    const exponentAt = at;
    let exponent: i32 = 0;
    digit = <u32>load<u8>(at) - 0x30;
    while (digit < 10 && at < exponentAt + 4) {
      exponent = exponent * 10 + digit;
      digit = <u32>load<u8>(++at) - 0x30;
    }
    const shift = (exponentSign == 0x2d ? -exponent : exponent) - decimals;
    // Exact digits and an exact power of ten leave one rounding (Clinger 1990).
    if (at == exponentAt || digits > EXACT || shift < -22 || shift > 22) return 0;
    value = shift < 0 ? <f64>digits / power(-shift) : <f64>digits * power(shift);
    next = load<u8>(at);
  } else if (digits <= EXACT) {
    value = <f64>digits / power(decimals);
  } else {
    value = divideMany(digits, decimals, false);
    if (value != value) return 0;
  }
  if (next == 0x0d) next = load<u8>(++at);
  if (next != separator && next != 0x0a) return 0;
  // The sign by its bit: half of all numbers are negative in no order that a processor could foresee.
  store<u64>(target, reinterpret<u64>(value) | ((<u64>(sign == 0x2d)) << 63));
  return at;
}

/**
 * A plain number (sign, digits, one point; no exponent) in a cell whose end is among the 16 bytes from `from`; 0 for any other, which
 * `readNumber` may still read. All digits are joined at once, in half the steps.
 */
// @ts-ignore: decorator
@inline
function readShort(from: usize, separators: v128, point: u32, target: usize): usize {
  const window = v128.load(from);
  const ends = i8x16.bitmask(v128.or(i8x16.eq(window, separators), i8x16.eq(window, i8x16.splat(0x0a))));
  if (ends == 0) return 0;
  const length = ctz(ends);
  const first: u32 = load<u8>(from);
  const signed: i32 = <i32>(first == 0x2d) | <i32>(first == 0x2b);
  const digits = v128.xor(window, i8x16.splat(0x30));
  const others = i8x16.gt_u(digits, i8x16.splat(9));
  // What is neither sign nor digit, up to the end, must be one point.
  const marks = (i8x16.bitmask(others) & ((1 << length) - 1)) >> signed << signed;
  const pointed: i32 = <i32>(marks != 0);
  const pointAt = ctz(marks | (1 << length));
  if ((marks & (marks - 1)) != 0 || (pointed && <u32>load<u8>(from + pointAt) != point)) return 0;
  if (length - signed - pointed <= 0) return 0;
  // Byte j of 16 is to be the digit that stands 15 - j before the last: those before the point one place further.
  const places = v128.load(LANES);
  const before = i8x16.lt_s(places, i8x16.splat(<i8>(pointed * (17 - length + pointAt))));
  const sources = i8x16.add(i8x16.add(places, i8x16.splat(<i8>(length - 16))), before);
  // A source below 0 gives 0; so do sign and point.
  const bytes = i8x16.relaxed_swizzle(v128.andnot(digits, others), sources);
  const pairs = i16x8.relaxed_dot_i8x16_i7x16_s(bytes, v128.load(TO_PAIRS));
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(TO_FOURS));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), v128.load(TO_EIGHTS));
  const both = <u64>i64x2.extract_lane(eights, 0);
  const whole = (both & 0xffffffff) * 100000000 + (both >> 32);
  if (whole > EXACT) return 0;
  const value = <f64>whole / power(pointed * (length - pointAt - 1));
  store<u64>(target, reinterpret<u64>(value) | ((<u64>(first == 0x2d)) << 63));
  return from + length;
}

/** Two digits, or a large number. */
// @ts-ignore: decorator
@inline
function pair(at: usize): u32 {
  const tens: u32 = <u32>load<u8>(at) - 0x30;
  const ones: u32 = <u32>load<u8>(at + 1) - 0x30;
  return tens < 10 && ones < 10 ? tens * 10 + ones : 10000;
}

/** Days since 1970-01-01 of the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function countDays(year: u32, month: u32, day: u32): i32 {
  const shifted = month <= 2 ? year - 1 : year;
  const era = shifted / 400;
  const ofEra = shifted - era * 400;
  const ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return <i32>(era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear) - 719468;
}

/** The last date read, its 10 bytes as written, and its midnight in epoch ms: rows of one day follow each other. Before: 1970-01-01. */
const LAST_DATE = memory.data<u64>([0x2d31302d30373931, 0x3130, 0]);

/** Reads `2014-04-01` to LAST_DATE; false where there is none. */
function readDate(from: usize): bool {
  if (load<u8>(from + 4) != 0x2d || load<u8>(from + 7) != 0x2d) return false;
  const year = pair(from) * 100 + pair(from + 2);
  const month = pair(from + 5);
  const day = pair(from + 8);
  if (year == 0 || year > 9999 || month == 0 || month > 12 || day == 0) return false;
  if (day > load<u8>(MONTH_DAYS + month)) return false;
  if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0))) return false;
  store<u64>(LAST_DATE, load<u64>(from));
  store<u16>(LAST_DATE, load<u16>(from, 8), 8);
  store<f64>(LAST_DATE, <f64>countDays(year, month, day) * 86400000, 16);
  return true;
}

/** `2014-04-01`, or with ` 00:05` or `T00:05`, `:07`, `.123`, `Z` after it. */
// @ts-ignore: decorator
@inline
function readInstant(from: usize, separator: u32, target: usize): usize {
  const isLast = load<u64>(from) == load<u64>(LAST_DATE) && load<u16>(from, 8) == load<u16>(LAST_DATE, 8);
  if (!isLast && !readDate(from)) return 0;
  let ms = load<f64>(LAST_DATE, 16);
  let at = from + 10;
  const between: u32 = load<u8>(at);
  if ((between == 0x20 || between == 0x54) && between != separator && load<u8>(at + 3) == 0x3a) {
    // Eight bytes, `00:05:07`: digits become 0 to 9, colons 0.
    let clock = load<u64>(at, 1) ^ 0x30303a30303a3030;
    const hasSeconds = load<u8>(at + 6) == 0x3a;
    if (!hasSeconds) clock &= 0xffffffffff;
    at += hasSeconds ? 9 : 6;
    // Tens and ones joined: hours in byte 0, minutes in byte 3, seconds in byte 6.
    const joined = (clock * 10 + (clock >> 8)) & 0x00ff0000ff0000ff;
    const wrong = ((clock + 0x76767f76767f7676) | clock | (joined + 0x0044000044000068)) & 0x8080808080808080;
    if (wrong != 0) return 0;
    ms += <f64>((<u32>joined & 0xff) * 3600000 + <u32>((joined >> 24) & 0xff) * 60000 + <u32>(joined >> 48) * 1000);
    if (load<u8>(at) == 0x2e) {
      const eight = loadEight(++at);
      let count = countDigits(eight);
      let fraction = readDigits(eight, count);
      at += count;
      if (count == 8) {
        const ninth: u32 = <u32>load<u8>(at) - 0x30;
        if (ninth < 10) {
          fraction = fraction * 10 + ninth;
          count = 9;
          at++;
        }
      }
      ms += (<f64>fraction / power(count)) * 1000;
    }
    if (load<u8>(at) == 0x5a) at++;
  }
  if (load<u8>(at) == 0x0d) at++;
  const next: u32 = load<u8>(at);
  if (next != separator && next != 0x0a) return 0;
  store<f64>(target, ms);
  return at;
}

/**
 * Reads rows of text that ends with a newline just before `end`; 32 readable bytes must follow. `kinds` has a byte for
 * each column: 0 passed over, 1 a number, 2 an instant (epoch ms). Value r of column c goes to `values` + 8 (c × `mostRows` + r).
 * A cell that needs more than this is reported instead: row, column and offset from `start`, 3 words each at `doubts`.
 * Stops before a row for which there may be no room. To `report`: rows, rows with fewer or more cells, doubts.
 * Returns where it stopped. Empty lines and lines that begin with # are passed over.
 */
export function scanTable(
  start: usize, end: usize, separator: u32, point: u32, kinds: usize, columns: i32, mostRows: i32,
  values: usize, doubts: usize, mostDoubts: i32, report: usize,
): usize {
  const pitch = (<usize>mostRows) << 3;
  const separators = i8x16.splat(<i8>separator);
  let at = start;
  let rows: i32 = 0;
  let ragged: i32 = 0;
  let doubted: i32 = 0;
  while (at < end) {
    const head: u32 = load<u8>(at);
    if (head == 0x0a || head == 0x0d) {
      at++;
      continue;
    }
    if (head == 0x23) {
      while (load<u8>(at) != 0x0a) at++;
      at++;
      continue;
    }
    if (rows == mostRows || doubted + columns > mostDoubts) break;
    let target = values + ((<usize>rows) << 3);
    let column: i32 = 0;
    let more = true;
    for (; more && column < columns; column++, target += pitch) {
      if (separator == 0x20) while (load<u8>(at) == 0x20) at++;
      const kind: u32 = load<u8>(kinds + column);
      let stop: usize = 0;
      if (kind == NUMBER) {
        stop = readShort(at, separators, point, target);
        if (stop == 0) stop = readNumber(at, separator, point, target);
      } else if (kind != SKIP) stop = readInstant(at, separator, target);
      if (stop == 0) {
        if (kind != SKIP) {
          const doubt = doubts + <usize>doubted * 12;
          store<u32>(doubt, rows);
          store<u32>(doubt, column, 4);
          store<u32>(doubt, <u32>(at - start), 8);
          doubted++;
        }
        stop = at;
        let byte: u32 = load<u8>(stop);
        while (byte != separator && byte != 0x0a) byte = load<u8>(++stop);
      }
      more = load<u8>(stop) == separator;
      at = stop + 1;
    }
    if (column < columns) {
      ragged++;
      for (; column < columns; column++, target += pitch) store<f64>(target, NaN);
    } else if (more) {
      at--;
      while (load<u8>(at) != 0x0a) at++;
      at++;
      // Spaces at the end of a line are no cells.
      if (separator != 0x20) ragged++;
    }
    rows++;
  }
  store<i32>(report, rows);
  store<i32>(report, ragged, 4);
  store<i32>(report, doubted, 8);
  return at;
}
